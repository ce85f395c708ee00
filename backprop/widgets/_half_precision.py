"""What float16 loses of a net's gradients, and how a loss scale saves them."""

from math import isfinite, log2
from struct import pack, unpack

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, slider, undone
from backprop.widgets._heat import raised
from backprop.widgets._plot import Plot, numbers

_TITLE, _BINS = "What float16 loses", 56
_ZERO, _NORMAL, _LARGEST = -25, -14, 16  # powers of two: below half of the smallest number, 2⁻²⁴, all rounds to 0
_LOW, _HIGH = -40, 16


def half_precision(gradients, scales=tuple(2**k for k in range(0, 25, 2))):
    """The sizes of gradients in the range of float16: `half_precision([1e-9, -3e-6, 0.02])`; zeros are left out.

    The slider multiplies the loss, and with it every gradient. Each is then rounded to float16, and what is lost is
    counted: a gradient loses digits if its relative error is above 2⁻¹¹, that of a normal float16.
    """
    if undone(gradients):
        return nothing_yet(_TITLE)
    sizes = [abs(value) for value in numbers(gradients) if value and isfinite(value)]
    if not sizes:
        raise ValueError("expected gradients that are not all zero, got none; has the backward pass run?")
    plot = Plot((_LOW, _HIGH + 2), (0, 1), left=40, right=740, top=48, bottom=268)
    return FrameChooser.build(
        [slider("Loss scale", [svg.number(scale, 9) for scale in scales])],
        svg.picture(780, 323, _ranges(plot), SLOT),
        lambda k: (_bars(plot, [size * scales[k] for size in sizes]), _sentence(sizes, scales[k])),
        [0],
        title=_TITLE,
        alt="A histogram of the gradients' sizes over powers of two, with the part where float16 has no number, the "
        "part where it has fewer digits, and the part where all is well.",
    )


def rounded(value):
    """The nearest float16, or infinity: `rounded(1e-9) == 0.0`."""
    try:
        return unpack("e", pack("e", value))[0]
    except OverflowError:
        return float("inf")


def _ranges(plot):
    """The four ranges of float16 as coloured ground."""
    borders = [_LOW, _ZERO, _NORMAL, _LARGEST, _HIGH + 2]
    colours, names = (svg.PALE_RED, svg.PALE, svg.PALE_GREEN, svg.PALE_RED), ("becomes 0", "loses digits", "kept", "∞")
    parts = []
    for low, high, colour, name in zip(borders, borders[1:], colours, names, strict=False):
        left, width = plot.x(low), plot.x(high) - plot.x(low)
        parts.append(svg.rect(left, plot.top - 30, width, plot.bottom - plot.top + 30, 0, colour))
        parts.append(svg.words(left + width / 2, plot.top - 12, name, 13, svg.INK, font_weight=600))
    marks = [svg.words(plot.x(p), plot.bottom + 20, f"2{raised(p)}", 13, svg.QUIET) for p in range(_LOW, _HIGH + 1, 8)]
    return "".join([*parts, *marks, svg.words(390, plot.bottom + 42, "size of a gradient, scaled", 14)])


def _bars(plot, sizes):
    counts = [0] * _BINS
    for size in sizes:
        place = int((log2(size) - _LOW) / (_HIGH + 2 - _LOW) * _BINS)
        counts[min(max(place, 0), _BINS - 1)] += 1
    width = (plot.right - plot.left) / _BINS
    return "".join(
        svg.rect(plot.left + k * width, plot.y(n / max(counts)), width - 1, plot.bottom - plot.y(n / max(counts)), 0,
                 svg.BLUE)
        for k, n in enumerate(counts)
        if n
    )  # fmt: skip


def _sentence(sizes, scale):
    """What becomes of them, counted one by one."""
    halves = [(size * scale, rounded(size * scale)) for size in sizes]
    gone = sum(half == 0 for _, half in halves) / len(halves)
    over = sum(not isfinite(half) for _, half in halves) / len(halves)
    worse = sum(isfinite(half) and half > 0 and abs(half - size) > size / 2**11 for size, half in halves) / len(halves)
    lost = f"{gone:.0%} become 0, {worse:.0%} lose digits, {over:.0%} overflow"
    return f"Loss scale {svg.number(scale, 9)}: of {len(sizes)} gradients {lost}."
