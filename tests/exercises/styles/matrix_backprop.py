"""Right answers to lesson 03 in different styles: gradients checked, networks trained, costs counted."""

from functools import cache

import numpy as np

from styles.matrix_network import NetworkLists, he_normal


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
    net = NetworkLists([64, 64, 10], ["relu", "identity"])
    net.W[1], net.W[2] = he_normal(64, 64, rng), he_normal(10, 64, rng)
    for _ in range(15):
        _epoch_plain(net, images / 16, labels, _classes_log, 0.5, 32, rng)
    return net


def _read_network(X):
    return _trained().forward(X / 16).argmax(axis=1)


def _read_least_squares(X):
    """A straight line to each class on random features, solved at once; as a list of whole numbers."""
    images, labels = _training_digits()
    features = np.random.default_rng(0).normal(size=(64, 200)) / 8
    hidden, asked = (np.maximum(side / 16 @ features, 0) for side in (images, X))
    weights = np.linalg.solve(hidden.T @ hidden + 1e-2 * np.eye(200), hidden.T @ np.eye(10)[labels])
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
    "numeric-gradient": (_numeric_ndindex, _numeric_copies, _numeric_richardson),
    "direction-check": (_direction_dict, _direction_vdot, _direction_loop),
    "one-epoch": (_epoch_plain, _epoch_shuffled_copies, _epoch_array_split),
    "softmax-cross-entropy": (_classes_log, _classes_one_hot, _classes_row_by_row),
    "digits": (_read_nearest, _read_network, _read_least_squares),
    "multiply-adds": (_count_zip, _count_vectors, _count_backward_first),
}
