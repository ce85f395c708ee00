"""The curve that a net draws through its data, at moments of its training, beside its loss."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, slider, undone
from backprop.widgets._plot import Plot, logarithms, numbers, ticks, whole_decades

_TITLE = "The fit while it trains"


def training_fit(x, y, predictions, losses):
    """A net's fit at some steps: `training_fit([0, 1], [0, 1], {0: [0.5, 0.5], 9: [0.1, 0.9]}, [0.2] * 9 + [0.01])`.

    `predictions` holds, by step, what the net said for each x then; `losses` holds one loss for each step.
    """
    if undone(x, y, predictions, losses) or undone(*predictions.values()):
        return nothing_yet(_TITLE)
    fit = _Fit(numbers(x), numbers(y), {step: numbers(said) for step, said in predictions.items()}, numbers(losses))
    steps = sorted(predictions)
    return FrameChooser.build(
        [slider("Step", map(str, steps))],
        svg.picture(780, 366, fit.base(), SLOT),
        lambda k: (fit.overlay(steps[k]), fit.sentence(steps[k])),
        [len(steps) - 1],
        title=_TITLE,
        alt="Left, the examples as dots and what the net says as a line; right, its loss on a logarithmic axis.",
    )


class _Fit:
    """One training run, and its two plots."""

    def __init__(self, x, y, predictions, losses):
        if any(len(said) != len(x) for said in predictions.values()) or len(x) != len(y):
            sizes = {len(said) for said in predictions.values()}
            raise ValueError(f"expected a prediction and a y for each of {len(x)} x, got {sizes} and {len(y)}")
        if max(predictions) >= len(losses):
            raise ValueError(f"expected a loss for each step up to {max(predictions)}, got {len(losses)} losses")
        self.order = sorted(range(len(x)), key=x.__getitem__)
        self.x, self.y, self.predictions, self.losses = x, y, predictions, losses
        room = 0.1 * (max(y) - min(y)) or 1.0
        self.data = Plot((min(x), max(x)), (min(y) - room, max(y) + room), right=430, top=40)
        self.logs = logarithms(losses)
        known = [log for log in self.logs if log is not None] or [0.0]
        self.curve = Plot((0, len(losses) - 1), whole_decades(known), left=530, top=40)

    def base(self):
        """The examples, and the whole loss curve in grey."""
        dots = "".join(svg.circle(*self.data.point(a, b), 3, "#8a9299") for a, b in zip(self.x, self.y, strict=True))
        axes = self.data.axes(ticks(*self.data.across), ticks(*self.data.up), "x", "y")
        axes += self.curve.decades() + self.curve.axes(ticks(*self.curve.across, about=3), [], "step", "loss")
        names = svg.words(430, 24, "what the net says", 14, svg.BLUE, "end", font_weight=600)
        return dots + axes + names + self._losses(len(self.losses), svg.LINE, 1.5)

    def _losses(self, until, colour, width):
        every = max(len(self.logs) // 200, 1)  # two hundred points are as many as the picture can show
        known = [(k, self.logs[k]) for k in range(0, until, every) if self.logs[k] is not None]
        return self.curve.curve(*zip(*known, strict=True), colour, width) if len(known) > 1 else ""

    def overlay(self, step):
        """The line through the data, and how far down the loss has come."""
        said = self.predictions[step]
        line = self.data.curve([self.x[k] for k in self.order], [said[k] for k in self.order], svg.BLUE, 3.5)
        log = self.logs[step]
        dot = "" if log is None else svg.circle(*self.curve.point(step, log), 7, svg.BLUE)
        return line + self._losses(step + 1, svg.BLUE, 1.5 if len(self.losses) > 200 else 3) + dot

    def sentence(self, step):
        """How far it has come, in words."""
        first, now = (svg.number(self.losses[k], 3, 0) for k in (0, step))
        if step == 0:
            return f"Before any step the loss is {first}."
        return f"After {'one step' if step == 1 else f'{step} steps'} the loss has gone from {first} to {now}."
