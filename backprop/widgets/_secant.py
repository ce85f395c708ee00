"""The secant that turns into the tangent as its step shrinks."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider
from backprop.widgets._plot import Plot, ticks

_STEPS = [1.5, 1.25, 1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.001]


def secant(function, x=1.0, derivative=None, across=(-1.0, 3.0), steps=_STEPS, name="f"):
    """A line through two points of a curve, h apart: `secant(lambda x: x * x, x=1.0, derivative=lambda x: 2 * x)`."""
    xs = [across[0] + (across[1] - across[0]) * k / 160 for k in range(161)]
    ys = [function(value) for value in xs]
    room = (max(ys) - min(ys)) * 0.08
    plot = Plot(across, (min(ys) - room, max(ys) + room))
    tangent = derivative(x) if derivative else None
    axes = plot.axes(ticks(*across), ticks(min(ys), max(ys)), "x", f"{name}(x)")
    names = svg.words(plot.left + 20, plot.top + 20, "secant", 15, svg.RED, "start", font_weight=600)
    names += svg.words(
        plot.left + 20, plot.top + 42, "tangent" if derivative else "", 15, svg.GREEN, "start", font_weight=600
    )
    return FrameChooser.build(
        [slider("Step h", [svg.number(h) for h in steps])],
        svg.picture(780, 350, axes, names, plot.curve(xs, ys, svg.INK, 3), SLOT),
        lambda k: _line(plot, function, x, steps[k], tangent),
        [0],
        title="From secant to tangent",
        alt=f"The curve of {name} with a line through the points at x and x + h; as h shrinks it becomes the tangent.",
    )


def _line(plot, function, x, h, tangent):
    """One secant with its rise and run, and what it says."""
    y, there = function(x), function(x + h)
    slope = (there - y) / h
    run = svg.path([plot.point(x, y), plot.point(x + h, y)], svg.BLUE, 2.5)
    rise = svg.path([plot.point(x + h, y), plot.point(x + h, there)], svg.RED, 2.5)
    labels = svg.words(plot.x(x + h / 2), plot.y(y) + 20, "h", 14, svg.BLUE) if h >= 0.2 else ""
    dots = svg.circle(*plot.point(x + h, there), 6, svg.RED) + svg.circle(*plot.point(x, y), 7, svg.INK)
    sentence = f"With h = {svg.number(h)} the slope of the secant is {svg.number(slope, 5)}"
    if tangent is not None:
        sentence += f"; of the tangent, {svg.number(tangent, 5)}"
    lines = _straight(plot, x, y, tangent, svg.GREEN, 1.5) + _straight(plot, x, y, slope, svg.RED, 2)
    return lines + run + rise + labels + dots, f"{sentence}."


def _straight(plot, x, y, slope, stroke, width):
    """The part of a straight line that lies within the frame."""
    if slope is None:
        return ""
    low, high = plot.across
    if slope:
        ends = sorted(x + (edge - y) / slope for edge in plot.up)
        low, high = max(low, ends[0]), min(high, ends[1])
    return plot.curve([low, high], [y + slope * (low - x), y + slope * (high - x)], stroke, width)
