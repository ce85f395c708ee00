"""How each layer's delta is made from the one after it: back through the weights, then times the slope."""

from dataclasses import dataclass

from backprop.widgets import _svg as svg
from backprop.widgets._chooser import nothing_yet, undone
from backprop.widgets._player import FramePlayer
from backprop.widgets._plot import numbers
from backprop.widgets._shape_inspector import shade

_MOST, _TITLE = 8, "The deltas, from the last layer to the first"


def delta_recursion(weights, slopes, upstream):
    """Layer by layer: `delta_recursion([W1, W2], [f1, f2], dL_da)` with W[l] (out, in), f[l] = f′(z[l]), one example.

    `upstream` is dL/da of the last layer. Every number on the picture is computed from these; `.deltas` holds δ, first
    layer first. Of a layer with more than eight units the first eight are drawn.
    """
    if undone(weights, slopes, upstream) or undone(*weights, *slopes):
        return nothing_yet(_TITLE)
    net = _Net([[numbers(row) for row in W] for W in weights], [numbers(f) for f in slopes], numbers(upstream))
    steps = [*net.steps()]
    player = FramePlayer(
        frames=[net.frame(step) for step in steps],
        captions=[step.caption for step in steps],
        title=_TITLE,
        alt="Above, the layers as columns of units that fill with their deltas from the right; below, the computation "
        "of one layer's delta. Blue is positive, red negative.",
    )
    player.deltas = net.deltas
    return player


@dataclass(frozen=True)
class _Step:
    """One frame: this layer is being computed; is it multiplied by its slope yet?"""

    layer: int
    done: bool
    caption: str


class _Net:
    """The numbers of one backward pass. Layers count from 1, lists from 0."""

    def __init__(self, weights, slopes, upstream):
        self.weights, self.slopes, self.last = weights, slopes, len(weights)
        sizes = [len(f) for f in slopes]
        shapes = [(len(W), len(W[0])) for W in weights]
        if len(shapes) != len(sizes) or [rows for rows, _ in shapes] != sizes or len(upstream) != sizes[-1]:
            raise ValueError(
                f"expected a slope for each row of each W, got W {shapes}, slopes {sizes}, {len(upstream)}"
            )
        if [columns for _, columns in shapes[1:]] != sizes[:-1] or self.last > 5:
            raise ValueError(f"expected at most 5 layers, each W as wide as the layer before it, got W {shapes}")
        self.arriving, self.deltas = [upstream], []
        for k in reversed(range(self.last)):
            self.deltas.insert(0, [a * f for a, f in zip(self.arriving[0], slopes[k], strict=True)])
            if k:
                columns = zip(*weights[k], strict=True)
                self.arriving.insert(0, [sum(w * d for w, d in zip(c, self.deltas[0], strict=True)) for c in columns])

    def steps(self):
        """Two for each layer: what arrives, and what the slope makes of it."""
        last = self.last
        yield _Step(last, False, f"How the loss changes with each output: ∂L/∂a{_sub(last)}. Which way is back?")
        yield _Step(last, True, f"δ{_sub(last)} = ∂L/∂a{_sub(last)} times f′(z{_sub(last)}), unit by unit.")
        for layer in range(last - 1, 0, -1):
            here, after = _sub(layer), _sub(layer + 1)
            yield _Step(
                layer,
                False,
                f"Back to layer {layer}: each unit collects the deltas it fed, weighted: W{after}ᵀ δ{after}.",
            )
            yield _Step(layer, True, f"δ{here} = W{after}ᵀ δ{after} times f′(z{here}): {self._size(layer)}.")

    def _size(self, layer):
        before, now = (sum(d * d for d in self.deltas[k]) ** 0.5 for k in (layer, layer - 1))
        return f"its norm goes from {svg.number(before, 3, 0)} to {svg.number(now, 3, 0)}"

    def frame(self, step):
        """The net above, the computation below."""
        return svg.picture(780, 424, _Columns(self).draw(step), self._equation(step))

    def _equation(self, step):
        """W transposed times delta is what arrives; what arrives, times the slope, is delta."""
        k = step.layer - 1
        here, after = f"_{step.layer}", f"_{step.layer + 1}"
        arriving = _grid(240, f"∂L/∂a{here}", [[a] for a in self.arriving[k]])
        if step.done:
            slope = _grid(390, f"f′(z{here})", [[f] for f in self.slopes[k]], 1.0)
            delta = _grid(540, f"δ{here}", [[d] for d in self.deltas[k]])
            return arriving + _sign(315, "⊙") + slope + _sign(465, "=") + delta
        if step.layer == self.last:
            return arriving
        turned = _grid(200, f"W{after}ᵀ", [list(column) for column in zip(*self.weights[k + 1], strict=True)])
        given = _grid(390, f"δ{after}", [[d] for d in self.deltas[k + 1]])
        found = _grid(540, f"∂L/∂a{here}", [[a] for a in self.arriving[k]])
        return turned + _sign(330, "·") + given + _sign(465, "=") + found


class _Columns:
    """The layers as columns of units, with the weights between them."""

    def __init__(self, net):
        self.net = net
        self.x = [780 * (k + 0.5) / net.last for k in range(net.last)]

    def draw(self, step):
        """What is known already is filled; the weights being used are drawn in their colours."""
        k = step.layer - 1
        lines = [self._weights(j, j == k + 1) for j in range(1, self.net.last)]
        units = [self._units(j, self._known(j, step), j == k) for j in range(self.net.last)]
        return "".join(lines + units)

    def _known(self, j, step):
        if j + 1 == step.layer and not step.done:
            return self.net.arriving[j]
        return self.net.deltas[j] if j + 1 >= step.layer else None

    def _weights(self, j, active):
        W = self.net.weights[j]
        largest = max(abs(w) for row in W for w in row) or 1.0
        return "".join(
            svg.path(
                [(self.x[j - 1], _unit(c, len(W[0]))), (self.x[j], _unit(r, len(W)))],
                shade(W[r][c] / largest, 0.25) if active else "#e3e7ea",
                1 + 3 * abs(W[r][c]) / largest if active else 1,
            )
            for r in range(min(len(W), _MOST))
            for c in range(min(len(W[0]), _MOST))
        )

    def _units(self, j, values, active):
        count = len(self.net.slopes[j])
        largest = max(map(abs, values or [0])) or 1.0
        ring = {"stroke": svg.INK, "stroke_width": 2.5 if active else 1}
        dots = "".join(
            svg.circle(self.x[j], _unit(r, count), 9, shade(values[r] / largest) if values else svg.PAPER, **ring)
            for r in range(min(count, _MOST))
        )
        more = f", {_MOST} of {count} drawn" if count > _MOST else ""
        return dots + svg.words(self.x[j], 212, f"layer {j + 1}{more}", 14, font_weight=600 if active else 400)


def _unit(r, count):
    return 104 + 23 * (r - (min(count, _MOST) - 1) / 2)


def _sub(layer):
    return str(layer).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _sign(x, text):
    return svg.words(x, 330, text, 24)


def _grid(x, name, rows, largest=None):
    """Cells with their colour, and their number where one column leaves room for it."""
    largest = largest or max(abs(value) for row in rows for value in row) or 1.0
    drawn = [row[:_MOST] for row in rows[:_MOST]]
    wide, high = (64, 19) if len(drawn[0]) == 1 else (min(34, 210 / len(drawn[0])), 19)
    left, top = x - wide * len(drawn[0]) / 2, 326 - high * len(drawn) / 2
    cells = []
    for r, row in enumerate(drawn):
        for c, value in enumerate(row):
            colour = shade(max(-1.0, min(1.0, value / largest)), 0.0)
            cells.append(svg.rect(left + c * wide, top + r * high, wide - 2, high - 2, 3, colour, "#8fa3b3"))
            if wide == 64:
                ink = svg.PAPER if abs(value) > 0.75 * largest and value > 0 else svg.INK
                cells.append(svg.words(x - 1, top + r * high + 13.5, svg.number(value, 3, 0), 12.5, ink))
    return "".join(cells) + svg.formula(x, 416, name, 18)
