"""The graph and its backward sweep: depth, doubling, memory, and the traps other engines fall into."""

import copy
import gc
import pickle
import subprocess
import sys
import threading
import time
import tracemalloc
import weakref
from itertools import combinations

import numpy as np
import pytest
import torch

from backprop import engine
from backprop.engine import Tensor, no_grad, relu


def leaf(data, dtype=np.float64):
    return Tensor(np.array(data, dtype), requires_grad=True)


def test_the_network_with_one_hidden_unit():
    x, y = 2.0, 3.0
    w1, w2 = leaf(0.5), leaf(1.5)
    z1 = w1 * x
    z1.retain_grad()
    loss = (w2 * relu(z1) - y) ** 2
    loss.backward()
    assert (loss.item(), w1.grad, z1.grad, w2.grad) == (2.25, -9, -4.5, -3)


def test_depth_costs_no_recursion_and_linear_time():
    x = leaf(1.0)
    y = x
    started = time.perf_counter()
    for _ in range(100_000):
        y = y * 1.0
    y.backward()
    assert x.grad == 1 and time.perf_counter() - started < 20


def test_a_deep_graph_is_dropped_without_recursion():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1.0
    before = weakref.ref(y)
    del y
    assert before() is None


def test_sixty_doublings_take_sixty_visits():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    started = time.perf_counter()
    y.backward()
    assert x.grad == 2.0**60 and time.perf_counter() - started < 0.1


@pytest.mark.parametrize("backward", [False, True])
def test_memory_comes_back_without_the_garbage_collector(backward):
    def work():
        x = leaf(np.ones(1000))
        y = x
        for _ in range(50):
            y = engine.tanh(y * 1.01 + x)
        if backward:
            y.sum().backward()

    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        work()
        assert tracemalloc.get_traced_memory()[1] > 50 * 8000
        arrays = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)
        assert not tracemalloc.take_snapshot().filter_traces([arrays]).traces
        assert gc.collect() == 0  # there was no cycle to find; all it clears is the interpreter's free lists
        assert tracemalloc.get_traced_memory()[0] < 10_000
    finally:
        tracemalloc.stop()
        gc.enable()


def test_an_array_that_no_vjp_needs_is_freed_at_once():
    x = leaf(np.ones(3))
    y = x + 1.0
    array = weakref.ref(y.data)
    z = (y + 1.0).sum()
    del y
    assert array() is None
    z.backward()
    np.testing.assert_array_equal(x.grad, 1)


KEEP_NOTHING = {
    "sum": lambda x: x.sum(axis=0),
    "mean": lambda x: x.mean(axis=0),
    "var": lambda x: x.var(axis=0),
    "reshape": lambda x: x.reshape(-1) * 1,
    "permute": lambda x: x.T * 1,
    "getitem": lambda x: x[[0, 0]],
    "concatenate": lambda x: engine.concatenate([x, x]),
    "stack": lambda x: engine.stack([x, x]),
    "pad": lambda x: engine.pad(x, ((1, 1), (1, 1))),
    "tanh": engine.tanh,
    "sigmoid": engine.sigmoid,
    "relu": engine.relu,
    "softmax": engine.softmax,
    "embedding": lambda x: engine.embedding(x, np.array([0])),
    "max_pool2d": lambda x: engine.max_pool2d(x.reshape(1, 1, 2, 3) * 1, 2),
    "scaled": lambda x: x * 2.0,
}


@pytest.mark.parametrize("name", KEEP_NOTHING)
def test_ops_that_do_not_need_their_input_let_it_go(name):
    y = leaf(np.ones((2, 3))) * 1.0
    array = weakref.ref(y.data)
    z = KEEP_NOTHING[name](y)
    del y
    assert array() is None and z.requires_grad


def test_backward_frees_as_it_goes():
    x = leaf(np.ones(3))
    y = engine.exp(x)
    array = weakref.ref(y.data)
    z = y.sum()
    del y
    assert array() is not None
    z.backward()
    assert array() is None


def test_two_backwards_give_twice_and_not_three_times():
    x = leaf(3.0)
    y = (x * x) * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad == 2 * 27


def test_a_freed_graph_says_so():
    x = leaf(3.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()


def test_two_losses_add_up():
    x = leaf(3.0)
    (2 * x).backward()
    (x * x).backward()
    assert x.grad == 2 + 6


def test_gradients_alias_nothing():
    x, y, seed = leaf(np.ones(3)), leaf(np.ones(3)), np.ones(3)
    z = x + y
    z.retain_grad()
    z.backward(seed)
    arrays = [x.grad, y.grad, z.grad, seed, x.data, y.data, z.data]
    assert not any(np.shares_memory(a, b) for a, b in combinations(arrays, 2))
    first = x.grad
    (x * 2).sum().backward()
    np.testing.assert_array_equal(first, 1)


@pytest.mark.parametrize("view", [lambda x: x.reshape(3, 2), lambda x: x.T, lambda x: x.sum(axis=0), lambda x: x[1]])
def test_gradients_are_no_views(view):
    x = leaf(np.ones((2, 3)))
    y = view(x)
    y.backward(np.ones(y.shape))
    assert x.grad.base is None and x.grad.flags.writeable


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


def test_no_grad_and_detach_record_nothing():
    x = leaf(2.0)
    with no_grad():
        assert not (x * x).requires_grad
        with engine.enable_grad():
            assert (x * x).requires_grad
    assert not no_grad()(lambda: x * x)().requires_grad
    (x.detach() * x).backward()
    assert x.grad == 2


def test_a_recursive_function_may_be_decorated():
    @no_grad()
    def down(n):
        return down(n - 1) if n else None

    down(3)
    assert (leaf(1.0) * 2).requires_grad


def test_tensors_may_be_given_by_name():
    x, w, b = leaf(np.ones((2, 3))), leaf(np.ones(3)), leaf(np.zeros(3))
    engine.layer_norm(x * [1, 2, 3], bias=b, weight=w).sum().backward()
    np.testing.assert_array_equal(b.grad, [2, 2, 2])
    assert np.any(w.grad)


def test_numpy_takes_the_array_only_where_no_graph_is_lost():
    np.testing.assert_array_equal(np.asarray(Tensor([1.0, 2.0])), [1, 2])
    with pytest.raises(TypeError, match=r"\.data"):
        np.asarray(leaf([1.0]))


def test_plain_numbers_are_tensors_too():
    for function in (engine.exp, engine.relu, engine.sigmoid, engine.swish, engine.tanh, engine.abs, engine.sqrt):
        assert function(1.0).item() == pytest.approx(function(Tensor(1.0)).item())


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_has_its_own_array_and_gradient(copied):
    x = leaf(np.ones(3))
    y = copied(x)
    (y * 2).sum().backward()
    assert x.grad is None and not np.shares_memory(x.data, y.data)
    np.testing.assert_array_equal(y.grad, 2)
    assert not copied(x * 2).requires_grad


def test_no_grad_is_a_thread_s_own_affair():
    x, found = leaf(1.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append((x * x).requires_grad))
        thread.start()
        thread.join()
    assert found == [True]


def test_constants_keep_no_edge():
    x, constant = leaf(np.ones(3)), np.ones(3)
    y = constant * x
    array = weakref.ref(x.data)
    del x
    assert array() is None and len(y._node.edges) == 1


def test_arrays_defer_to_tensors():
    x = leaf(np.full((2, 2), 2.0))
    a = np.full((2, 2), 3.0)
    for y in (a + x, a - x, a * x, a / x, a @ x, a**x):
        assert isinstance(y, Tensor) and y.requires_grad
    assert ((x > 1) == np.full((2, 2), True)).all() and not (x <= leaf(1.0)).any()


def test_data_is_copied():
    array = np.ones(3)
    x = Tensor(array, requires_grad=True)
    array[:] = 7
    np.testing.assert_array_equal(x.data, 1)


ERRORS = {
    "shapes": (lambda: leaf(np.ones((2, 3))) + leaf(np.ones(4)), ValueError, r"add.*\(2, 3\) and \(4,\)"),
    "inner sizes": (lambda: leaf(np.ones((2, 3))) @ leaf(np.ones((4, 5))), ValueError, r"matmul.*\(2, 3\).*\(4, 5\)"),
    "concatenate": (lambda: engine.concatenate([np.ones((2, 3)), np.ones((2,))]), ValueError, r"concatenate"),
    "seed needed": (lambda: (leaf(np.ones(2)) * 2).backward(), RuntimeError, r"shape \(2,\) needs a seed.*sum\(\)"),
    "seed shape": (lambda: (leaf(np.ones(2)) * 2).backward(1.0), ValueError, r"seed has shape \(\).*\(2,\)"),
    "no graph": (lambda: Tensor(1.0).backward(), RuntimeError, "requires_grad=True"),
    "whole numbers": (lambda: Tensor(2, requires_grad=True), TypeError, "write 2.0"),
    "mse shapes": (lambda: engine.mse_loss(leaf(np.ones((3, 1))), np.ones(3)), ValueError, r"\(3, 1\).*\(3,\)"),
    "labels": (lambda: engine.cross_entropy(leaf(np.ones((3, 2))), np.array([0])), ValueError, r"\(3,\) is not \(1,\)"),
    "einsum dots": (lambda: engine.einsum("...i->i", leaf(np.ones(3))), ValueError, "letter for each axis"),
    "computed leaf": (lambda: setattr(leaf(1.0) * 2, "requires_grad", False), RuntimeError, "detach"),
    "nothing to retain": (lambda: Tensor(1.0).retain_grad(), RuntimeError, "requires_grad"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_say_what_to_do(name):
    wrong, kind, message = ERRORS[name]
    with pytest.raises(kind, match=message):
        wrong()


def test_the_import_brings_numpy_and_nothing_heavy():
    code = "import sys, {}; print(*(name.split('.')[0] for name in sys.modules))"
    modules = [
        subprocess.run([sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True).stdout
        for name in ("backprop.engine", "numpy")
    ]
    ours, numpys = (set(printed.split()) for printed in modules)
    assert ours - numpys - set(sys.stdlib_module_names) == {"backprop"}
