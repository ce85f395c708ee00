"""How the loss falls over the steps of a training run, on a logarithmic axis."""

import math

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, slider, undone
from backprop.widgets._plot import Plot, numbers, ticks, whole_decades

_FLOOR = 1e-12  # a loss of exactly zero has no logarithm
_POSITIONS, _POINTS = 100, 2000  # of the slider, of the line: more make the picture heavy, not finer
_TITLE = "The loss over the steps"


def loss_curve(run):
    """The losses of a run, one a step, or a dict that holds them: `loss_curve([2.25, 0.4, 0.07])`."""
    losses = run.get("losses") if isinstance(run, dict) else run
    if undone(losses):
        return nothing_yet(_TITLE)
    losses = numbers(losses)
    finite = [max(loss, _FLOOR) for loss in losses if math.isfinite(loss)]
    if len(finite) < 2:
        return nothing_yet(_TITLE, f"Nothing to draw: {len(finite)} finite losses came back, and a curve needs two.")
    return _curve(losses, finite)


def _curve(losses, finite):
    """The curve, and a dot that a slider moves along it."""
    heights = [math.log10(loss) for loss in finite]
    plot = Plot((0, len(finite) - 1), whole_decades(heights), top=36)
    axes = plot.axes(ticks(0, len(finite) - 1), [], "step", "loss")
    drawn = range(0, len(heights), -(-len(heights) // _POINTS))
    line = plot.curve(drawn, [heights[k] for k in drawn], svg.BLUE, 3 if len(heights) < 300 else 1.5)
    count = min(len(finite), _POSITIONS)
    steps = [round(k * (len(finite) - 1) / (count - 1)) for k in range(count)]
    return FrameChooser.build(
        [slider("Step", map(str, steps))],
        svg.picture(780, 360, plot.decades(), axes, line, SLOT),
        lambda k: (_dot(plot, steps[k], heights), _sentence(steps[k], losses, finite)),
        [count - 1],
        title=_TITLE,
        alt="The loss of a training run against its steps, on a logarithmic axis.",
    )


def _dot(plot, step, heights):
    return svg.circle(*plot.point(step, heights[step]), 7, svg.BLUE, stroke=svg.PAPER, stroke_width=2)


def _sentence(step, losses, finite):
    if step == len(finite) - 1 and len(finite) < len(losses):
        return f"After step {step} the loss was no longer a number: it has overflowed."
    first, now = svg.number(losses[0], zero=0), svg.number(finite[step], 2, 0)
    if step == 0:
        return f"Before any step the loss is {first}."
    return f"After {'one step' if step == 1 else f'{step} steps'} the loss has gone from {first} to {now}."
