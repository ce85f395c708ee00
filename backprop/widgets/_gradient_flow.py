"""How large the gradient is in each layer, for nets of several depths: where it vanishes and where it explodes."""

from collections import defaultdict
from math import isfinite

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, asked, choice, nothing_yet, switch, undone
from backprop.widgets._heat import HIGH, LOW, heat, legend

_TITLE = "Gradient flow"


def gradient_flow(measure, choices, switches=(), depths=(2, 4, 6, 8, 12, 16, 20)):
    """A heatmap, layer against depth: `gradient_flow(measure, {"Activation": ["sigmoid", "ReLU"]}, ["Residual"])`.

    `measure(depth, activation="ReLU", residual=True)` returns one gradient norm for each layer, first layer first; it
    is called once for every combination, with the controls' names in lower case and joined by underscores.
    """
    if undone(measure):
        return nothing_yet(_TITLE)
    controls = [choice(label, options) for label, options in choices.items()] + [switch(label) for label in switches]

    def draw(*picked):
        given = asked(controls, picked)
        rows = [[float(norm) for norm in measure(depth, **given)] for depth in depths]
        return _cells(rows, depths), _sentence(rows[-1], depths[-1])

    return FrameChooser.build(
        controls,
        svg.picture(780, 400, _frame(depths), SLOT),
        draw,
        [0] * len(controls),
        title=_TITLE,
        alt="A heatmap of gradient norms: a row for each depth of the net, a column for each layer from the input on.",
    )


def _frame(depths):
    """Axes and the legend of colours."""
    width = 640 / max(depths)
    places = [(_row(k, depths) + 5 + _high(depths) / 2, str(depth)) for k, depth in enumerate(depths)]
    rows = [svg.words(76, y, depth, 14, svg.QUIET, "end") for y, depth in places]
    layers = (1, *range(5, max(depths) + 1, 5))
    marks = [svg.words(90 + width * (layer - 0.5), 304, str(layer), 13, svg.QUIET) for layer in layers]
    names = svg.words(20, 22, "depth", 14, anchor="start") + svg.words(410, 326, "layer, from the input", 14)
    return "".join([*rows, *marks, names, legend(346)])


def _high(depths):
    return 252 / len(depths)


def _row(k, depths):
    return 34 + _high(depths) * k


def _cells(rows, depths):
    """One path for each colour: a hundred cells weigh little so."""
    width, high, paths = 640 / max(depths), _high(depths) - 3, defaultdict(str)
    for k, norms in enumerate(rows):
        for layer, norm in enumerate(norms):
            x, y, across = 90 + width * layer, _row(k, depths), width - 2
            paths[heat(norm)] += f"M{x:.1f} {y:.1f}h{across:.1f}v{high:.1f}h{-across:.1f}z"
    return "".join(f'<path d="{d}" fill="{colour}" stroke="{svg.LINE}"/>' for colour, d in paths.items())


def _sentence(norms, depth):
    """The first layer's gradient in one of three words, by the bounds of the palest colour."""
    if not all(map(isfinite, norms)):
        return f"At depth {depth} a gradient is no longer a number: it overflowed (black)."
    first, last = norms[0], norms[-1]
    shown = [svg.number(norm, 2, zero=0) for norm in (last, first)]
    sizes = f"At depth {depth} the norm of the gradient is {shown[0]} in the last layer and {shown[1]} in the first"
    if first < LOW:
        return f"{sizes}: it has vanished."
    return f"{sizes}: it has exploded." if first > HIGH else f"{sizes}: it arrives."
