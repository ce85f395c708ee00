"""The graph and its backward sweep."""

import numpy as np

from backprop.engine import Tensor, grad, relu, vjp


def test_the_worked_network_of_lesson_02():
    x, y = 2.0, 3.0
    w1, w2 = Tensor(0.5, requires_grad=True), Tensor(1.5, requires_grad=True)
    z1 = w1 * x
    z1.retain_grad()
    loss = (w2 * relu(z1) - y) ** 2
    loss.backward()
    assert (loss.item(), w1.grad, z1.grad, w2.grad) == (2.25, -9, -4.5, -3)


def test_grad_and_vjp_agree_with_the_formula():
    x = np.arange(1.0, 4.0)
    np.testing.assert_allclose(grad(lambda v: (v * v).sum())(x), 2 * x)
    value, pullback = vjp(lambda v: v * v, x)
    np.testing.assert_allclose(pullback([1, 0, 2])[0], 2 * x * [1, 0, 2])
    np.testing.assert_allclose(value, x * x)
