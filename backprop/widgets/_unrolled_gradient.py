"""A recurrent net, unrolled: how strongly its last state still follows the states before it."""

from math import isfinite

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, slider, undone
from backprop.widgets._heat import heat, legend
from backprop.widgets._plot import numbers

_TITLE, _LEFT, _RIGHT = "Back through time", 96, 756


def unrolled_gradient(cells):
    """One row of time steps for each kind of cell: `unrolled_gradient({"plain": [1, 0.5, 0.25], "LSTM": [1, 1, 1]})`.

    A cell's list holds the norm of the gradient k steps before the last one, for k = 0, 1, 2, ...
    """
    if undone(cells) or undone(*cells.values()):
        return nothing_yet(_TITLE)
    norms = {name: numbers(values) for name, values in cells.items()}
    count = min(map(len, norms.values()))
    if len({len(values) for values in norms.values()}) > 1 or count < 2:
        raise ValueError(f"expected as many norms for each cell, two or more, got {[*map(len, norms.values())]}")
    bottom = 34 + 92 * len(norms)
    rows = [_row(34 + 92 * k, name, values) for k, (name, values) in enumerate(norms.items())]
    return FrameChooser.build(
        [slider("Steps back", [str(k) for k in range(count)])],
        svg.picture(780, bottom + 62, *rows, legend(bottom + 10), SLOT),
        lambda k: (_marks(k, norms), _sentence(k, norms)),
        [count - 1],
        title=_TITLE,
        alt=f"The time steps of {', '.join(norms)} as boxes, the last one at the right, each in the colour of the "
        "gradient that arrives there.",
    )


def _place(k, count):
    """The middle of the step that is k steps before the last, and the width of one step."""
    width = (_RIGHT - _LEFT) / count
    return _RIGHT - width * (k + 0.5), width


def _row(y, name, values):
    """The boxes of one cell, and the gradient's way from right to left above them."""
    parts = [svg.words(24, y + 36, name, 15, svg.INK, "start", font_weight=600)]
    for k, value in enumerate(values):
        x, width = _place(k, len(values))
        gap = min(8.0, width / 4)
        parts.append(svg.rect(x - (width - gap) / 2, y + 14, width - gap, 34, 4, heat(value), "#7c858c"))
    parts.append(svg.arrow([(_RIGHT, y + 4), (_LEFT, y + 4)], svg.RED, 1.5, 6))
    return "".join(parts)


def _marks(k, norms):
    """A ring around the step, and the number that is there."""
    parts = []
    for row, values in enumerate(norms.values()):
        y, (x, width) = 34 + 92 * row, _place(k, len(values))
        parts.append(svg.rect(x - width / 2 - 1, y + 10, width + 2, 42, 5, "none", svg.INK, stroke_width=3))
        shown = svg.number(values[k], 2, 0) if isfinite(values[k]) else "not a number"
        parts.append(svg.words(min(max(x, 130), 715), y + 70, shown, 14, svg.RED, font_weight=600))
    return "".join(parts)


def _sentence(k, norms):
    if k == 0:
        return "The last step: no way back yet. Slide, and follow the gradient to earlier steps."
    read = ", ".join(f"{name} {_size(values[k])}" for name, values in norms.items())
    return f"{'One step' if k == 1 else f'{k} steps'} back the gradient is: {read}."


def _size(value):
    return svg.number(value, 2, 0) if isfinite(value) else "no longer a number"
