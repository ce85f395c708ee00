"""Every op of the engine against torch and central differences, on random shapes and in both dtypes.

The ops are found in the package: one without a row in a table of *_cases.py is an error.
"""

import inspect
from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from op_case import distance, draw, examples
from op_tables import CASES, ROWS

from backprop import engine
from backprop.engine import Tensor, vjp
from backprop.engine._tensor import OPS

TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}  # of `distance`
NOT_OPS = {"no_grad", "enable_grad", "vjp", "jvp", "grad", "hvp", "checkpoint", "contributions", "gradcheck"}
NOT_OPS |= {"xavier", "he", "clip_grad_norm_"}


def test_every_op_has_a_row():
    missing = OPS.keys() - {name for name, cases in CASES.items() if cases}
    assert not missing, f"Add cases for {', '.join(missing)} to tests/engine/*_cases.py."


def test_what_has_a_row_is_public():
    public = [getattr(engine, name) for name in engine.__all__]
    functions = {f.__name__ for f in public if inspect.isfunction(f)} - NOT_OPS
    assert functions == CASES.keys(), "An op is imported in backprop/engine/__init__.py and has a row in *_cases.py."


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(6)
@given(data=st.data())
def test_value_and_gradients_are_torchs(name, i, dtype, data):
    case = CASES[name][i]
    arrays, _, upstream = draw(data, case, dtype)
    ours = [Tensor(x, requires_grad=True) for x in arrays]
    torchs = [torch.tensor(x, requires_grad=True) for x in arrays]
    result, expected = case.ours(*ours), case.torchs(*torchs)
    assert result.dtype == dtype and result.shape == tuple(expected.shape)
    assert distance(result.data, expected.detach().numpy()) < TOLERANCE[dtype]
    assert all(edge_vjp(upstream).dtype == dtype for _, edge_vjp in result._node.edges)
    result.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for x, t in zip(ours, torchs, strict=True):
        assert x.grad.dtype == dtype and x.grad.shape == x.shape
        assert distance(x.grad, t.grad.numpy()) < TOLERANCE[dtype]


@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(3)
@given(data=st.data())
def test_nothing_is_changed_in_place_and_gradients_are_no_aliases(name, i, data):
    case = CASES[name][i]
    arrays, _, upstream = draw(data, case)
    before = [x.copy() for x in (upstream, *arrays)]
    inputs = [Tensor(x, requires_grad=True) for x in arrays]
    result = case.ours(*inputs)
    parts = [edge_vjp(upstream) for _, edge_vjp in result._node.edges]
    result.backward(upstream)
    captured = [*(x.data for x in inputs), result.data]
    others = [upstream, *captured]
    for array, copy in zip(others, before, strict=False):
        np.testing.assert_array_equal(array, copy)
    assert not any(np.shares_memory(part, array) for part in parts for array in captured)
    assert all(x.grad.base is None for x in inputs)
    assert not any(np.shares_memory(x.grad, other) for x in inputs for other in others)
    assert not any(np.shares_memory(a.grad, b.grad) for a, b in combinations(inputs, 2))


@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(3)
@given(data=st.data())
def test_gradients_agree_with_central_differences(name, i, data):
    case = CASES[name][i]
    arrays, directions, upstream = draw(data, case)
    _, pullback = vjp(case.ours, *arrays)

    def slope(seed):
        return sum(np.vdot(g, v) for g, v in zip(pullback(seed), directions, strict=True))

    def moved(step):
        return case.ours(*(Tensor(x + step * v) for x, v in zip(arrays, directions, strict=True))).data

    central = np.vdot(upstream, moved(1e-5) - moved(-1e-5)) / 2e-5
    assert abs(slope(upstream) - central) < 1e-7 * (1 + abs(central))
    assert abs(slope(2 * upstream) - 2 * slope(upstream)) < 1e-12 * (1 + abs(central))
