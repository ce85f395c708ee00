"""One Transformer block in hand-written NumPy, as one writes it who knows NumPy; engine_block_in_place.py is the limit.

Every part is a pair: `part` returns its result and what its gradient needs; `part_back` takes g, the gradient with
respect to the result, to the gradients with respect to the input and to the parameters. A row is one position of one
sequence: inside, x is (batch * t, n).
"""

import numpy as np


def block(parameters, x, y, heads, lr):
    """Pre-norm: x + attention(norm(x)), then + feed_forward(norm(.)); mean squared error. x and y are (batch, t, n)."""
    (w1, b1), attention, (w2, b2), feed = parameters[:2], parameters[2:10], parameters[10:12], parameters[12:]
    split, merge = heads_of(x.shape, heads)
    x, y = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])

    def step():
        h, kept_h = norm(x, w1, b1)
        attended, kept_attended = attend(h, *attention, split, merge)
        middle = x + attended
        u, kept_u = norm(middle, w2, b2)
        out, kept_out = feed_forward(u, *feed)
        error = middle + out - y

        g = error * (2 / error.size)
        du, dfeed = feed_forward_back(g, *feed, u, *kept_out)
        dmiddle = g + norm_back(du, w2, *kept_u)
        dh, dattention = attend_back(dmiddle, *attention, h, *kept_attended, split, merge)
        gradients = (*norm_weights_back(dh, *kept_h), *dattention, *norm_weights_back(du, *kept_u), *dfeed)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= lr * gradient
        return (error * error).mean()

    return step


def heads_of(shape, heads):
    """Return the functions that split rows (batch * t, n) into (batch, heads, t, n / heads) and merge them again."""
    batch, t, n = shape

    def split(x):
        return x.reshape(batch, t, heads, n // heads).transpose(0, 2, 1, 3)

    def merge(x):
        return x.transpose(0, 2, 1, 3).reshape(-1, n)

    return split, merge


def norm(x, w, b):
    centred = x - x.mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(axis=1, keepdims=True) + 1e-5)
    unit = centred * scale
    return unit * w + b, (unit, scale)


def norm_back(g, w, unit, scale):
    g = g * w
    return scale * (g - g.mean(axis=1, keepdims=True) - unit * (g * unit).mean(axis=1, keepdims=True))


def norm_weights_back(g, unit, scale):
    return (g * unit).sum(axis=0), g.sum(axis=0)


def linear_weights_back(g, x):
    return g.T @ x, g.sum(axis=0)


def attend(h, wq, bq, wk, bk, wv, bv, wo, bo, split, merge):
    q, k, v = split(h @ wq.T + bq), split(h @ wk.T + bk), split(h @ wv.T + bv)
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5
    scores[..., np.triu(np.ones(scores.shape[-2:], bool), 1)] = -np.inf  # no position looks at a later one
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    mixed = merge(p @ v)
    return mixed @ wo.T + bo, (q, k, v, p, mixed)


def attend_back(g, wq, bq, wk, bk, wv, bv, wo, bo, h, q, k, v, p, mixed, split, merge):
    dmixed = split(g @ wo)
    dp = dmixed @ v.swapaxes(-1, -2)
    dscores = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * q.shape[-1] ** -0.5
    dq, dk, dv = merge(dscores @ k), merge(dscores.swapaxes(-1, -2) @ q), merge(p.swapaxes(-1, -2) @ dmixed)
    of_weights = (linear_weights_back(*pair) for pair in ((dq, h), (dk, h), (dv, h), (g, mixed)))
    return dq @ wq + dk @ wk + dv @ wv, [gradient for pair in of_weights for gradient in pair]


def feed_forward(u, wf, bf, wg, bg):
    f = u @ wf.T + bf
    gate = 1 / (1 + np.exp(-f))
    s = f * gate
    return s @ wg.T + bg, (f, gate, s)


def feed_forward_back(g, wf, bf, wg, bg, u, f, gate, s):
    df = (g @ wg) * (gate * (1 + f * (1 - gate)))
    return df @ wf, (*linear_weights_back(df, u), *linear_weights_back(g, s))
