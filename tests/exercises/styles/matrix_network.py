"""Right answers to lesson 03 in different styles: the pieces of a network, and the network."""

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


def he_normal(n_out, n_in, rng):
    return rng.normal(0.0, np.sqrt(2 / n_in), size=(n_out, n_in))


def _he_uniform(n_out, n_in, rng):
    edge = (6 / n_in) ** 0.5
    return rng.uniform(-edge, edge, (n_out, n_in))


def _he_rows(n_out, n_in, rng):
    return np.array([rng.standard_normal(n_in) for _ in range(n_out)]) / np.sqrt(n_in / 2)


class NetworkLists:
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


class _NetworkRecursive(NetworkLists):
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


class _NetworkColumns(NetworkLists):
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


STYLES = {
    "linear-forward": (_forward_einsum, _forward_columns, _forward_loops),
    "linear-backward": (_backward_einsum, _backward_sum_of_outer_products, _backward_transposed),
    "activations": (_activation_table, _activation_branches, _Activation()),
    "mse": (_mse_reshape, _mse_column, _mse_loops),
    "he": (he_normal, _he_uniform, _he_rows),
    "network": (NetworkLists, _NetworkRecursive, _NetworkColumns),
}
