"""Steps of a network that are worth one op each: fewer passes over memory than the primitives they are made of.

What a VJP may do, that arrays may be complex, and how an op is added: see `_elementwise.py`.
"""

import numpy as np

from ._arrays import getitem
from ._tensor import op


@op
def _linear(x, weight, bias):
    out = x.dot(weight.T)  # .dot uses BLAS for sizes of 1 too, @ does not
    try:
        if bias is not None:
            out += bias
    except TypeError:  # a bias of dual numbers does not fit into an array of real ones
        out = out + bias
    return (
        out,
        lambda g: g.dot(weight),
        lambda g: g.T.dot(x),
        lambda g: np.ones(len(g), g.dtype).dot(g),  # the sum over rows, by BLAS
    )


def linear(x, weight, bias=None):
    """x @ weight.T + bias: x (..., in), weight (out, in), bias (out,) or None."""
    if x.ndim == 2:
        return _linear(x, weight, bias)
    return _linear(x.reshape(-1, x.shape[-1]), weight, bias).reshape(*x.shape[:-1], -1)


@op
def softmax(x, axis=-1):
    """exp(x) / exp(x).sum(axis), shifted so that no x overflows."""
    out = np.exp(x - x.max(axis=axis, keepdims=True))
    out /= out.sum(axis=axis, keepdims=True)
    return out, lambda g: out * (g - (g * out).sum(axis=axis, keepdims=True))


@op
def log_softmax(x, axis=-1):
    """log(softmax(x)), without overflow and without log(0)."""
    out = x - x.max(axis=axis, keepdims=True)
    out -= np.log(np.exp(out).sum(axis=axis, keepdims=True))
    return out, lambda g: g - np.exp(out) * g.sum(axis=axis, keepdims=True)


@op
def cross_entropy(logits, labels):
    """The mean of -log(softmax(logits)[label]): logits (n, classes), labels (n,) whole numbers."""
    _same(logits.shape[:-1], np.shape(labels), "one label for each row of logits")
    picked = (labels, np.arange(len(labels)))
    columns = np.array(logits.T, order="C")  # many short rows are slow to reduce in NumPy, a few long columns are not
    columns -= columns.max(axis=0)
    odds = np.exp(columns)
    totals = odds.sum(axis=0)

    def vjp(g):
        share = g / len(labels)
        gradient = odds * (share / totals)
        gradient[picked] -= share
        return gradient.T

    return (np.log(totals) - columns[picked]).sum() / len(labels), vjp


@op
def mse_loss(prediction, target):
    """The mean of (prediction - target)**2 over all entries; both have the same shape."""
    _same(prediction.shape, np.shape(target), "a target for each prediction")
    error = prediction - target
    flat = error.reshape(-1)
    scale = 2 / error.size
    return flat.dot(flat) / error.size, lambda g: error * (g * scale), lambda g: error * (-g * scale)


def _same(shape, other, what):
    if shape != other:
        raise ValueError(f"there must be {what}, and {shape} is not {other}.")


@op
def layer_norm(x, weight, bias, eps=1e-5):
    """Each row of x (..., n) shifted to mean 0 and scaled to variance 1, then * weight (n,) + bias (n,)."""
    return _normalised(x, weight, bias, eps, axes=(-1,))


@op
def batch_norm(x, weight, bias, eps=1e-5):
    """Each column of x (batch, n) shifted to mean 0 and scaled to variance 1, then * weight (n,) + bias (n,)."""
    return _normalised(x, weight, bias, eps, axes=(0,))


def _normalised(x, weight, bias, eps, axes):
    """Return value and VJPs; the variance divides by the count, not by one less."""
    centred = x - x.mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + eps)
    out = centred * scale

    def vjp(g):
        g = g * weight
        part = g - g.mean(axis=axes, keepdims=True)
        part -= out * (g * out).mean(axis=axes, keepdims=True)
        part *= scale
        return part

    return out * weight + bias, vjp, lambda g: g * out, lambda g: g


def embedding(weight, ids):
    """weight[ids]: the rows of weight (words, n) that the whole numbers ids (...) name."""
    return getitem(weight, ids)


@op
def scaled_dot_product_attention(query, key, value, is_causal=False):
    """softmax(query @ key.T / sqrt(d)) @ value for (..., t, d); causal: no position looks at a later one."""
    scale = query.shape[-1] ** -0.5
    weights = query @ key.swapaxes(-1, -2)
    weights *= scale
    if is_causal:
        weights[..., np.triu(np.ones(weights.shape[-2:], bool), 1)] = -np.inf
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)

    @shared
    def scores(g):
        part = g @ value.swapaxes(-1, -2)
        part -= (part * weights).sum(axis=-1, keepdims=True)
        part *= weights
        part *= scale
        return part

    return (
        weights @ value,
        lambda g: scores(g) @ key,
        lambda g: scores(g).swapaxes(-1, -2) @ query,
        lambda g: weights.swapaxes(-1, -2) @ g,
    )


def shared(function):
    """Make VJPs of one op share a step: for the g of one backward sweep it is computed once."""
    last = [None, None]

    def remembering(g):
        if last[0] is not g:
            last[:] = g, function(g)
        return last[1]

    return remembering


@op
def dropout(x, p, generator):
    """x with each entry set to 0 with probability p, the others divided by 1 - p; generator: numpy.random.Generator."""
    kept = generator.random(x.shape) >= p
    return x * kept / (1 - p), lambda g: g * kept / (1 - p)


@op
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Correlate x (n, c, h, w) with weight (out, c, kh, kw) and add bias (out,) or None: (n, out, h', w')."""
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = _windows(padded, weight.shape[2:], stride)
    out = np.tensordot(windows, weight, ((1, 4, 5), (1, 2, 3)))
    if bias is not None:
        out = out + bias

    def vjp_x(g):
        full = np.zeros(padded.shape, g.dtype)
        for (i, j), view in _shifts(full, weight.shape[2:], stride, g.shape[2:]):
            view += np.tensordot(weight[:, :, i, j], g, (0, 1)).swapaxes(0, 1)
        return full[:, :, padding : padding + height, padding : padding + width]

    return (
        np.moveaxis(out, -1, 1),
        vjp_x,
        lambda g: np.tensordot(g, windows, ((0, 2, 3), (0, 2, 3))),
        lambda g: g.sum(axis=(0, 2, 3)),
    )


@op
def max_pool2d(x, kernel_size, stride=None):
    """The largest entry of each window of x (n, c, h, w); the first of equals gets the gradient, as in torch."""
    stride, shape = stride or kernel_size, x.shape
    windows = _windows(x, (kernel_size, kernel_size), stride)
    flat = windows.reshape(*windows.shape[:4], -1)
    first = flat.argmax(axis=-1)

    def vjp(g):
        full = np.zeros(shape, g.dtype)
        for (i, j), view in _shifts(full, (kernel_size, kernel_size), stride, g.shape[2:]):
            view += g * (first == i * kernel_size + j)
        return full

    return flat.max(axis=-1), vjp


def _windows(x, size, stride):
    """Return a view (n, c, h', w', *size) of all windows of x."""
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))[:, :, ::stride, ::stride]


def _shifts(full, size, stride, steps):
    """Yield each place (i, j) in a window, with the view of `full` that this place covers over all windows."""
    for i, j in np.ndindex(*size):
        rows = slice(i, i + stride * steps[0], stride)
        columns = slice(j, j + stride * steps[1], stride)
        yield (i, j), full[:, :, rows, columns]
