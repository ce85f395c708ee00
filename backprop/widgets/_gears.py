"""Gears whose ratios multiply: each is a local derivative, and the last one turns by their product."""

from math import cos, pi, prod, sin

import traitlets

from backprop.widgets import _svg as svg
from backprop.widgets._card import Card

_DEGREES = 30  # what a gear is drawn to turn for one unit: an hour of the clock


class Gears(Card):
    """Ratios on sliders, their product live: `Gears([2, 3, -0.5], names=["x", "u", "v", "y"])`.

    `ratios[k]` is the local derivative of names[k + 1] by names[k]; `turn` is how far the first gear is turned.
    """

    _scripts = ("gears.js",)

    names = traitlets.List(traitlets.Unicode())
    ratios = traitlets.List(traitlets.Float())
    turn = traitlets.Float(1.0)
    degrees = traitlets.Float(_DEGREES)
    most = traitlets.Float(3.0, help="the largest ratio a slider offers")

    def __init__(self, ratios=(2.0, 1.5, -0.5), names=("x", "u", "v", "y"), title="Gears: ratios multiply", **traits):
        names = list(names)[: len(ratios) + 1]
        if not 2 <= len(names) == len(ratios) + 1 <= 4:
            raise ValueError(f"expected 1 to 3 ratios and a name for each gear, got {len(ratios)} and {names}")
        alt = f"{len(names)} gears in a row, {', '.join(names)}; the arrow between two gears carries its ratio."
        super().__init__(ratios=[float(r) for r in ratios], names=names, title=title, alt=alt, **traits)
        self.picture = self._draw()

    def _draw(self):
        spots = [780 * (2 * k + 1) / (2 * len(self.names)) for k in range(len(self.names))]
        turns = [self.turn * prod(self.ratios[:k]) for k in range(len(self.names))]
        gears = [_gear(k, *pair) for k, pair in enumerate(zip(spots, turns, strict=True))]
        labels = [svg.formula(x, 224, name, 22) for x, name in zip(spots, self.names, strict=True)]
        turned = [_number(x, 250, f"turn-{k}", f"turned {svg.number(turns[k])}") for k, x in enumerate(spots)]
        links = [self._link(k, spots[k], spots[k + 1]) for k in range(len(self.ratios))]
        return svg.picture(780, 270, *gears, *labels, *turned, *links)

    def _link(self, k, left, right):
        """The arrow from one gear to the next, with the fraction and the ratio."""
        middle, start, end = (left + right) / 2, left + 74, right - 74
        top, bottom = self.names[k + 1], self.names[k]
        fraction = svg.formula(middle, 66, f"d{top}/d{bottom}", 15)
        ratio = _number(middle, 92, f"ratio-{k}", f"× {svg.number(self.ratios[k])}", svg.RED, 18)
        return svg.arrow([(start, 110), (end, 110)], svg.INK, 2.5, 8) + fraction + ratio

    def static_caption(self):
        """The product in words."""
        return f"{self.alt} {product_sentence(self.names, self.ratios)}"


def product_sentence(names, ratios):
    """The chain rule with numbers: `product_sentence(["x", "u"], [2.0]) == "du/dx = 2. ..."`."""
    shown = [f"({svg.number(r)})" if r < 0 else svg.number(r) for r in ratios]
    factors = " × ".join(f"d{b}/d{a}" for a, b in zip(names, names[1:], strict=False))
    return f"d{names[-1]}/d{names[0]} = {factors} = {' × '.join(shown)} = {svg.number(prod(ratios))}."


def _number(x, y, part, text, fill=svg.BLUE, size=15):
    return svg.words(x, y, text, size, fill, font_weight=600, data_part=part)


def _gear(k, x, turn, teeth=14, outer=62, inner=52):
    """A toothed wheel with a mark that shows how far it has turned."""
    corners = []
    for tooth in range(teeth):
        for share, radius in ((0.0, inner), (0.18, outer), (0.5, outer), (0.68, inner)):
            angle = 2 * pi * (tooth + share) / teeth
            corners.append((radius * sin(angle), -radius * cos(angle)))
    wheel = svg.path([*corners, corners[0]], "#7c858c", 1.5, svg.PALE_BLUE, stroke_linejoin="round")
    mark = svg.path([(0, 0), (0, -40)], svg.BLUE, 5, stroke_linecap="round") + svg.circle(0, -40, 7, svg.BLUE)
    hub = svg.circle(0, 0, 9, svg.PAPER, stroke="#7c858c", stroke_width=1.5)
    rotated = f'<g data-part="gear-{k}" transform="rotate({_DEGREES * turn:g})">{wheel}{mark}{hub}</g>'
    start = svg.path([(0, -66), (0, -78)], svg.QUIET, 1.5)
    return f'<g transform="translate({x:g} 120)">{start}{rotated}</g>'
