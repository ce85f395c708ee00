"""The operations: each is its value and, beside it, one VJP for each input.

A VJP takes g, the gradient of the loss with respect to the value, to the gradient with respect to that input. It may
return g itself or a view, or leave out the summing where an input was broadcast: the sweep sees to all three.
"""

import numpy as np

from ._tensor import Tensor, op


@op
def add(a, b):
    """a + b, with broadcasting."""
    return a + b, lambda g: g, lambda g: g


@op
def subtract(a, b):
    """a - b, with broadcasting."""
    return a - b, lambda g: g, lambda g: -g


@op
def multiply(a, b):
    """a * b, entry by entry, with broadcasting."""
    return a * b, lambda g: g * b, lambda g: g * a


@op
def divide(a, b):
    """a / b, entry by entry, with broadcasting."""
    return a / b, lambda g: g / b, lambda g: -g * a / (b * b)


@op
def negative(x):
    """-x."""
    return -x, lambda g: -g


@op
def power(a, b):
    """a ** b, entry by entry; the exponent may be a tensor, then a must be positive."""
    out = a**b
    # b - (b != 0) is the exponent b - 1, but 0 for b = 0, where the slope is 0 even at a = 0
    return out, lambda g: g * (b * a ** (b - (b != 0))), lambda g: g * out * np.log(a)


@op
def exp(x):
    """e to the power of x."""
    out = np.exp(x)
    return out, lambda g: g * out


@op
def log(x):
    """The natural logarithm of x."""
    return np.log(x), lambda g: g / x


@op
def tanh(x):
    """The hyperbolic tangent."""
    out = np.tanh(x)
    return out, lambda g: g * (1 - out * out)


@op
def sigmoid(x):
    """1 / (1 + exp(-x))."""
    with np.errstate(over="ignore"):  # where exp(-x) is too large for a float, 1 / inf = 0 is the right answer
        out = 1 / (1 + np.exp(-x))
    return out, lambda g: g * out * (1 - out)


@op
def relu(x):
    """max(x, 0); at the kink the slope is 0, as in torch."""
    return np.maximum(x, 0), lambda g: g * (x > 0)


@op
def matmul(a, b):
    """a @ b: vectors, matrices and stacks of matrices, with broadcasting."""
    left = a if a.ndim > 1 else a[None, :]
    right = b if b.ndim > 1 else b[:, None]

    def full(g):
        g = g if b.ndim > 1 else g[..., None]
        return g if a.ndim > 1 else g[..., None, :] if b.ndim > 1 else g[None]

    def vjp_b(g):
        part = _turned(left) @ full(g)
        return part if b.ndim > 1 else part[..., 0]

    return a @ b, lambda g: full(g) @ _turned(right), vjp_b


def _turned(a):
    return a.swapaxes(-1, -2)


@op
def sum(x, axis=None, keepdims=False):
    """The sum over all entries, or over one axis or a tuple of axes."""
    return x.sum(axis=axis, keepdims=keepdims), lambda g: _spread(g, x.shape, axis, keepdims)


@op
def mean(x, axis=None, keepdims=False):
    """The mean over all entries, or over one axis or a tuple of axes."""
    out = x.mean(axis=axis, keepdims=keepdims)
    return out, lambda g: _spread(g * (out.size / x.size), x.shape, axis, keepdims)


def _spread(g, shape, axis, keepdims):
    """Repeat g along the axes that a reduction removed."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


@op
def reshape(x, *shape):
    """The same entries in a new shape; one size may be -1."""
    return x.reshape(*shape), lambda g: g.reshape(x.shape)


@op
def transpose(x, dim0, dim1):
    """Swap two axes."""
    return x.swapaxes(dim0, dim1), lambda g: g.swapaxes(dim0, dim1)


@op
def permute(x, dims):
    """Put the axes in the order `dims`."""
    return x.transpose(dims), lambda g: g.transpose(np.argsort(dims))


@op
def getitem(x, index):
    """x[index], basic or fancy; an entry that is picked twice gets both gradients."""

    def vjp(g):
        out = np.zeros(x.shape, g.dtype)
        np.add.at(out, index, g)
        return out

    return x[index], vjp


def _reversed(function):
    return lambda a, b: function(b, a)


METHODS = {
    "__add__": add, "__radd__": add, "__sub__": subtract, "__rsub__": _reversed(subtract),
    "__mul__": multiply, "__rmul__": multiply, "__truediv__": divide, "__rtruediv__": _reversed(divide),
    "__pow__": power, "__rpow__": _reversed(power), "__neg__": negative,
    "__matmul__": matmul, "__rmatmul__": _reversed(matmul), "__getitem__": getitem,
    "exp": exp, "log": log, "tanh": tanh, "sigmoid": sigmoid, "relu": relu, "sum": sum, "mean": mean,
    "reshape": reshape, "transpose": transpose, "permute": permute,
    "T": property(lambda x: permute(x, tuple(range(x.ndim))[::-1]), doc="All axes in reverse order."),
}  # fmt: skip

for name, method in METHODS.items():
    setattr(Tensor, name, method)
