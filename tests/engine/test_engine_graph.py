"""The graph and its backward sweep: depth, doubling, memory, several backward calls, aliases."""

import gc
import time
import tracemalloc
import weakref
from itertools import combinations

import numpy as np
import pytest

from backprop import engine
from backprop.engine import Tensor, relu


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
