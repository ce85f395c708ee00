"""A gradient checker is worth what it rejects."""

import numpy as np
import pytest

from backprop import engine
from backprop.engine import Tensor, gradcheck
from backprop.engine._gradcheck import METHODS
from backprop.engine._tensor import op

X, W = np.random.default_rng(0).normal(size=(2, 3, 4))


def loss(x, w):
    """A plain NumPy function that takes complex numbers too."""
    return (np.tanh(x * w) ** 2).sum()


def slopes(x, w):
    t = np.tanh(x * w)
    return 2 * t * (1 - t * t) * w, 2 * t * (1 - t * t) * x


def spoiled(change):
    """The right gradients, with the second one changed."""
    dx, dw = slopes(X, W)
    return dx, change(dw.copy())


def one_entry(dw):
    dw[1, 2] += 1e-3
    return dw


WRONG = {
    "12345 times": lambda dw: 12345 * dw,
    "a little more": lambda dw: dw * 1.001,
    "zeros": lambda dw: 0 * dw,
    "the other sign": lambda dw: -dw,
    "not a number": lambda dw: dw * np.nan,
    "infinite": lambda dw: dw + np.inf,
    "None": lambda dw: None,
    "another shape": lambda dw: dw.ravel(),
    "one entry": one_entry,
}


@pytest.mark.parametrize("method", METHODS)
def test_right_gradients_pass(method):
    assert gradcheck(loss, X, W, gradients=slopes(X, W), method=method)
    assert gradcheck(lambda x, w: engine.tanh(x * w) / (2 + x), X, W, method=method)
    assert gradcheck(lambda x: x * 0.0, X, method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_gradients_are_rejected(method, wrong):
    report = gradcheck(loss, X, W, gradients=spoiled(WRONG[wrong]), method=method)
    assert not report and report.input == 1 and "input 1" in str(report)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("method", METHODS)
def test_small_and_large_gradients_are_judged_alike(method, scale):
    right, wrong = (tuple(scale * g for g in spoiled(change)) for change in (lambda dw: dw, lambda dw: dw * 1.001))
    assert gradcheck(lambda x, w: scale * loss(x, w), X, W, gradients=right, method=method)
    assert not gradcheck(lambda x, w: scale * loss(x, w), X, W, gradients=wrong, method=method)


@pytest.mark.parametrize("method", METHODS)
def test_rounding_of_a_large_value_is_not_blamed_on_the_gradient(method):
    dx, dw = slopes(X, W)
    assert gradcheck(lambda x, w: 1e9 + loss(x, w), X, W, gradients=(dx, dw), method=method)
    assert not gradcheck(lambda x, w: 1e9 + loss(x, w), X, W, gradients=(2 * dx, dw), method=method)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_an_infinite_slope_is_never_right():
    x = np.array([1.0, 0.0, 2.0])
    assert not gradcheck(lambda x: np.log(x).sum(), x, gradients=(np.array([1.0, np.inf, 0.5]),))


def test_the_report_says_where_and_by_how_much():
    report = gradcheck(loss, X, W, gradients=spoiled(one_entry))
    assert report.index == (1, 2) and report.given - report.expected == pytest.approx(1e-3, rel=1e-4)
    assert "(1, 2)" in str(report) and f"{report.expected:.6g}" in str(report)


def test_too_few_gradients_are_rejected():
    assert not gradcheck(loss, X, W, gradients=slopes(X, W)[:1])


@pytest.mark.parametrize("method", METHODS)
def test_an_op_with_a_wrong_vjp_is_rejected(method):
    @op
    def careless(x):
        return np.exp(x), lambda g: g

    engine._tensor.OPS.pop("careless")
    report = gradcheck(lambda x: careless(x), X, method=method)
    assert not report


def test_tensors_may_be_given():
    assert gradcheck(lambda x: x.exp(), Tensor(X).data)
