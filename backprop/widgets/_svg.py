"""Drawing in SVG: colours that colour-blind readers can tell apart, numbers and labels that look like mathematics."""

import re
from html import escape

INK, QUIET, LINE, PAPER = "#1b1b1b", "#595959", "#b8bec4", "#ffffff"
BLUE, RED, GREEN, PURPLE = "#0072B2", "#B34700", "#00664B", "#8C3F70"  # Okabe-Ito, darkened where text needs contrast
PALE_BLUE, PALE_RED, PALE_GREEN, PALE = "#E6F1F9", "#FCEDE3", "#E3F4EE", "#F3F5F7"
SANS = "system-ui, Arial, sans-serif"
SERIF = "'STIX Two Text', 'STIX Two Math', Cambria, 'Times New Roman', serif"

_WORD = re.compile(r"(?P<word>(?:(?![²³¹⁰⁴-⁹])[^\W\d_])+)(?:_(?P<sub>\{[^}]*\}|[^\W_]))?")
_LOWERED = str.maketrans("0123456789oh", "₀₁₂₃₄₅₆₇₈₉ₒₕ")


def number(value, digits=4, zero=1e-12):
    """A number as it is printed in a book: `number(-0.50) == "−0.5"`, with a true minus and no idle zeros."""
    if abs(value) <= zero:
        return "0"
    shown = f"{value:.{digits}g}"
    if 1e-4 <= abs(value) < 1e5:
        shown = f"{float(shown):g}"  # 400, not 4e+02
    if "e" in shown:
        mantissa, power = shown.split("e")
        shown = f"{mantissa}·10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return shown.replace("-", "−")


def plain(label):
    """A label for a sentence: `plain("∂L/∂w_{11}") == "∂L/∂w₁₁"`."""
    return _WORD.sub(lambda m: m["word"] + (m["sub"] or "").strip("{}").translate(_LOWERED), label)


def math(label):
    """A label as SVG: `w_{11}` gets a true subscript, single letters are italic, words such as ReLU are upright."""
    parts, end = [], 0
    for found in _WORD.finditer(label):
        parts += [escape(label[end : found.start()]), _symbol(found["word"], (found["sub"] or "").strip("{}"))]
        end = found.end()
    return "".join([*parts, escape(label[end:])])


def _symbol(word, sub):
    style = ' font-style="italic"' if len(word) == 1 else ""
    letter = f"<tspan{style}>{escape(word)}</tspan>"
    if not sub:
        return letter
    # the zero-width space carries the way back up to the baseline: Firefox has no baseline-shift
    return f'{letter}<tspan dy=".32em" font-size="70%">{escape(sub)}</tspan><tspan dy="-.224em">\u200b</tspan>'


def html_math(label):
    """A label as HTML: `html_math("w_1") == "<i>w</i><sub>1</sub>"`."""
    parts, end = [], 0
    for found in _WORD.finditer(label):
        word, sub = escape(found["word"]), escape((found["sub"] or "").strip("{}"))
        letter = f"<i>{word}</i>" if len(word) == 1 else word
        parts += [escape(label[end : found.start()]), letter + (f"<sub>{sub}</sub>" if sub else "")]
        end = found.end()
    return "".join([*parts, escape(label[end:])])


def words(x, y, content, size=14, fill=INK, anchor="middle", **more):
    """A line of prose at (x, y)."""
    return _text(x, y, escape(content), size, fill, anchor, {"font_family": SANS} | more)


def formula(x, y, label, size=16, fill=INK, anchor="middle", halo=0, **more):
    """A line of mathematics at (x, y), written as for `math`; a halo keeps it readable across a line."""
    line = _text(x, y, math(label), size, fill, anchor, more)
    if not halo:
        return line
    # drawn beneath as a text of its own: an outline within one text eats its neighbours' subscripts
    outline = {"stroke": PAPER, "stroke_width": halo, "stroke_linejoin": "round", "aria_hidden": "true"}
    return _text(x, y, math(label), size, PAPER, anchor, more | outline) + line


def _text(x, y, content, size, fill, anchor, more):
    more = more if anchor == "middle" else {"text_anchor": anchor} | more  # the picture itself says middle, and serif
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}"{_attributes(more)}>{content}</text>'


def rect(x, y, width, height, radius=8, fill=PAPER, stroke="none", **more):
    """A rectangle, rounded unless told not to be."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}" '
        f'stroke="{stroke}"{_attributes(more)}/>'
    )


def half(x, y, width, height, fill, top=True, radius=8):
    """The upper or lower half of a card: round outside, square where the halves meet."""
    turn = 1 if top else -1
    start, end = (y + height, y) if top else (y, y + height)
    d = (
        f"M{x:g} {start:g}V{end + turn * radius:g}q0 {-turn * radius} {radius} {-turn * radius}"
        f"h{width - 2 * radius:g}q{radius} 0 {radius} {turn * radius}V{start:g}z"
    )
    return f'<path d="{d}" fill="{fill}"/>'


def circle(x, y, radius, fill, **more):
    """A disc."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"{_attributes(more)}/>'


def path(points, stroke=INK, width=2, fill="none", **more):
    """A polyline through points [(x, y), ...]."""
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="{d}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{_attributes(more)}/>'


def arrow(points, stroke=INK, width=2, head=7, **more):
    """An arrow along points; its head is drawn, not a marker: marker ids of two pictures on one page would clash."""
    (x0, y0), (x1, y1) = points[-2:]
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    neck = (x1 - head * 1.4 * ux, y1 - head * 1.4 * uy)
    aside = (-uy * head * 0.6, ux * head * 0.6)
    corners = [(x1, y1), (neck[0] + aside[0], neck[1] + aside[1]), (neck[0] - aside[0], neck[1] - aside[1])]
    return path([*points[:-1], neck], stroke, width, **more) + path(corners, "none", 0, fill=stroke)


def picture(width, height, *parts):
    """A whole SVG on white paper that scales with its column."""
    body = rect(0, 0, width, height, 0) + "".join(parts)
    shrink = min(1, 780 / width)
    box = f'viewBox="0 0 {width:g} {height:g}" width="{width * shrink:g}" height="{height * shrink:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} text-anchor="middle" font-family="{SERIF}">{body}</svg>'


def height(drawn):
    """The height of a whole SVG: `height(picture(780, 330)) == 330.0`."""
    return float(re.search(r' height="([\d.]+)"', drawn)[1])


def _attributes(more):
    return "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in more.items())
