"""How feedback alignment's update turns toward the true gradient while it trains."""

from math import cos, radians, sin

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider
from backprop.widgets._plot import Plot, ticks


def angle_plot(angles, steps=None, name="feedback alignment"):
    """The angle between two updates, in degrees: `angle_plot([88.0, 71.5, 52.0], steps=[0, 100, 200])`."""
    steps = [*steps] if steps is not None else [*range(len(angles))]
    if len(angles) != len(steps) or len(angles) < 2:
        raise ValueError(f"expected two or more angles and a step for each, got {len(angles)} and {len(steps)}")
    angles = [float(angle) for angle in angles]
    plot = Plot((steps[0], steps[-1]), (0, max(95.0, *angles)), right=500, top=34)
    right = svg.path([(plot.left, plot.y(90)), (plot.right, plot.y(90))], svg.QUIET, 1.2, stroke_dasharray="5 4")
    right += svg.words(plot.right, plot.y(90) + 18, "90°: no agreement", 13, svg.QUIET, "end")
    axes = plot.axes(ticks(steps[0], steps[-1]), [0, 30, 60, 90], "training step", "angle in degrees")
    return FrameChooser.build(
        [slider("Training step", map(svg.number, steps))],
        svg.picture(780, 355, right, axes, plot.curve(steps, angles, svg.BLUE, 2.5), _true(), SLOT),
        lambda k: (_now(plot, steps[k], angles[k]), _sentence(steps[k], angles[k], name)),
        (0,),
        title="The angle to the true gradient",
        alt=f"Left, the angle between the update of {name} and the true gradient over training; right, both as arrows.",
    )


def _true():
    return svg.arrow([(560, 270), (740, 270)], svg.INK, 4, 11) + svg.words(650, 296, "true gradient", 14)


def _now(plot, step, angle):
    end = (560 + 180 * cos(radians(angle)), 270 - 180 * sin(radians(angle)))
    arc = [(560 + 60 * cos(radians(a * angle / 24)), 270 - 60 * sin(radians(a * angle / 24))) for a in range(25)]
    middle = radians(angle / 2)
    label = svg.words(560 + 92 * cos(middle), 275 - 92 * sin(middle), f"{angle:.0f}°", 18, svg.RED, font_weight=600)
    arrows = svg.path(arc, svg.RED, 2) + svg.arrow([(560, 270), end], svg.RED, 4, 11)
    return arrows + label + svg.circle(*plot.point(step, angle), 7, svg.RED, stroke=svg.PAPER, stroke_width=2)


def _sentence(step, angle, name):
    sense = "still points downhill" if angle < 90 else "does not point downhill"
    return f"At step {svg.number(step)} the update of {name} is {angle:.0f}° from the true gradient: it {sense}."
