"""Tensors: how they are made, copied and mixed with arrays and numbers, when they record, and what errors say."""

import copy
import pickle
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from backprop import engine
from backprop.engine import Tensor, no_grad


def leaf(data, dtype=np.float64):
    return Tensor(np.array(data, dtype), requires_grad=True)


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
