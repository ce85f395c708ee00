"""grad, vjp, jvp, hvp and checkpoint."""

import time
import tracemalloc

import numpy as np
import pytest
import torch

from backprop import engine
from backprop.engine import Tensor, checkpoint, grad, hvp, jvp, vjp

RNG = np.random.default_rng(0)
X, W, V = RNG.normal(size=(3, 4, 4))


def test_grad_is_the_gradient_of_one_argument_or_of_several():
    def loss(x, w, power):
        return ((x * w) ** power).sum()

    np.testing.assert_allclose(grad(loss)(X, W, 2), 2 * X * W * W)
    dw, dx = grad(loss, argnums=(1, 0))(X, W, 2)
    np.testing.assert_allclose(dw, 2 * X * X * W)
    np.testing.assert_allclose(dx, 2 * X * W * W)
    assert grad(loss)(X.astype(np.float32), W.astype(np.float32), 2).dtype == np.float32


def test_a_pullback_can_be_called_often():
    value, pullback = vjp(lambda x: x * x, X)
    np.testing.assert_allclose(value, X * X)
    for seed in (W, V, W):
        np.testing.assert_allclose(pullback(seed)[0], 2 * X * seed)


def test_an_unused_input_has_gradient_zero():
    np.testing.assert_array_equal(vjp(lambda x, w: (x * 2).sum(), X, W)[1]()[1], np.zeros_like(W))


def test_transforms_leave_grad_alone():
    w = Tensor(W, requires_grad=True)
    grad(lambda x: (x @ w).sum())(X)
    assert w.grad is None


def network(x, w):
    hidden = engine.layer_norm(engine.swish(engine.linear(x, w)), np.ones(4), np.zeros(4))
    return engine.softmax(hidden).sum(axis=0)


def torch_network(x, w):
    hidden = torch.nn.functional.layer_norm(torch.nn.functional.silu(x @ w.T), (4,))
    return torch.softmax(hidden, -1).sum(0)


def test_jvp_is_torchs():
    value, tangent = jvp(network, (X, W), (V, X))
    arrays = [tuple(map(torch.tensor, pair)) for pair in ((X, W), (V, X))]
    torchs_value, torchs_tangent = torch.func.jvp(torch_network, *arrays)
    np.testing.assert_allclose(value, torchs_value, rtol=1e-12)
    np.testing.assert_allclose(tangent, torchs_tangent, rtol=1e-10, atol=1e-14)


def test_hvp_is_torchs_to_rounding():
    ours = hvp(lambda x, w: (network(x, w) ** 3).sum(), (X, W), (V, X))
    arrays = [tuple(map(torch.tensor, pair)) for pair in ((X, W), (V, X))]
    _, theirs = torch.autograd.functional.hvp(lambda x, w: (torch_network(x, w) ** 3).sum(), *arrays)
    for given, expected in zip(ours, theirs, strict=True):
        assert np.linalg.norm(given - expected.numpy()) < 1e-14 * np.linalg.norm(expected)


def gradients(weights, x, segment):
    """Return all gradients of a deep net, the bytes its arrays took at most, and the seconds it took."""
    for tensor in (x, *weights):
        tensor.grad = None
    tracemalloc.start()
    started = time.perf_counter()
    y = x
    for i in range(0, len(weights), 8):
        y = segment(lambda y, i=i: layers(weights[i : i + 8], y), y)
    (y * y).mean().backward()
    seconds, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [x.grad, *(w.grad for w in weights)], peak, seconds


def layers(weights, y):
    for w in weights:
        y = engine.tanh(engine.linear(y, w))
    return y


def test_checkpoint_gives_the_same_gradients_to_the_last_bit_in_less_memory():
    weights = [Tensor(RNG.normal(size=(16, 16)) / 4, requires_grad=True) for _ in range(64)]
    x = Tensor(RNG.normal(size=(4096, 16)), requires_grad=True)
    plainly, plain_peak, _ = gradients(weights, x, lambda function, y: function(y))
    again, peak, _ = gradients(weights, x, checkpoint)
    assert all(np.array_equal(a, b) for a, b in zip(plainly, again, strict=True))
    assert peak < 0.4 * plain_peak


def test_checkpoint_is_transparent():
    w = Tensor(W, requires_grad=True)
    inner = w * 2  # computed before the segment and used in it, without being one of its inputs
    result = checkpoint(lambda x: (x * inner, x)[0], Tensor(X))
    result.sum().backward()
    np.testing.assert_array_equal(w.grad, 2 * X)
    assert not checkpoint(lambda x: x * 2, Tensor(X)).requires_grad
    assert checkpoint(lambda x: x, w) is w
    np.testing.assert_allclose(grad(lambda x: checkpoint(lambda y: (y * y).sum(), x))(X), 2 * X)
    pullback = vjp(lambda x: checkpoint(engine.exp, x), X)[1]
    for seed in (W, V):
        np.testing.assert_allclose(pullback(seed)[0], np.exp(X) * seed)


@pytest.mark.parametrize("transform", [lambda f: grad(f)(X), lambda f: hvp(f, (X,), (V,)), lambda f: vjp(f, X)[1]()])
def test_transforms_work_inside_no_grad(transform):
    with engine.no_grad():
        assert np.any(transform(lambda x: (x**3).sum()))


def test_contributions_are_what_each_use_adds():
    x = Tensor(X, requires_grad=True)
    y = x * 2
    found = engine.contributions((y * y + engine.exp(y) + V).sum(), y)
    assert len(found) == 3
    np.testing.assert_allclose(sum(found), 4 * X + np.exp(2 * X))
    bias = Tensor(np.ones(X.shape[-1]), requires_grad=True)
    (only,) = engine.contributions((x + bias).sum(), bias)
    assert only.shape == bias.shape and not np.shares_memory(only, bias.grad)
