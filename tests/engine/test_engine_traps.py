"""What other teaching engines get wrong: broadcasting, repeated indices, dtypes, overflow, kinks."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from backprop import engine
from backprop.engine import Tensor


def leaf(data, dtype=np.float64):
    return Tensor(np.array(data, dtype), requires_grad=True)


@pytest.mark.parametrize(("a", "b"), [((3, 3), (3, 1)), ((3, 3), (1, 3)), ((3, 3), (3,)), ((3, 1), (1, 3)), ((), (3,))])
def test_unbroadcasting_sums_the_right_axis(a, b):
    rng = np.random.default_rng(0)
    x, y, seed = leaf(rng.normal(size=a)), leaf(rng.normal(size=b)), rng.normal(size=np.broadcast_shapes(a, b))
    (x * y).backward(seed)
    tx, ty = (torch.tensor(t.data, requires_grad=True) for t in (x, y))
    (tx * ty).backward(torch.tensor(seed))
    np.testing.assert_allclose(x.grad, tx.grad)
    np.testing.assert_allclose(y.grad, ty.grad)


@pytest.mark.parametrize("index", [[0, 0, 2], ([0, 0, 2],), np.array([0, 0, 2])])
def test_repeated_indices_add_up(index):
    x = leaf(np.zeros(3))
    x[index].sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 0, 1])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 2.0 + 1,
        lambda x: 1 / (x + 3) - 2**x,
        lambda x: x * np.sqrt(2.0),
        lambda x: np.float64(2) - x,
        lambda x: (x**2).mean() / 3,
        lambda x: x.var(axis=0) + x.max(axis=0),
        lambda x: engine.maximum(x, 0.5) + engine.where(x.data > 0, x, 0.0),
        lambda x: engine.dropout(x, 0.5, np.random.default_rng(0)),
        lambda x: engine.gelu(x) + engine.swish(x) + engine.leaky_relu(x),
    ],
)
def test_float32_stays_float32(function):
    x = leaf([[0.5, -1.0], [2.0, 0.25]], np.float32)
    y = function(x)
    assert y.dtype == np.float32
    (y * y).sum().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (engine.sigmoid, [0, 0.5, 1]),
        (engine.softmax, [0, 0, 1]),
        (engine.log_softmax, [-2000, -1000, 0]),
        (engine.swish, [0, 0, 1000]),
        (engine.tanh, [-1, 0, 1]),
    ],
)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_nothing_overflows(function, expected, dtype):
    x = leaf([-1000, 0, 1000], dtype)
    y = function(x)
    y.sum().backward()
    np.testing.assert_allclose(y.data, expected, atol=1e-12)
    assert np.isfinite(x.grad).all()


@pytest.mark.filterwarnings("error")
def test_nothing_overflows_in_any_thread_and_numpy_still_warns():
    x, before = np.linspace(-1000, 1000, 100_000), np.geterr()
    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(engine.sigmoid, [x] * 40))
    assert all(value.data[0] == 0 and value.data[-1] == 1 for value in values)
    assert np.geterr() == before
    with pytest.raises(RuntimeWarning, match="overflow"):
        np.exp(1000 + x)


@pytest.mark.filterwarnings("error")
def test_cross_entropy_does_not_overflow():
    x = leaf([[1000.0, -1000.0]])
    loss = engine.cross_entropy(x, np.array([1]))
    loss.backward()
    assert loss.item() == 2000
    np.testing.assert_array_equal(x.grad, [[1, -1]])


@pytest.mark.parametrize(
    ("function", "torchs", "slope"),
    [
        (engine.relu, torch.relu, 0),
        (engine.abs, torch.abs, 0),
        (lambda x: engine.maximum(x, 0.0), lambda x: torch.maximum(x, torch.zeros(())), 0.5),
        (lambda x: engine.minimum(0.0, x), lambda x: torch.minimum(torch.zeros(()), x), 0.5),
        (lambda x: engine.clip(x, 0.0, 1.0), lambda x: torch.clip(x, 0.0, 1.0), 1),
        (lambda x: engine.leaky_relu(x, 0.25), lambda x: torch.nn.functional.leaky_relu(x, 0.25), 0.25),
        (lambda x: engine.max(engine.stack([x, x * 1, x * 1])), lambda x: torch.amax(torch.stack([x, x, x]), 0), 1),
        (lambda x: x**0, lambda x: x**0, 0),
    ],
)
def test_slopes_at_the_kink_are_torchs(function, torchs, slope):
    x, t = leaf(0.0), torch.tensor(0.0, requires_grad=True)
    function(x).backward()
    torchs(t).backward()
    assert x.grad == slope == t.grad.item()


def test_tied_maxima_share_the_gradient():
    x = leaf([1.0, 3.0, 3.0])
    x.max().backward()
    np.testing.assert_array_equal(x.grad, [0, 0.5, 0.5])


@pytest.mark.parametrize(
    "lost",
    [
        lambda x, t: engine.clip(x, min=t),
        lambda x, t: engine.clip(x, t, 1.0),
        lambda x, t: engine.leaky_relu(x, negative_slope=t),
    ],
)
def test_a_tensor_whose_gradient_would_be_lost_is_refused(lost):
    with pytest.raises(TypeError, match="has no derivative with respect to one of the tensors"):
        lost(Tensor([1.0, 2.0], requires_grad=True), Tensor(0.5, requires_grad=True))


@pytest.mark.parametrize("function", [engine.exp, lambda x: x**3, engine.tanh])
def test_forward_mode_takes_float32(function):
    x, t = np.array([0.5, 1.5], np.float32), np.array([1.0, -2.0], np.float32)
    exact = engine.jvp(function, (x.astype(float),), (t.astype(float),))[1]
    np.testing.assert_allclose(engine.jvp(function, (x,), (t,))[1], exact, rtol=1e-6)
    assert np.isfinite(engine.hvp(lambda x: function(x).sum(), (x,), (t,))[0]).all()
