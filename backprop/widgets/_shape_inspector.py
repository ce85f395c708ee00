"""Every product of a network's two passes with its shapes; a wrong transpose does not fit, and one sees where."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider, switch

_MIDDLE, _LARGEST = 150, 9  # the most rows or columns that are drawn


def shape_inspector(sizes=(3, 4, 2), batch=5, arrays=None):
    """Step through all products of a network of these layer sizes: `shape_inspector((3, 4, 2), batch=5)`.

    A batch is rows: Z = A Wᵀ + b, and W[l] has shape (out, in). `arrays` may hold the numbers of a real step under the
    names on the picture, {"A_0": X, "W_1": W1, "δ_2": delta, ...}: blue cells are positive, red ones negative.
    """
    if len(sizes) < 2 or min(sizes) < 1 or batch < 1:
        raise ValueError(f"expected two or more sizes of at least 1 and a batch of at least 1, got {sizes}, {batch}")
    products = [*_forward(sizes, batch), *_backward(sizes, batch)]
    places = [f"{k + 1} of {len(products)}" for k in range(len(products))]
    return FrameChooser.build(
        [slider("Product", places), switch("Wrong transpose")],
        svg.picture(780, 330, SLOT),
        lambda k, wrong: _draw(*products[k], bool(wrong), arrays or {}),
        (0, 0),
        title=f"Shapes in a network {' – '.join(map(str, sizes))}, batch {batch}",
        alt="Two matrices and their product drawn as grids, each with its name and its shape.",
    )


def _forward(sizes, batch):
    for layer, (into, out) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        yield (f"A_{layer - 1}", (batch, into)), (f"W_{layer}ᵀ", (into, out)), (f"Z_{layer}", (batch, out)), (
            f"Forward, layer {layer}: each row of A is one example; its numbers meet the weights of each unit."
        )  # fmt: skip


def _backward(sizes, batch):
    for layer in range(len(sizes) - 1, 0, -1):
        into, out = sizes[layer - 1], sizes[layer]
        yield (f"δ_{layer}ᵀ", (out, batch)), (f"A_{layer - 1}", (batch, into)), (f"∂L/∂W_{layer}", (out, into)), (
            f"Weights, layer {layer}: the batch is summed away, and what is left has the shape of W."
        )  # fmt: skip
        yield ("1ᵀ", (1, batch)), (f"δ_{layer}", (batch, out)), (f"∂L/∂b_{layer}", (1, out)), (
            f"Biases, layer {layer}: a row of ones sums over the batch."
        )  # fmt: skip
        if layer > 1:
            yield (f"δ_{layer}", (batch, out)), (f"W_{layer}", (out, into)), (f"∂L/∂A_{layer - 1}", (batch, into)), (
                f"Back to layer {layer - 1}: the weights carry each delta to the units it came from; "
                f"times f′(Z) it is δ of that layer."
            )  # fmt: skip


def _draw(left, right, result, sentence, wrong, arrays):
    """Three grids, and where the inner dimensions meet."""
    if wrong:
        name, (rows, columns) = right
        right = (name[:-1] if name.endswith("ᵀ") else f"{name}ᵀ", (columns, rows))
    fits = left[1][1] == right[1][0]
    same = wrong and right[1][0] == right[1][1]
    cell = min(32, 190 / min(_LARGEST, max(left[1] + right[1] + result[1])))
    parts = [_grid(130, *left, cell, arrays, 1 if fits else 3), svg.words(260, _MIDDLE, "×", 26)]
    parts += [_grid(390, *right, cell, arrays, 0 if fits else 2), svg.words(520, _MIDDLE, "=", 26)]
    parts.append(_grid(650, *result, cell, arrays) if fits and not same else _refused(left[1][1], right[1][0], same))
    return "".join(parts), _words(left, right, result, sentence, wrong, fits)


def _words(left, right, result, sentence, wrong, fits):
    shapes = " × ".join(f"{svg.plain(name)} {_shape(shape)}" for name, shape in (left, right))
    if not fits:
        clash = f"{left[1][1]} columns meet {right[1][0]} rows"
        return f"{shapes} does not fit: {clash}. One of the two is transposed wrongly."
    if wrong:
        return f"{shapes} fits all the same, so no error will tell you: the matrix is square and its numbers are wrong."
    return f"{shapes} = {svg.plain(result[0])} {_shape(result[1])}. {sentence}"


def _shape(shape):
    return f"({shape[0]}, {shape[1]})"


def _grid(x, name, shape, cell, arrays, inner=None):
    """A matrix as cells; `inner` is 0 or 1 where that side must fit, 2 or 3 where it does not."""
    rows, columns = (min(n, _LARGEST) for n in shape)
    left, top = x - columns * cell / 2, _MIDDLE - 6 - rows * cell / 2
    colour = _colours(name, shape, arrays)
    cells = [
        svg.rect(left + c * cell, top + r * cell, cell - 2, cell - 2, 3, colour(r, c), "#8fa3b3")
        for r in range(rows)
        for c in range(columns)
    ]
    return "".join(cells) + svg.formula(x, 34, name, 20) + _sizes(x, shape, inner)


def _colours(name, shape, arrays):
    """A cell's colour: by its number where there is one, else the same for all."""
    found = arrays.get(name.removesuffix("ᵀ"))
    if found is None:
        return lambda r, c: svg.PALE_BLUE
    rows = found if hasattr(found[0], "__len__") else [found]  # a bias gradient may come without its axis of one
    table = [[float(value) for value in row] for row in rows]
    if name.endswith("ᵀ"):
        table = [list(column) for column in zip(*table, strict=True)]
    if (len(table), len(table[0])) != tuple(shape):
        raise ValueError(f"expected {name} of shape {tuple(shape)}, got ({len(table)}, {len(table[0])})")
    largest = max(abs(value) for row in table for value in row) or 1.0
    return lambda r, c: shade(table[r][c] / largest)


def shade(share, least=0.0):
    """White at 0, blue toward 1, red toward -1; a line needs at least some colour: `shade(0.0, least=0.25)`."""
    end = (0, 114, 178) if share > 0 else (213, 94, 0)
    return "#" + "".join(f"{round(255 + (tone - 255) * min(max(abs(share), least), 1)):02x}" for tone in end)


def _sizes(x, shape, inner):
    """The shape below, with the side that has to fit in colour."""
    parts = [f'<tspan fill="{_tone(inner, side)}">{n}</tspan>' for side, n in enumerate(shape)]
    text = svg.words(x, 284, "?", 19, font_weight=600)
    more = svg.words(x, 308, "drawn smaller", 12, svg.QUIET) if max(shape) > _LARGEST else ""
    return text.replace("?", f"({parts[0]}, {parts[1]})") + more


def _tone(inner, side):
    if inner is None or inner % 2 != side:
        return svg.INK
    return svg.RED if inner > 1 else svg.GREEN


def _refused(columns, rows, same):
    if same:
        lines = ((-6, "fits,"), (20, "but is wrong"))
        return "".join(svg.words(650, _MIDDLE + down, text, 18, svg.RED) for down, text in lines)
    cross = svg.path([(625, 115), (675, 165)], svg.RED, 6) + svg.path([(675, 115), (625, 165)], svg.RED, 6)
    return cross + svg.words(650, 206, f"{columns} ≠ {rows}", 20, svg.RED, font_weight=700)
