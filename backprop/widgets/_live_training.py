"""A training run while it runs: how far it is, its loss on a logarithmic axis and, if asked, the curve it has learned."""

import math
import time

from IPython.display import display

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser
from backprop.widgets._plot import Plot, ticks

_FLOOR, _PAUSE, _POINTS, _GRID = 1e-12, 0.15, 300, 60  # smallest loss drawn, seconds between pictures, ...
_NOTHING = "Nothing to draw yet: finish the exercise above, then run this cell again."


class LiveTraining(FrameChooser):
    """Count epochs and show their losses: `for epoch in (live := LiveTraining(30)): live.add(losses_of_the_epoch)`.

    With `data=(xs, ys)` and `model`, a function from a list of x to as many y, it also shows data and fitted curve.
    """

    def __init__(self, epochs, data=None, model=None, title="Training"):
        self._epochs, self._model, self._losses, self._done = epochs, model, [], 0
        self._data = None if data is None else [[float(value) for value in side] for side in data]
        super().__init__(
            picture=svg.picture(780, 350, SLOT),
            frames=[self._draw()],
            captions=[f"{epochs} epochs are about to begin."],
            title=title,
            alt="A bar for the epochs that are done, and the loss of every step on a logarithmic axis."
            + (" Beside it the data and the curve that the network has learned." if data else ""),
        )

    def __iter__(self):
        """Yield 0, 1, ... and show the picture, which changes as losses are added."""
        handle, shown_at = display(self, display_id=True), time.monotonic()
        for epoch in range(self._epochs):
            yield epoch
            self._done = epoch + 1
            if time.monotonic() - shown_at > _PAUSE:
                self._show()
                shown_at = time.monotonic()
        self._show()
        if handle is not None:
            handle.update(self)  # what is saved with the notebook is the last picture, not the first

    def add(self, losses):
        """Note the losses of some steps; None, from an exercise that is not done, changes nothing."""
        self._losses += [float(loss) for loss in losses or []]

    def _show(self):
        with self.hold_trait_notifications():
            self.frames, self.captions = [self._draw()], [self._sentence()]

    def _sentence(self):
        if not self._losses:
            return _NOTHING
        if not math.isfinite(self._losses[-1]):
            return f"Epoch {self._done} of {self._epochs}: the loss is no longer a number. It has overflowed."
        first, last = (svg.number(loss, 3, 0) for loss in (self._losses[0], self._losses[-1]))
        return f"Epoch {self._done} of {self._epochs}: in {len(self._losses)} steps the loss went from {first} to {last}."

    def _draw(self):
        share = self._done / max(self._epochs, 1)
        bar = svg.rect(64, 14, 692, 12, 6, svg.PALE) + (svg.rect(64, 14, 692 * share, 12, 6, svg.GREEN) if share else "")
        return bar + self._curve() + (self._fit() if self._data else "")

    def _curve(self):
        heights = [math.log10(max(loss, _FLOOR)) for loss in self._losses if math.isfinite(loss)]
        low, high = (math.floor(min(heights)), math.ceil(max(heights) + 1e-9)) if heights else (-2, 1)
        plot = Plot((0, max(len(heights) - 1, 1)), (low, high), right=400 if self._data else 756, top=60)
        rungs = "".join(_rung(plot, power) for power in range(low, high + 1, 1 + (high - low) // 8))
        axes = plot.axes(ticks(*plot.across, 4), [], "step", "loss")
        if len(heights) < 2:
            return rungs + axes
        every = -(-len(heights) // _POINTS)
        steps = [*range(0, len(heights), every)]
        return rungs + axes + plot.curve(steps, [heights[k] for k in steps], svg.BLUE, 2)

    def _fit(self):
        xs, ys = self._data
        middle, spread = (min(ys) + max(ys)) / 2, (max(ys) - min(ys)) * 0.6 or 1.0
        plot = Plot((min(xs), max(xs)), (middle - spread, middle + spread), left=470, top=60)
        axes = plot.axes(ticks(*plot.across, 4), ticks(*plot.up, 4), "x", "y", 3)
        dots = "".join(svg.circle(*plot.point(x, y), 3, svg.QUIET) for x, y in zip(xs, ys, strict=True))
        if not (self._model and self._losses):
            return axes + dots
        grid = [min(xs) + (max(xs) - min(xs)) * k / (_GRID - 1) for k in range(_GRID)]
        fitted = [(x, float(y)) for x, y in zip(grid, self._model(grid), strict=True) if math.isfinite(y)]
        return axes + dots + (plot.curve(*zip(*fitted, strict=True), svg.RED, 3) if fitted else "")


def _rung(plot, power):
    line = svg.path([(plot.left, plot.y(power)), (plot.right, plot.y(power))], svg.LINE, 1)
    return line + svg.words(plot.left - 10, plot.y(power) + 4.5, svg.number(10.0**power, 3, 0), 13, svg.QUIET, "end")
