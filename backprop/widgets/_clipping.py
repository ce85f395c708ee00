"""Gradient arrows before and after clipping: by value, by array, by global norm."""

from math import hypot

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, choice, slider

_WAYS = ("by value", "by array", "by global norm")


def clip(gradients, way, limit):
    """The clipped gradients: `clip({"W": (3.0, 4.0)}, "by array", 1.0) == {"W": (0.6, 0.8)}`."""
    if way == "by value":
        return {name: tuple(min(max(g, -limit), limit) for g in pair) for name, pair in gradients.items()}
    norms = {name: hypot(*pair) for name, pair in gradients.items()}
    if way == "by global norm":
        norms = dict.fromkeys(norms, hypot(*norms.values()))
    shrink = {name: min(1.0, limit / norm) if norm else 1.0 for name, norm in norms.items()}
    return {name: tuple(g * shrink[name] for g in pair) for name, pair in gradients.items()}


def clipping(gradients=None, limits=(0.5, 1, 1.5, 2, 3, 4, 5, 6, 8), start=2):
    """Two gradients as arrows, before and after: `clipping({"W_1": (6.0, 1.5), "W_2": (0.5, 1.0)})`."""
    gradients = gradients or {"W_1": (5.0, 2.0), "W_2": (-1.5, 3.0)}
    reach = max(abs(g) for pair in gradients.values() for g in pair) * 1.15
    spots = [780 * (2 * k + 1) / (2 * len(gradients)) for k in range(len(gradients))]
    base = [_axes(x, name) for x, name in zip(spots, gradients, strict=True)]
    return FrameChooser.build(
        [choice("Clip", _WAYS), slider("Limit", map(svg.number, limits))],
        svg.picture(780, 366, *base, _legend(), SLOT),
        lambda way, k: _draw(gradients, spots, 130 / reach, _WAYS[way], limits[k]),
        (0, [*limits].index(start) if start in limits else 0),
        title="Clipping",
        alt="For each array the gradient as an arrow: grey before clipping, red after; the limit is a dashed line, "
        "but for the global norm, which is no single array's.",
    )


def _axes(x, name):
    cross = svg.path([(x - 145, 160), (x + 145, 160)], svg.LINE, 1) + svg.path([(x, 20), (x, 300)], svg.LINE, 1)
    return cross + svg.formula(x, 326, f"∂L/∂{name}", 18)


def _legend():
    before = svg.words(24, 26, "before", 14, svg.QUIET, "start")
    return before + svg.words(24, 46, "after", 14, svg.RED, "start", font_weight=600)


def _draw(gradients, spots, scale, way, limit):
    """The arrows of every array, and whether the direction was kept."""
    after = clip(gradients, way, limit)
    parts = []
    for x, name in zip(spots, gradients, strict=True):
        parts.append(_boundary(x, way, min(limit * scale, 150)))
        for (across, up), colour, width in ((gradients[name], "#8a9299", 6), (after[name], svg.RED, 3)):
            parts.append(svg.arrow([(x, 160), (x + across * scale, 160 - up * scale)], colour, width, 3 + 2 * width))
        parts.append(svg.words(x, 352, f"{_pair(gradients[name])} → {_pair(after[name])}", 14, svg.RED))
    return "".join(parts), _sentence(gradients, after, way, limit)


def _pair(pair):
    return f"({', '.join(svg.number(g, 3) for g in pair)})"


def _boundary(x, way, radius):
    dashes = {"stroke_dasharray": "4 4", "stroke_width": 1.5}
    if way == "by value":
        return svg.rect(x - radius, 160 - radius, 2 * radius, 2 * radius, 0, "none", svg.BLUE, **dashes)
    if way == "by array":
        return svg.circle(x, 160, radius, "none", stroke=svg.BLUE, **dashes)
    return ""  # the limit is one for all arrays together, so there is no circle to draw


def _sentence(gradients, after, way, limit):
    norms = [hypot(*(g for pair in state.values() for g in pair)) for state in (gradients, after)]
    sizes = f"The global norm goes from {svg.number(norms[0], 3)} to {svg.number(norms[1], 3)}"
    if norms[0] == norms[1]:
        return f"Clipped {way} at {svg.number(limit)}: nothing is over the limit, nothing changes."
    if way == "by value":
        kept = "each number was cut for itself, so the arrows may turn."
    elif way == "by array":
        kept = "each arrow keeps its own direction, but their sizes no longer compare as before."
    else:
        kept = "all arrows shrink by the same factor, so the whole step keeps its direction."
    return f"{sizes}: {kept}"
