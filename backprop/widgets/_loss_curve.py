"""How the loss falls over the steps of a training run, on a logarithmic axis."""

import math
from base64 import b64encode
from html import escape

from backprop.widgets import _svg as svg
from backprop.widgets._plot import Plot, ticks

CARD = "max-width:780px;margin:0;background:#fff;color:#1b1b1b;border:1px solid #bbb;border-radius:8px;padding:8px"
FLOOR = 1e-12  # a loss of exactly zero has no logarithm


class LossCurve:
    """A picture with a sentence under it; the sentence is all there is where nothing could be drawn."""

    def __init__(self, picture: str, sentence: str):
        self.picture, self.sentence = picture, sentence

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        image = b64encode(self.picture.encode()).decode()
        shown = f'<img alt="{escape(self.sentence)}" src="data:image/svg+xml;base64,{image}" style="max-width:100%">'
        caption = f"<figcaption>{escape(self.sentence)}</figcaption>"
        return f'<figure style="{CARD}">{shown if image else ""}{caption}</figure>'


def loss_curve(run) -> LossCurve:
    """The losses of a run, one a step, or a dict that holds them: `loss_curve([2.25, 0.4, 0.07])`."""
    losses = run.get("losses") if isinstance(run, dict) else run
    if losses is None:
        return LossCurve("", "Nothing to draw yet: finish the exercise above, then run this cell again.")
    losses = [float(loss) for loss in losses]
    finite = [max(loss, FLOOR) for loss in losses if math.isfinite(loss)]
    if len(finite) < 2:
        return LossCurve("", f"Nothing to draw: {len(finite)} finite losses came back, and a curve needs two.")
    return LossCurve(_draw(finite), _sentence(losses, finite))


def _sentence(losses: list[float], finite: list[float]) -> str:
    steps = len(losses) - 1
    if len(finite) < len(losses):
        return f"After {len(finite) - 1} steps the loss was no longer a number: it has overflowed."
    return f"After {steps} steps the loss has gone from {svg.number(losses[0])} to {svg.number(losses[-1], 2)}."


def _draw(losses: list[float]) -> str:
    heights = [math.log10(loss) for loss in losses]
    low, high = math.floor(min(heights)), math.ceil(max(heights) + 1e-9)
    plot = Plot((0, len(losses) - 1), (low, max(high, low + 1)), top=36)
    axes = plot.axes(ticks(0, len(losses) - 1), [], "step", "loss")
    grid = "".join(_rung(plot, power) for power in range(low, max(high, low + 1) + 1, 1 + (high - low) // 8))
    dot = svg.circle(*plot.point(len(losses) - 1, heights[-1]), 6, svg.BLUE, stroke=svg.PAPER, stroke_width=2)
    return svg.picture(780, 360, grid, axes, plot.curve(range(len(losses)), heights, svg.BLUE, 3), dot)


def _rung(plot: Plot, power: int) -> str:
    line = svg.path([(plot.left, plot.y(power)), (plot.right, plot.y(power))], svg.LINE, 1)
    return line + svg.words(plot.left - 10, plot.y(power) + 4.5, svg.number(10.0**power, 3), 13, svg.QUIET, "end")
