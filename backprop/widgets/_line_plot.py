"""Measured numbers as lines, on linear or logarithmic axes, read off with a slider."""

from math import isfinite, log10

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, slider, undone
from backprop.widgets._plot import Plot, logarithms, numbers, ticks, whole_decades

COLOURS = (svg.BLUE, svg.RED, svg.GREEN, svg.PURPLE, svg.INK)
_POSITIONS = 100


def line_plot(x, lines, across="x", up="y", log_across=False, log_up=False, title=""):
    """Lines over the same x: `line_plot([16, 64, 256], {"forward": [1, 3, 9], "backward": [2, 6, 19]}, "width", "ms")`.

    Values that are not finite, and on a logarithmic axis those not above zero, leave a gap.
    """
    title = title or f"{up} against {across}"
    if undone(x, lines) or undone(*lines.values()):
        return nothing_yet(title)
    drawn = _Lines(numbers(x), {name: numbers(values) for name, values in lines.items()}, log_across, log_up)
    shown = drawn.positions()
    return FrameChooser.build(
        [slider(across, [svg.number(drawn.x[k]) for k in shown])],
        svg.picture(780, 366, drawn.base(across, up), SLOT),
        lambda k: (drawn.dots(shown[k]), drawn.sentence(shown[k], across)),
        [len(shown) - 1],
        title=title,
        alt=f"{up} against {across}: lines for {', '.join(lines)}.",
    )


class _Lines:
    """The data of one plot, as they are and as they are drawn."""

    def __init__(self, x, lines, log_across, log_up):
        wrong = [f"{name} ({len(values)})" for name, values in lines.items() if len(values) != len(x)]
        if wrong or len(x) < 2:
            raise ValueError(f"expected {max(len(x), 2)} values in each line, one for each x, got {', '.join(wrong)}")
        self.x, self.lines, self.log_across, self.log_up = x, lines, log_across, log_up
        self.places = logarithms(x) if log_across else x
        self.heights = {name: _heights(values, log_up) for name, values in lines.items()}
        known = [height for heights in self.heights.values() for height in heights if height is not None] or [0.0]
        low, high = whole_decades(known) if log_up else (min(0.0, *known), max(known) * 1.05 or 1.0)
        self.plot = Plot((min(self.places), max(self.places)), (low, high), left=76, top=44)

    def positions(self):
        """Which x the slider stops at."""
        count = min(len(self.x), _POSITIONS)
        return [round(k * (len(self.x) - 1) / (count - 1)) for k in range(count)]

    def base(self, across, up):
        """Axes, the names of the lines, and the lines."""
        rungs = self.plot.decades() if self.log_up else ""
        marks = [] if self.log_across else ticks(*self.plot.across)
        axes = self.plot.axes(marks, [] if self.log_up else ticks(*self.plot.up), across, up)
        below = "".join(self._mark(x) for x in self._marked()) if self.log_across else ""
        lines = [self._line(name, colour) for name, colour in zip(self.heights, COLOURS * 9, strict=False)]
        return "".join([rungs, axes, below, *lines, self._legend()])

    def _marked(self):
        """As many x as have room for their numbers on a logarithmic axis."""
        return self.x[:: -(-len(self.x) // 12)]

    def _mark(self, x):
        place = self.plot.x(log10(x))
        return svg.words(place, self.plot.bottom + 21, svg.number(x), 13, svg.QUIET)

    def _line(self, name, colour):
        heights, parts, run = self.heights[name], [], []
        for place, height in [*zip(self.places, heights, strict=True), (0, None)]:
            if height is not None:
                run.append((place, height))
            elif run:
                parts.append(self.plot.curve(*zip(*run, strict=True), colour, 2.5))
                run = []
        return "".join(parts)

    def _legend(self):
        """From the right end to the left, so that the axis keeps its name."""
        parts, right = [], self.plot.right
        for name, colour in reversed([*zip(self.lines, COLOURS * 9, strict=False)]):
            parts.append(svg.words(right, 20, name, 14, colour, "end", font_weight=600))
            right -= 8.4 * len(name) + 18
        return "".join(parts)

    def dots(self, k):
        """Where the slider stands on each line."""
        x = self.plot.x(self.places[k])
        found = zip(self.heights.values(), COLOURS * 9, strict=False)
        edge = {"stroke": svg.PAPER, "stroke_width": 2}
        dots = [svg.circle(x, self.plot.y(h[k]), 6, colour, **edge) for h, colour in found if h[k] is not None]
        down = svg.path([(x, self.plot.top), (x, self.plot.bottom)], svg.QUIET, 1, stroke_dasharray="3 3")
        return down + "".join(dots)

    def sentence(self, k, across):
        """The numbers there."""
        read = ", ".join(f"{name} {_read(values[k])}" for name, values in self.lines.items())
        return f"At {across} {svg.number(self.x[k])}: {read}."


def _heights(values, log_up):
    return logarithms(values) if log_up else [value if isfinite(value) else None for value in values]


def _read(value):
    return svg.number(value, 3, 0) if isfinite(value) else "not a number"
