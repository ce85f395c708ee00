"""One Transformer block in hand-written NumPy with every buffer allocated beforehand: the limit of what NumPy can do.

Every part owns its buffers: `forward` fills and returns one, `backward` takes the gradient with respect to the part's
result, which it may spoil, to that with respect to its input, and leaves those of its parameters in `gradients`.
"""

import numpy as np


def block_in_place(parameters, x, y, heads, lr):
    """Return the step that `block` makes, without allocating: x and y (batch, t, n)."""
    rows = x.reshape(-1, x.shape[-1])
    norm1, norm2 = Norm(*parameters[:2], len(rows)), Norm(*parameters[10:12], len(rows))
    attention, feed = Attention(parameters[2:10], x.shape, heads), FeedForward(*parameters[12:], len(rows))
    gradients = [gradient for part in (norm1, attention, norm2, feed) for gradient in part.gradients]
    middle = np.empty_like(rows)
    loss_and_gradient = loss_of(y.reshape(rows.shape))

    def step():
        np.add(rows, attention.forward(norm1.forward(rows)), out=middle)
        out = feed.forward(norm2.forward(middle))
        out += middle
        value, g = loss_and_gradient(out)
        dmiddle = norm2.backward(feed.backward(g))
        dmiddle += g
        norm1.weights_backward(attention.backward(dmiddle))  # nobody needs the gradient of x
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= np.multiply(gradient, lr, out=gradient)
        return value

    return step


def loss_of(y):
    """Mean squared error and its gradient, which goes into the prediction's own array."""

    def loss_and_gradient(prediction):
        error = np.subtract(prediction, y, out=prediction)
        flat = error.reshape(-1)
        value = flat.dot(flat) / flat.size
        return value, np.multiply(error, 2 / flat.size, out=error)

    return loss_and_gradient


class Norm:
    """Each row to mean 0 and variance 1, then * w + b. Means and sums are products with 1 / n and 1: BLAS is faster."""

    def __init__(self, w, b, rows):
        self.w, self.b = w, b
        self.unit, self.out, self.scratch = (np.empty((rows, len(w)), w.dtype) for _ in range(3))
        self.scale, self.mean = np.empty((rows, 1), w.dtype), np.empty((rows, 1), w.dtype)
        self.share, self.ones = np.full((len(w), 1), 1 / len(w), w.dtype), np.ones(rows, w.dtype)
        self.gradients = np.empty_like(w), np.empty_like(b)

    def forward(self, x):
        np.subtract(x, np.dot(x, self.share, out=self.mean), out=self.unit)
        np.dot(np.multiply(self.unit, self.unit, out=self.scratch), self.share, out=self.scale)
        self.scale += 1e-5
        np.divide(1, np.sqrt(self.scale, out=self.scale), out=self.scale)
        self.unit *= self.scale
        return np.add(np.multiply(self.unit, self.w, out=self.out), self.b, out=self.out)

    def backward(self, g):
        self.weights_backward(g)
        np.multiply(g, self.w, out=g)
        np.dot(np.multiply(g, self.unit, out=self.scratch), self.share, out=self.mean)
        np.multiply(self.unit, self.mean, out=self.scratch)
        g -= np.dot(g, self.share, out=self.mean)
        g -= self.scratch
        return np.multiply(g, self.scale, out=g)

    def weights_backward(self, g):
        np.dot(self.ones, np.multiply(g, self.unit, out=self.scratch), out=self.gradients[0])
        np.dot(self.ones, g, out=self.gradients[1])


class Linear:
    """x @ w.T + b; `matmul` rather than `dot`, which fills its result with zeros first."""

    def __init__(self, w, b, rows):
        self.w, self.b, self.x = w, b, None
        self.out, self.dx = np.empty((rows, len(w)), w.dtype), np.empty((rows, w.shape[1]), w.dtype)
        self.ones, self.gradients = np.ones(rows, w.dtype), (np.empty_like(w), np.empty_like(b))

    def forward(self, x):
        self.x = x
        return np.add(np.matmul(x, self.w.T, out=self.out), self.b, out=self.out)

    def backward(self, g):
        np.matmul(g.T, self.x, out=self.gradients[0])
        np.dot(self.ones, g, out=self.gradients[1])
        return np.matmul(g, self.w, out=self.dx)


class Attention:
    """Causal attention with several heads, which are views into rows: nothing is copied to split or to merge them."""

    def __init__(self, parameters, shape, heads):
        batch, t, n = shape
        rows, dtype = batch * t, parameters[0].dtype
        self.parts = [Linear(*parameters[i : i + 2], rows) for i in range(0, 8, 2)]
        self.gradients = [gradient for part in self.parts for gradient in part.gradients]
        by_rows = [*(part.out for part in self.parts[:3]), *(np.empty((rows, n), dtype) for _ in range(4))]
        self.mixed, self.dqkv = by_rows[3], by_rows[4:]
        self.by_heads = [x.reshape(batch, t, heads, n // heads).transpose(0, 2, 1, 3) for x in by_rows]
        self.dmixed_by_heads = self.parts[3].dx.reshape(batch, t, heads, n // heads).transpose(0, 2, 1, 3)
        self.p, self.dp, self.scratch = (np.empty((batch, heads, t, t), dtype) for _ in range(3))
        self.row, self.scale = np.empty((batch, heads, t, 1), dtype), (n // heads) ** -0.5
        self.future = np.triu(np.full((t, t), -np.inf, dtype), 1)

    def forward(self, h):
        for project in self.parts[:3]:
            project.forward(h)
        q, k, v, mixed = self.by_heads[:4]
        self.softmax(np.matmul(q, k.swapaxes(-1, -2), out=self.p))
        np.matmul(self.p, v, out=mixed)
        return self.parts[3].forward(self.mixed)

    def softmax(self, p):
        np.add(np.multiply(p, self.scale, out=p), self.future, out=p)
        np.exp(np.subtract(p, p.max(axis=-1, keepdims=True, out=self.row), out=p), out=p)
        np.divide(p, p.sum(axis=-1, keepdims=True, out=self.row), out=p)

    def backward(self, g):
        self.parts[3].backward(g)
        q, k, v, _, dq, dk, dv = self.by_heads
        self.softmax_backward(np.matmul(self.dmixed_by_heads, v.swapaxes(-1, -2), out=self.dp))
        np.matmul(self.dp, k, out=dq)
        np.matmul(self.dp.swapaxes(-1, -2), q, out=dk)
        np.matmul(self.p.swapaxes(-1, -2), self.dmixed_by_heads, out=dv)
        dh, *others = (project.backward(d) for project, d in zip(self.parts, self.dqkv, strict=False))
        for other in others:
            dh += other
        return dh

    def softmax_backward(self, dp):
        dp -= np.multiply(dp, self.p, out=self.scratch).sum(axis=-1, keepdims=True, out=self.row)
        dp *= self.p
        dp *= self.scale


class FeedForward:
    """Linear, swish, linear."""

    def __init__(self, wf, bf, wg, bg, rows):
        self.first, self.second = Linear(wf, bf, rows), Linear(wg, bg, rows)
        self.gradients = (*self.first.gradients, *self.second.gradients)
        self.gate, self.swish, self.slope = (np.empty((rows, len(wf)), wf.dtype) for _ in range(3))

    def forward(self, u):
        f, gate = self.first.forward(u), self.gate
        np.exp(np.negative(f, out=gate), out=gate)
        gate += 1
        np.divide(1, gate, out=gate)
        return self.second.forward(np.multiply(f, gate, out=self.swish))

    def backward(self, g):
        """The slope of f * gate is gate + f * gate * (1 - gate)."""
        np.multiply(np.subtract(1, self.gate, out=self.slope), self.swish, out=self.slope)
        self.slope += self.gate
        df = self.second.backward(g)
        return self.first.backward(np.multiply(df, self.slope, out=df))
