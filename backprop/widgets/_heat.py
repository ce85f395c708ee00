"""The colours of a gradient's size: powers of ten from vanished to exploded."""

from math import isfinite, log10

from backprop.widgets import _svg as svg

# from vanished (dark blue) over healthy (pale) to exploded (dark red)
_SCALE = ("#08306B", "#2166AC", "#67A9CF", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#EF8A62", "#B2182B", "#67001F")
_LOWEST, _STEP = -9, 2  # the first colour ends at 1e-7, each further one two powers later

LOW, HIGH = 10.0 ** (_LOWEST + _STEP * 4), 10.0 ** (_LOWEST + _STEP * 5)  # the bounds of the palest colour


def heat(norm):
    """The colour of a gradient's norm; black where it is no longer a number: `heat(1.0) == "#F7F7F7"`."""
    if not isfinite(norm):
        return "#000000"
    power = log10(norm) if norm > 0 else -99
    return _SCALE[min(max(int((power - _LOWEST) // _STEP), 0), len(_SCALE) - 1)]


def legend(y):
    """The colours with their powers of ten, 36 high."""
    swatches = [svg.rect(230 + 40 * k, y, 40, 16, 0, colour, svg.LINE) for k, colour in enumerate(_SCALE)]
    borders = [f"10{raised(_LOWEST + _STEP * k)}" for k in range(len(_SCALE))]
    powers = [svg.words(230 + 40 * k, y + 36, border, 13, svg.QUIET) for k, border in enumerate(borders) if k]
    ends = svg.words(218, y + 13, "vanished", 13, svg.BLUE, "end")
    return "".join([*swatches, *powers, ends, svg.words(604, y + 13, "exploded", 13, svg.RED, "start")])


def raised(n):
    """An exponent: `raised(-3) == "⁻³"`."""
    return str(n).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
