"""Nets of linear layers in hand-written NumPy, for benchmarks/engine.py to measure the engine against.

`mlp` is what one writes who knows NumPy; `mlp_in_place` has every buffer allocated beforehand, the limit. Each returns
a function that makes one step of gradient descent and returns the loss.
"""

import numpy as np


def mlp(parameters, x, y, activation, loss, lr):
    """Linear layers with an activation between them, then the loss."""
    weights, biases = parameters[::2], parameters[1::2]

    def step():
        inputs = [x]
        for w, b in zip(weights[:-1], biases[:-1], strict=True):
            z = inputs[-1] @ w.T + b
            inputs.append(np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z)))
        value, delta = LOSSES[loss](inputs[-1] @ weights[-1].T + biases[-1], y)
        for i in reversed(range(len(weights))):
            a = inputs[i]
            dw, db = delta.T @ a, delta.sum(axis=0)
            if i:
                delta = delta @ weights[i]
                delta = delta * (a > 0) if activation == "relu" else delta * a * (1 - a)
            weights[i] -= lr * dw
            biases[i] -= lr * db
        return value

    return step


def mse(prediction, y):
    error = prediction - y
    return (error * error).mean(), error * (2 / error.size)


def cross_entropy(logits, y):
    rows = np.arange(len(y))
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    totals = p.sum(axis=1, keepdims=True)
    value = (np.log(totals[:, 0]) - shifted[rows, y]).mean()
    p /= totals
    p[rows, y] -= 1
    p /= len(y)
    return value, p


LOSSES = {"mse": mse, "cross_entropy": cross_entropy}


def mlp_in_place(parameters, x, y, activation, loss, lr):
    """The same as mlp, but each result goes into an array made beforehand."""
    weights, biases = parameters[::2], parameters[1::2]
    outputs = [np.empty((len(x), len(b)), x.dtype) for b in biases]
    deltas = [np.empty_like(z) for z in outputs]
    slopes = [np.empty(z.shape, bool if activation == "relu" else x.dtype) for z in outputs]
    dws, dbs = [np.empty_like(w) for w in weights], [np.empty_like(b) for b in biases]
    ones, last = np.ones(len(x), x.dtype), len(weights) - 1
    loss_and_delta = LOSSES_IN_PLACE[loss](x, y)

    def step():
        a = x
        for i in range(last + 1):
            a = np.add(np.dot(a, weights[i].T, out=outputs[i]), biases[i], out=outputs[i])
            if i < last:
                activate(a, activation)
        value = loss_and_delta(a, deltas[last])
        for i in range(last, -1, -1):
            np.dot(deltas[i].T, outputs[i - 1] if i else x, out=dws[i])
            np.dot(ones, deltas[i], out=dbs[i])
            if i:
                np.dot(deltas[i], weights[i], out=deltas[i - 1])
                through_activation(deltas[i - 1], outputs[i - 1], slopes[i - 1], activation)
            weights[i] -= np.multiply(dws[i], lr, out=dws[i])
            biases[i] -= np.multiply(dbs[i], lr, out=dbs[i])
        return value

    return step


def mse_in_place(x, y):
    """Mean squared error; its gradient goes into `delta`."""

    def loss_and_delta(z, delta):
        np.subtract(z, y, out=delta)
        value = delta.reshape(-1).dot(delta.reshape(-1)) / delta.size
        np.multiply(delta, 2 / delta.size, out=delta)
        return value

    return loss_and_delta


def cross_entropy_in_place(x, y):
    """Softmax cross-entropy; its gradient goes into `delta`, and `z` is changed."""
    rows, column = np.arange(len(y)), np.empty((len(x), 1), x.dtype)

    def loss_and_delta(z, delta):
        np.subtract(z, z.max(axis=1, keepdims=True, out=column), out=z)
        np.exp(z, out=delta)
        delta.sum(axis=1, keepdims=True, out=column)
        value = (np.log(column[:, 0]) - z[rows, y]).mean()
        np.divide(delta, column, out=delta)
        delta[rows, y] -= 1
        np.divide(delta, len(y), out=delta)
        return value

    return loss_and_delta


LOSSES_IN_PLACE = {"mse": mse_in_place, "cross_entropy": cross_entropy_in_place}


def activate(z, activation):
    """ReLU or sigmoid, in z's own array."""
    if activation == "relu":
        np.maximum(z, 0, out=z)
    else:
        np.negative(z, out=z)
        np.exp(z, out=z)
        np.add(z, 1, out=z)
        np.divide(1, z, out=z)


def through_activation(delta, a, slope, activation):
    """The gradient through ReLU or sigmoid, in delta's own array; `slope` is scratch."""
    if activation == "relu":
        np.greater(a, 0, out=slope)
    else:
        np.subtract(1, a, out=slope)
        np.multiply(slope, a, out=slope)
    np.multiply(delta, slope, out=delta)
