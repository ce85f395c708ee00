"""The frame chooser: sliders and switches pick one of many pictures drawn in Python, at once and without a kernel."""

from itertools import product

import traitlets

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT, Card


def slider(label, options):
    """A range input that walks through options: `slider("Step h", ["1", "0.1"])`."""
    return {"kind": "slider", "label": label, "options": list(options)}


def choice(label, options):
    """A group of radio buttons: `choice("Activation", ["ReLU", "sigmoid"])`."""
    return {"kind": "choice", "label": label, "options": list(options)}


def switch(label):
    """A checkbox: `switch("Batch normalisation")`."""
    return {"kind": "switch", "label": label, "options": ["off", "on"]}


class FrameChooser(Card):
    """One overlay for each combination: `FrameChooser.build([slider("h", ["1", "0.1"])], base, draw, [0], ...)`."""

    _scripts = ("controls.js", "chooser.js")

    controls = traitlets.List(traitlets.Dict())
    frames = traitlets.List(traitlets.Unicode(), help="what replaces the slot in the picture")
    captions = traitlets.List(traitlets.Unicode())
    choice = traitlets.List(traitlets.Int())

    @classmethod
    def build(cls, controls, base, draw, start, **traits):
        """Draw all combinations: `base` is an SVG with a SLOT, `draw(*indices)` returns an overlay and its sentence."""
        drawn = [draw(*indices) for indices in product(*(range(len(control["options"])) for control in controls))]
        frames, captions = zip(*drawn, strict=True)
        return cls(controls=controls, picture=base, frames=frames, captions=captions, choice=list(start), **traits)

    @property
    def index(self):
        """Which frame the controls pick: the last control turns fastest."""
        place = 0
        for control, chosen in zip(self.controls, self.choice, strict=True):
            place = place * len(control["options"]) + chosen
        return place

    def static_picture(self):
        """The picture as it is chosen now."""
        return self.picture.replace(SLOT, self.frames[self.index])

    def static_caption(self):
        """Its sentence, after what the picture shows."""
        return f"{self.alt} {self.captions[self.index]}"


def asked(controls, picked):
    """What the controls say, by argument: {"activation": "ReLU", "batch_norm": True}."""
    return {_argument(control["label"]): _option(control, k) for control, k in zip(controls, picked, strict=True)}


def _argument(label):
    return label.lower().replace(" ", "_")


def _option(control, k):
    return bool(k) if control["kind"] == "switch" else control["options"][k]


def undone(*values):
    """Is one of these what an exercise holds before it is solved? `undone(None)`, `undone(...)`."""
    return any(value is None or value is ... for value in values)


def nothing_yet(title, sentence="Nothing to draw yet: finish the exercise above, then run this cell again."):
    """An empty card that says why: `nothing_yet("The loss over the steps")`."""
    alt = "An empty picture: there are no numbers yet."
    return FrameChooser(picture=svg.picture(780, 8, SLOT), frames=[""], captions=[sentence], title=title, alt=alt)
