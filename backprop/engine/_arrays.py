"""Operations that mix or move entries: reductions, products, shapes, picking and joining.

What a VJP may do, that arrays may be complex, and how an op is added: see `_elementwise.py`.
"""

import numpy as np

from ._tensor import op


@op
def sum(x, axis=None, keepdims=False):
    """The sum over all entries, or over one axis or a tuple of axes."""
    shape = x.shape  # a VJP that used x.shape would keep all of x
    return x.sum(axis=axis, keepdims=keepdims), lambda g: _spread(g, shape, axis, keepdims)


@op
def mean(x, axis=None, keepdims=False):
    """The mean over all entries, or over one axis or a tuple of axes."""
    out, shape = x.mean(axis=axis, keepdims=keepdims), x.shape
    share = out.size / x.size
    return out, lambda g: _spread(g * share, shape, axis, keepdims)


@op
def var(x, axis=None, keepdims=False, correction=1):
    """The variance; the divisor is the number of entries minus `correction`, by default 1 as in torch."""
    centred = x - x.mean(axis=axis, keepdims=True)
    total = (centred * centred).sum(axis=axis, keepdims=keepdims)
    divisor = x.size / total.size - correction
    return total / divisor, lambda g: centred * _spread(g * (2 / divisor), centred.shape, axis, keepdims)


@op
def max(x, axis=None, keepdims=False):
    """The largest entry; entries that tie share the gradient, as in torch's amax."""
    top = x.max(axis=axis, keepdims=True)

    def vjp(g):
        winners = (x == top).astype(x.dtype)
        return _spread(g, x.shape, axis, keepdims) * (winners / winners.sum(axis=axis, keepdims=True))

    return x.max(axis=axis, keepdims=keepdims), vjp


def _spread(g, shape, axis, keepdims):
    """Repeat g along the axes of this shape that a reduction removed."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


@op
def matmul(a, b):
    """a @ b for vectors, matrices and stacks of matrices, with broadcasting."""
    out = np.matmul(a, b)
    left = a if a.ndim > 1 else a[None, :]  # a vector is a row on the left and a column on the right
    right = b if b.ndim > 1 else b[:, None]
    full = (*out.shape[: out.ndim - (a.ndim > 1) - (b.ndim > 1)], left.shape[-2], right.shape[-1])

    def vjp_b(g):
        part = left.swapaxes(-1, -2) @ g.reshape(full)
        return part if b.ndim > 1 else part[..., 0]

    return out, lambda g: g.reshape(full) @ right.swapaxes(-1, -2), vjp_b


@op
def _einsum(*operands, equation):
    sources, out = equation
    return np.einsum(f"{','.join(sources)}->{out}", *operands), *(
        lambda g, i=i: _einsum_vjp(g, i, operands, sources, out) for i in range(len(operands))
    )


def einsum(equation, *operands):
    """Sum products over named axes, as numpy.einsum does; for instance "ij,jk->ik" is the matrix product."""
    if "..." in equation:
        raise ValueError(f"einsum needs a letter for each axis, and {equation!r} has '...'.")
    left, arrow, out = equation.replace(" ", "").partition("->")
    letters = left.replace(",", "")
    return _einsum(*operands, equation=(left.split(","), out if arrow else _once(letters)))


def _once(letters):
    """Return the letters that occur once, in order: the result's axes when the equation does not name them."""
    return "".join(letter for letter in sorted(letters) if letters.count(letter) == 1)


def _einsum_vjp(g, i, operands, sources, out):
    """Put g in the place of operand i's axes and let the other operands be."""
    others = [source for j, source in enumerate(sources) if j != i]
    arrays = [array for j, array in enumerate(operands) if j != i]
    axes = "".join(dict.fromkeys(sources[i]))
    known = "".join(letter for letter in axes if letter in out + "".join(others))
    part = np.einsum(f"{','.join([out, *others])}->{known}", g, *arrays)
    full = np.zeros(operands[i].shape, part.dtype)
    view = np.einsum(f"{sources[i]}->{axes}", full)  # a writable view; where a letter repeats, the diagonal
    view[...] = np.expand_dims(part, [k for k, letter in enumerate(axes) if letter not in known])
    return full


@op
def reshape(x, *shape):
    """The same entries in a new shape; one size may be -1."""
    before = x.shape
    return x.reshape(*shape), lambda g: g.reshape(before)


@op
def transpose(x, dim0, dim1):
    """Swap two axes, as in torch; `permute` reorders them all and `.T` reverses them."""
    return x.swapaxes(dim0, dim1), lambda g: g.swapaxes(dim0, dim1)


swapaxes = transpose


@op
def permute(x, dims):
    """Put the axes in the order `dims`."""
    return x.transpose(dims), lambda g: g.transpose(np.argsort(dims))


@op
def getitem(x, index):
    """x[index], basic or fancy; an entry that was picked twice gets the sum of both gradients."""
    shape = x.shape

    def vjp(g):
        full = np.zeros(shape, g.dtype)
        if _is_basic(index):
            full[index] = g
        else:
            np.add.at(full, index, g)  # full[index] += g would keep one of the gradients of a repeated index
        return full

    return x[index], vjp


def _is_basic(index):
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, (int, np.integer, slice, type(None), type(...))) for part in parts)


@op
def _concatenate(*parts, axis):
    ends = np.cumsum([part.shape[axis] for part in parts])[:-1]
    count = len(parts)
    return np.concatenate(parts, axis), *(lambda g, i=i: np.split(g, ends, axis)[i] for i in range(count))


def concatenate(tensors, axis=0):
    """Join tensors along an axis they already have."""
    return _concatenate(*tensors, axis=axis)


@op
def _stack(*parts, axis):
    return np.stack(parts, axis), *(lambda g, i=i: np.moveaxis(g, axis, 0)[i] for i in range(len(parts)))


def stack(tensors, axis=0):
    """Join tensors of one shape along a new axis."""
    return _stack(*tensors, axis=axis)


@op
def pad(x, widths, value=0.0):
    """Put `value` around x: widths is ((before, after), ...), one pair for each axis, as in numpy.pad."""
    inside = tuple(slice(before, before + size) for (before, _), size in zip(widths, x.shape, strict=True))
    return np.pad(x, widths, constant_values=value), lambda g: g[inside]
