"""Each fused step of a network against the primitives it is made of: the same values and the same gradients."""

import numpy as np
import pytest

from backprop import engine
from backprop.engine import vjp

LABELS, IDS = np.array([2, 0, 1, 2]), np.array([[0, 2], [2, 1]])


def normalised(x, weight, bias, axis):
    return (x - x.mean(axis, keepdims=True)) / (x.var(axis, keepdims=True, correction=0) + 1e-5).sqrt() * weight + bias


def softmax(x, axis=-1):
    odds = (x - x.data.max(axis, keepdims=True)).exp()
    return odds / odds.sum(axis, keepdims=True)


def attention(query, key, value):
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    return softmax(engine.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -1e30)) @ value


def convolved(x, weight, bias):
    columns = [
        engine.einsum("nchw,oc->nohw", x[:, :, i : i + 3, j : j + 3], weight[:, :, i, j])
        for i in range(2)
        for j in range(2)
    ]
    return engine.stack(columns).sum(axis=0) + bias.reshape(-1, 1, 1)


def pooled(x):
    return engine.max(x.reshape(2, 3, 2, 2, 2, 2), axis=(3, 5))


FUSED = {
    "linear": (engine.linear, lambda x, w, b: x @ w.T + b, [(4, 3), (2, 3), (2,)]),
    "linear of a stack": (engine.linear, lambda x, w, b: x @ w.T + b, [(2, 4, 3), (2, 3), (2,)]),
    "softmax": (engine.softmax, softmax, [(4, 3)]),
    "log_softmax": (engine.log_softmax, lambda x: softmax(x).log(), [(4, 3)]),
    "cross_entropy": (
        lambda x: engine.cross_entropy(x, LABELS),
        lambda x: -softmax(x).log()[np.arange(4), LABELS].mean(),
        [(4, 3)],
    ),
    "mse_loss": (engine.mse_loss, lambda p, y: ((p - y) ** 2).mean(), [(4, 3), (4, 3)]),
    "layer_norm": (engine.layer_norm, lambda x, w, b: normalised(x, w, b, -1), [(2, 4, 3), (3,), (3,)]),
    "batch_norm": (engine.batch_norm, lambda x, w, b: normalised(x, w, b, 0), [(4, 3), (3,), (3,)]),
    "embedding": (lambda w: engine.embedding(w, IDS), lambda w: np.eye(3)[IDS] @ w, [(3, 5)]),
    "attention": (
        lambda q, k, v: engine.scaled_dot_product_attention(q, k, v, is_causal=True),
        attention,
        [(2, 4, 3), (2, 4, 3), (2, 4, 5)],
    ),
    "conv2d": (engine.conv2d, convolved, [(2, 3, 4, 4), (5, 3, 2, 2), (5,)]),
    "max_pool2d": (lambda x: engine.max_pool2d(x, 2), pooled, [(2, 3, 4, 4)]),
    "sigmoid": (engine.sigmoid, lambda x: 1 / (1 + (-x).exp()), [(4, 3)]),
    "swish": (engine.swish, lambda x: x / (1 + (-x).exp()), [(4, 3)]),
    "var": (
        lambda x: engine.var(x, axis=0),
        lambda x: ((x - x.mean(axis=0)) ** 2).sum(axis=0) / (x.shape[0] - 1),
        [(4, 3)],
    ),
}


@pytest.mark.parametrize("name", FUSED)
def test_a_fused_step_is_its_composition(name):
    fused, composed, shapes = FUSED[name]
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in shapes]
    (value, pullback), (expected, expected_pullback) = vjp(fused, *arrays), vjp(composed, *arrays)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    seed = rng.normal(size=np.shape(value))
    for given, right in zip(pullback(seed), expected_pullback(seed), strict=True):
        assert np.linalg.norm(given - right) < 1e-12 * np.linalg.norm(right)
