"""A small plot: a frame, ticks, and data turned into points on the picture."""

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from backprop.widgets import _svg as svg


@dataclass(frozen=True)
class Plot:
    """Axes: `Plot((0, 1), (0, 5)).point(0.5, 2)` is where that datum lies on the picture."""

    across: tuple
    up: tuple
    left: float = 64
    right: float = 756
    top: float = 24
    bottom: float = 300

    def point(self, x, y):
        """Data to picture."""
        return self.x(x), self.y(y)

    def x(self, value):
        """A datum's place across."""
        low, high = self.across
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value):
        """A datum's height, clipped to just outside the frame."""
        low, high = self.up
        share = (min(max(value, low), high + 0.02 * (high - low)) - low) / (high - low)
        return self.bottom - share * (self.bottom - self.top)

    def curve(self, xs, ys, stroke=svg.INK, width=2.5, **more):
        """A line through data."""
        return svg.path([self.point(x, y) for x, y in zip(xs, ys, strict=True)], stroke, width, **more)

    def decades(self):
        """A line for each power of ten, on an axis whose data are logarithms to base 10."""
        low, high = map(round, self.up)
        return "".join(self._rung(power) for power in range(low, high + 1, 1 + (high - low) // 8))

    def _rung(self, power):
        line = svg.path([(self.left, self.y(power)), (self.right, self.y(power))], svg.LINE, 1)
        label = svg.number(10.0**power, 3, 0)
        return line + svg.words(self.left - 10, self.y(power) + 4.5, label, 13, svg.QUIET, "end")

    def axes(self, ticks_across, ticks_up, label_across, label_up, digits=4):
        """The two axes with their ticks and names."""
        frame = svg.path([(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)], svg.QUIET, 1.2)
        below = [
            svg.path([(self.x(t), self.bottom), (self.x(t), self.bottom + 5)], svg.QUIET, 1.2)
            + svg.words(self.x(t), self.bottom + 21, svg.number(t, digits), 13, svg.QUIET)
            for t in ticks_across
        ]
        beside = [
            svg.path([(self.left - 5, self.y(t)), (self.left, self.y(t))], svg.QUIET, 1.2)
            + svg.words(self.left - 10, self.y(t) + 4.5, svg.number(t, digits), 13, svg.QUIET, "end")
            for t in ticks_up
        ]
        names = svg.words((self.left + self.right) / 2, self.bottom + 42, label_across, 14)
        names += svg.words(self.left - 40, self.top - 12, label_up, 14, anchor="start")
        return frame + "".join(below + beside) + names


def ticks(low, high, about=5):
    """Round numbers from low to high: `ticks(0, 0.15) == [0, 0.05, 0.1, 0.15]`."""
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first = -int(-low // step)
    return [round(k * step, 12) for k in range(first, int(high / step + 1e-9) + 1)]


def logarithms(values):
    """Logarithms to base 10; None where there is none: `logarithms([100.0, float("inf")]) == [2.0, None]`."""
    return [log10(value) if isfinite(value) and value > 0 else None for value in values]


def whole_decades(logs):
    """The powers of ten around them: `whole_decades([-1.5, 0.2]) == (-2, 1)`."""
    low, high = floor(min(logs)), ceil(max(logs) + 1e-9)
    return low, max(high, low + 1)


def numbers(values):
    """Any array, list or column of numbers as a flat list of floats: `numbers([[1], [2]]) == [1.0, 2.0]`."""
    values = values.ravel() if hasattr(values, "ravel") else values
    return [number for value in values for number in (numbers(value) if hasattr(value, "__len__") else [float(value)])]
