"""One step of gradient descent: how far does each learning rate carry, and does the loss fall?"""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider
from backprop.widgets._plot import Plot, ticks
from backprop.widgets._svg import number


class LearningRate(FrameChooser):
    """The loss after one step, for every rate: `learning_rate(lambda rate: (27 * rate - 1.5) ** 2)` builds one."""


def learning_rate(loss, rate=0.1, most=0.15, parameter=None, name="w_1", positions=150):
    """Slide the rate of one step: `learning_rate(lambda rate: (27 * rate - 1.5) ** 2, rate=0.1)`.

    `loss(rate)` is the loss after a step of that rate, `parameter(rate)` the parameter then.
    """
    rates = [most * k / positions for k in range(positions + 1)]
    losses = [loss(r) for r in rates]
    step = _Step(rates, losses, [parameter(r) for r in rates] if parameter else None, name)
    return LearningRate.build(
        [slider("Learning rate", [number(r, 3) for r in rates])],
        step.base(),
        lambda k: (step.overlay(k), step.sentence(k)),
        [min(range(len(rates)), key=lambda k: abs(rates[k] - rate))],
        title="One step, every learning rate",
        alt="A curve of the loss after one step against the learning rate: it falls to the smallest loss, "
        "rises again past it, and from some rate on it is higher than before the step.",
    )


class _Step:
    """The samples of one step, and how to draw them."""

    def __init__(self, rates, losses, parameters, name):
        self.rates, self.losses, self.parameters, self.name = rates, losses, parameters, name
        self.best = min(range(len(losses)), key=losses.__getitem__)
        self.plot = Plot((0, rates[-1]), (-0.1 * max(losses), max(losses) * 1.04), top=40)

    def base(self):
        """What does not move: the curve, where the loss is lower or higher, where the step started."""
        plot, start, best = self.plot, self.losses[0], self.plot.x(self.rates[self.best])
        level, dashes = plot.y(start), {"stroke_dasharray": "5 4"}
        before = svg.path([(plot.left, level), (plot.right, level)], svg.QUIET, 1.2, **dashes)
        before += svg.words(plot.left + 14, level - 7, f"loss before the step: {number(start)}", 13, svg.QUIET, "start")
        target = svg.path([(best, plot.top), (best, plot.bottom)], svg.GREEN, 1.5, **dashes)
        target += svg.words(best, plot.top - 6, "target: the smallest loss", 13, svg.GREEN)
        axes = plot.axes(ticks(0, self.rates[-1]), ticks(0, max(self.losses)), "learning rate", "loss after the step")
        curve = plot.curve(self.rates, self.losses, svg.INK, 2.5)
        return svg.picture(780, 375, self._bands(), before, target, axes, curve, self._second_axis(), SLOT)

    def _bands(self):
        """Pale green where the loss ends lower than it began, pale red where it ends higher."""
        edges, parts = [0.0], []
        for k in range(2, len(self.rates)):
            if (self.losses[k] < self.losses[0]) != (self.losses[k - 1] < self.losses[0]):
                edges.append(self.rates[k - 1])
        for low, high in zip(edges, [*edges[1:], self.rates[-1]], strict=True):
            middle = min(range(len(self.rates)), key=lambda k: abs(self.rates[k] - (low + high) / 2))
            lower = self.losses[middle] < self.losses[0]
            x, width = self.plot.x(low), self.plot.x(high) - self.plot.x(low)
            height = self.plot.bottom - self.plot.top
            parts.append(svg.rect(x, self.plot.top, width, height, 0, svg.PALE_GREEN if lower else svg.PALE_RED))
            parts.append(svg.words(x + 10, self.plot.top + 20, "lower than before" if lower else "higher than before",
                                   13, svg.GREEN if lower else svg.RED, "start", font_weight=600))  # fmt: skip
        return "".join(parts)

    def _second_axis(self):
        if not self.parameters:
            return ""
        y = self.plot.bottom + 66
        shown = [svg.formula(24, y, f"{self.name} =", 15, svg.BLUE)]
        for tick in ticks(0, self.rates[-1]):
            k = min(range(len(self.rates)), key=lambda k: abs(self.rates[k] - tick))
            shown.append(svg.words(self.plot.x(tick), y, number(self.parameters[k], 3), 13, svg.BLUE))
        return "".join(shown)

    def overlay(self, k):
        """What moves: the step along the bottom, red where it is past the target, and the ball on the curve."""
        plot = self.plot
        (x, y), start = plot.point(self.rates[k], self.losses[k]), plot.point(0, self.losses[0])
        target, floor = plot.x(self.rates[self.best]), plot.bottom - 8
        step = svg.path([(start[0], floor), (min(x, target), floor)], svg.BLUE, 6) if k else ""
        past = svg.path([(target, floor), (x, floor)], svg.RED, 6) if x > target else ""
        drop = svg.path([(x, y), (x, plot.bottom)], svg.QUIET, 1, stroke_dasharray="3 3")
        walked = self._walked(k) if k else ""
        begin = svg.circle(*start, 6, svg.PAPER, stroke=svg.INK, stroke_width=2)
        colour = svg.RED if self.losses[k] > self.losses[0] else svg.BLUE
        return drop + step + past + walked + begin + svg.circle(x, y, 9, colour, stroke=svg.PAPER, stroke_width=2)

    def _walked(self, k):
        here = [*range(0, k, 3), k]  # every third sample: 150 overlays travel to the browser
        return self.plot.curve([self.rates[i] for i in here], [self.losses[i] for i in here], svg.BLUE, 4)

    def sentence(self, k):
        """Where the step lands, in words."""
        start, loss = self.losses[0], self.losses[k]
        if k == 0:
            return f"Rate 0: no step, and the loss stays {number(start)}."
        where = "short of" if k < self.best else "past" if k > self.best else "on"
        change = "lower" if loss < start * (1 - 1e-9) else "higher" if loss > start * (1 + 1e-9) else "the same"
        moved = f" {svg.plain(self.name)} becomes {number(self.parameters[k])}," if self.parameters else ""
        return (
            f"Rate {number(self.rates[k], 3)}:{moved} the loss goes from {number(start)} to {number(loss, 3)}: "
            f"{change}, and {where} the target."
        )
