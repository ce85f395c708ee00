"""Right answers to lesson 03 in different styles."""

from functools import cache

import numpy as np


def _forward_einsum(A, W, b):
    return np.einsum("ni,oi->no", A, W) + b


def _forward_columns(A, W, b):
    return (W @ A.T + b[:, None]).T


def _forward_loops(A, W, b):
    return [[sum(a * w for a, w in zip(row, unit, strict=True)) + c for unit, c in zip(W, b, strict=True)] for row in A]


def _backward_einsum(delta, A, W):
    return dict(
        dL_dW=np.einsum("no,ni->oi", delta, A),
        dL_db=np.ones(len(delta)) @ delta,
        dL_dA=np.einsum("no,oi->ni", delta, W),
    )


def _backward_sum_of_outer_products(delta, A, W):
    return {
        "dL_dA": np.array([W.T @ d for d in delta]),
        "dL_db": sum(delta),
        "dL_dW": sum(np.outer(d, a) for d, a in zip(delta, A, strict=True)),
    }


def _backward_transposed(delta, A, W):
    dW = (A.T @ delta).T
    return {"dL_dW": dW, "dL_db": delta.T.sum(axis=1), "dL_dA": (W.T @ delta.T).T}


def _careful(Z):
    small = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, small) / (1.0 + small)


def _careful_slope(Z):
    return _careful(Z) * _careful(-Z)


def _activation_table(name):
    return {
        "relu": (lambda Z: np.maximum(Z, 0), lambda Z: (Z > 0) * 1.0),
        "sigmoid": (_careful, _careful_slope),
        "tanh": (np.tanh, lambda Z: 1 - np.tanh(Z) ** 2),
        "swish": (lambda Z: Z * _careful(Z), lambda Z: _careful(Z) + Z * _careful_slope(Z)),
        "identity": (lambda Z: Z, np.ones_like),
    }[name]


def _activation_branches(name):
    if name == "relu":
        return (lambda Z: Z.clip(min=0)), (lambda Z: np.where(Z > 0, 1.0, 0.0))
    if name == "sigmoid":
        return (lambda Z: (1 + np.tanh(Z / 2)) / 2), (lambda Z: (1 - np.tanh(Z / 2) ** 2) / 4)
    if name == "tanh":
        return np.tanh, lambda Z: 4 * _careful_slope(2 * Z)
    return (lambda Z: Z * _careful(Z)), (lambda Z: _careful(Z) * (1 + Z * (1 - _careful(Z))))


class _Activation:
    """A callable with the pairs as methods; masks fill the sigmoid's two sides."""

    def __call__(self, name):
        return getattr(self, name), getattr(self, f"d_{name}")

    def sigmoid(self, Z):
        S = np.empty(Z.shape)
        up = Z >= 0
        S[up] = 1 / (1 + np.exp(-Z[up]))
        S[~up] = np.exp(Z[~up]) / (1 + np.exp(Z[~up]))
        return S

    def d_sigmoid(self, Z):
        return self.sigmoid(Z) * (1 - self.sigmoid(Z))

    def relu(self, Z):
        return (Z + abs(Z)) / 2

    def d_relu(self, Z):
        return (np.sign(Z) + 1) / 2

    def tanh(self, Z):
        return 2 * self.sigmoid(2 * Z) - 1

    def d_tanh(self, Z):
        return 1 - self.tanh(Z) * self.tanh(Z)

    def swish(self, Z):
        return self.sigmoid(Z) * Z

    def d_swish(self, Z):
        return self.swish(Z) + self.sigmoid(Z) * (1 - self.swish(Z))


def _mse_reshape(A, Y):
    E = A - np.reshape(Y, A.shape)
    return dict(L=(E**2).sum() / len(A), dL_dA=2 * E / len(A))


def _mse_column(A, Y):
    Y = Y[:, None] if Y.ndim == 1 else Y
    return {"L": np.mean(np.sum(np.square(A - Y), axis=1)), "dL_dA": (A - Y) * (2 / A.shape[0])}


def _mse_loops(A, Y):
    n, targets = len(A), np.asarray(Y).ravel()
    misses = [float(a) - float(y) for a, y in zip(A.ravel(), targets, strict=True)]
    return {"dL_dA": np.array([2 * e / n for e in misses]).reshape(A.shape), "L": sum(e * e for e in misses) / n}


def _he_normal(n_out, n_in, rng):
    return rng.normal(0.0, np.sqrt(2 / n_in), size=(n_out, n_in))


def _he_uniform(n_out, n_in, rng):
    edge = (6 / n_in) ** 0.5
    return rng.uniform(-edge, edge, (n_out, n_in))


def _he_rows(n_out, n_in, rng):
    return np.array([rng.standard_normal(n_in) for _ in range(n_out)]) / np.sqrt(n_in / 2)


class _NetworkLists:
    def __init__(self, sizes, activations, seed=0):
        self.pairs = [_activation_table(name) for name in activations]
        self.sizes = sizes
        self.W, self.b = [None] * len(sizes), [None] * len(sizes)
        for l in range(1, len(sizes)):  # noqa: E741
            self.W[l], self.b[l] = np.zeros((sizes[l], sizes[l - 1])), np.zeros(sizes[l])

    def forward(self, X):
        self.A, self.Z = {0: X}, {}
        for l, (f, _) in enumerate(self.pairs, 1):  # noqa: E741
            self.Z[l] = self.A[l - 1] @ self.W[l].T + self.b[l]
            self.A[l] = f(self.Z[l])
        return self.A[len(self.pairs)]

    def backward(self, G):
        self.dW, self.db = {}, {}
        for l in range(len(self.pairs), 0, -1):  # noqa: E741
            delta = G * self.pairs[l - 1][1](self.Z[l])
            self.dW[l], self.db[l] = delta.T @ self.A[l - 1], delta.sum(0)
            G = delta @ self.W[l]
        return G

    def update(self, rate):
        for l in range(1, len(self.W)):  # noqa: E741
            self.W[l] -= rate * self.dW[l]
            self.b[l] -= rate * self.db[l]


class _NetworkRecursive(_NetworkLists):
    """Forward and back in one recursion; gradients in lists with None in front."""

    def forward(self, X, l=1):  # noqa: E741
        if l == 1:
            self.A = [X]
            self.slopes = [None]
        if l > len(self.pairs):
            return X
        f, slope = self.pairs[l - 1]
        Z = X @ self.W[l].T + self.b[l]
        self.slopes.append(slope(Z))
        self.A.append(f(Z))
        return self.forward(self.A[-1], l + 1)

    def backward(self, G):
        self.dW, self.db = [None] * len(self.W), [None] * len(self.W)
        return self._below(G, len(self.pairs))

    def _below(self, G, l):  # noqa: E741
        if l == 0:
            return G
        delta = G * self.slopes[l]
        self.dW[l], self.db[l] = np.einsum("ni,nj->ij", delta, self.A[l - 1]), np.ones(len(G)) @ delta
        return self._below(delta @ self.W[l], l - 1)


class _NetworkColumns(_NetworkLists):
    """Examples as columns inside, rows outside."""

    def forward(self, X):
        a, self.cache = X.T, []
        for W, b, (f, slope) in zip(self.W[1:], self.b[1:], self.pairs, strict=True):
            z = W @ a + b[:, np.newaxis]
            self.cache.append((a, slope(z)))
            a = f(z)
        return a.T

    def backward(self, G):
        self.dW, self.db, g = list(self.W), list(self.b), G.T
        for l in reversed(range(1, len(self.W))):  # noqa: E741
            a, slope = self.cache[l - 1]
            self.dW[l], self.db[l] = (g * slope) @ a.T, (g * slope).sum(axis=1)
            g = self.W[l].T @ (g * slope)
        return g.T


def _numeric_ndindex(f, theta):
    G, h = np.zeros(theta.shape), 1e-5
    for i in np.ndindex(theta.shape):
        old = theta[i]
        theta[i] = old + h
        up = f(theta)
        theta[i] = old - h
        G[i] = (up - f(theta)) / (2 * h)
        theta[i] = old
    return G


def _numeric_copies(f, theta):
    flat = theta.ravel()
    steps = 1e-5 * np.eye(flat.size)
    slopes = [f((flat + s).reshape(theta.shape)) - f((flat - s).reshape(theta.shape)) for s in steps]
    return np.reshape(slopes, theta.shape) / 2e-5


def _numeric_richardson(f, theta):
    """Two step sizes, combined so that the error of second order cancels."""

    def slopes(h):
        units = np.eye(theta.size).reshape(-1, *theta.shape)
        return np.array([f(theta + h * u) - f(theta - h * u) for u in units]).reshape(theta.shape) / (2 * h)

    return (4 * slopes(1e-4) - slopes(2e-4)) / 3


def _direction_dict(f, theta, gradient, v):
    h = 1e-5
    return dict(measured=(f(theta + h * v) - f(theta - h * v)) / (2 * h), promised=(gradient * v).sum())


def _direction_vdot(f, theta, gradient, v):
    step = 1e-6 * v
    return {"promised": np.vdot(v, gradient), "measured": (f(theta + step) - f(theta - step)) / 2e-6}


def _direction_loop(f, theta, gradient, v):
    promised = sum(g * s for g, s in zip(gradient.flat, v.flat, strict=True))
    rise = f(theta + 1e-5 * v) - f(theta - 1e-5 * v)
    return {"measured": rise * 5e4, "promised": float(promised)}


def _epoch_plain(net, X, Y, loss, rate, batch, rng):
    order, losses = rng.permutation(len(X)), []
    for start in range(0, len(X), batch):
        rows = order[start : start + batch]
        seen = loss(net.forward(X[rows]), Y[rows])
        net.backward(seen["dL_dA"])
        net.update(rate)
        losses.append(seen["L"])
    return losses


def _epoch_shuffled_copies(net, X, Y, loss, rate, batch, rng):
    order = rng.permutation(len(X))
    X, Y, losses = X[order], Y[order], ()
    while len(X):
        (now, X), (targets, Y) = (X[:batch], X[batch:]), (Y[:batch], Y[batch:])
        seen = loss(net.forward(now), targets)
        net.backward(seen["dL_dA"])
        net.update(rate)
        losses += (seen["L"],)
    return losses


def _epoch_array_split(net, X, Y, loss, rate, batch, rng):
    order = rng.permutation(len(X))
    losses = np.zeros(-(-len(X) // batch))
    for k, rows in enumerate(np.split(order, range(batch, len(X), batch))):
        L, gradient = loss(net.forward(X[rows]), Y[rows]).values()
        losses[k] = L
        net.backward(gradient)
        net.update(rate)
    return losses


def _classes_log(A, labels):
    shifted = A - A.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    P, rows = np.exp(logs), np.arange(len(A))
    dL_dA = P.copy()
    dL_dA[rows, labels] -= 1
    return dict(P=P, L=-logs[rows, labels].mean(), dL_dA=dL_dA / len(A))


def _classes_one_hot(A, labels):
    Y = np.eye(A.shape[1])[labels]
    top = A.max(1)[:, None]
    E = np.exp(A - top)
    P = E / E.sum(1)[:, None]
    each = top[:, 0] + np.log(E.sum(1)) - (A * Y).sum(1)
    return {"L": each.mean(), "P": P, "dL_dA": (P - Y) / A.shape[0]}


def _classes_row_by_row(A, labels):
    P, L, G = [], 0.0, []
    for row, label in zip(A, labels, strict=True):
        e = np.exp(row - max(row))
        p = e / sum(e)
        L += np.log(sum(e)) + max(row) - row[label]
        P.append(p)
        G.append((p - (np.arange(len(row)) == label)) / len(A))
    return {"P": np.array(P), "L": L / len(A), "dL_dA": np.array(G)}


def _training_digits():
    from sklearn.datasets import load_digits  # noqa: PLC0415

    data, rows = load_digits(), np.random.default_rng(1989).permutation(1797)[360:]
    return data.data[rows], data.target[rows]


def _read_nearest(X):
    """Not a network, but a reader: each image gets the label of the training image nearest to it."""
    images, labels = _training_digits()
    squares = (images**2).sum(1) - 2 * X @ images.T
    return labels[squares.argmin(axis=1)]


@cache
def _trained():
    images, labels = _training_digits()
    rng = np.random.default_rng(0)
    net = _NetworkLists([64, 64, 10], ["relu", "identity"])
    net.W[1], net.W[2] = _he_normal(64, 64, rng), _he_normal(10, 64, rng)
    for _ in range(30):
        _epoch_plain(net, images / 16, labels, _classes_log, 0.5, 32, rng)
    return net


def _read_network(X):
    return _trained().forward(X / 16).argmax(axis=1)


def _read_least_squares(X):
    """A straight line to each class on random features, solved at once; as a list of whole numbers."""
    images, labels = _training_digits()
    features = np.random.default_rng(0).normal(size=(64, 400)) / 8
    hidden, asked = (np.maximum(side / 16 @ features, 0) for side in (images, X))
    weights = np.linalg.lstsq(hidden, np.eye(10)[labels], rcond=1e-4)[0]
    return [int(k) for k in (asked @ weights).argmax(axis=1)]


def _count_zip(sizes, batch):
    pairs = [batch * into * out for into, out in zip(sizes[:-1], sizes[1:], strict=True)]
    return dict(forward=sum(pairs), backward=2 * sum(pairs) - pairs[0])


def _count_vectors(sizes, batch):
    layers = batch * np.asarray(sizes)[1:] * np.asarray(sizes)[:-1]
    return {"backward": layers.sum() + layers[1:].sum(), "forward": layers.sum()}


def _count_backward_first(sizes, batch):
    forward, backward = 0, 0
    for l in range(len(sizes) - 1, 0, -1):  # noqa: E741
        cost = int(batch) * int(sizes[l]) * int(sizes[l - 1])
        forward += cost
        backward += cost + (cost if l > 1 else 0)
    return {"forward": forward, "backward": float(backward)}


STYLES = {
    "linear-forward": (_forward_einsum, _forward_columns, _forward_loops),
    "linear-backward": (_backward_einsum, _backward_sum_of_outer_products, _backward_transposed),
    "activations": (_activation_table, _activation_branches, _Activation()),
    "mse": (_mse_reshape, _mse_column, _mse_loops),
    "he": (_he_normal, _he_uniform, _he_rows),
    "network": (_NetworkLists, _NetworkRecursive, _NetworkColumns),
    "numeric-gradient": (_numeric_ndindex, _numeric_copies, _numeric_richardson),
    "direction-check": (_direction_dict, _direction_vdot, _direction_loop),
    "one-epoch": (_epoch_plain, _epoch_shuffled_copies, _epoch_array_split),
    "softmax-cross-entropy": (_classes_log, _classes_one_hot, _classes_row_by_row),
    "digits": (_read_nearest, _read_network, _read_least_squares),
    "multiply-adds": (_count_zip, _count_vectors, _count_backward_first),
}
