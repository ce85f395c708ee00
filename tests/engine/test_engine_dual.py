"""Every op on dual numbers, that is on complex arrays: forward mode and second derivatives.

An op that fails here alone computes something that complex numbers cannot go through; see _elementwise.py.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from op_case import distance, draw, examples
from op_tables import CASES, ROWS

from backprop.engine import Tensor, grad, hvp, jvp, vjp


def weighted_squares(case, upstream):
    """Return a loss whose second derivatives are not 0, as a function of the case's inputs."""
    return lambda *inputs: (case.ours(*inputs) ** 2 * upstream).sum()


@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(3)
@given(data=st.data())
def test_forward_mode_agrees_with_backward(name, i, data):
    case = CASES[name][i]
    arrays, directions, upstream = draw(data, case)
    value, pullback = vjp(case.ours, *arrays)
    again, tangent = jvp(case.ours, arrays, directions)
    slope = sum(np.vdot(g, v) for g, v in zip(pullback(upstream), directions, strict=True))
    assert distance(again, value) < 1e-14
    assert abs(slope - np.vdot(upstream, tangent)) < 1e-12 * (1 + abs(slope))


@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(3)
@given(data=st.data())
def test_one_input_may_be_dual_while_the_others_are_real(name, i, data):
    case = CASES[name][i]
    arrays, directions, upstream = draw(data, case)
    loss, tensors = weighted_squares(case, upstream), [Tensor(x, requires_grad=True) for x in arrays]
    for i, (x, v) in enumerate(zip(arrays, directions, strict=True)):

        def alone(x, i=i):
            return loss(*tensors[:i], x, *tensors[i + 1 :])

        slope = np.vdot(grad(alone)(x), v)
        assert abs(jvp(alone, [x], [v])[1] - slope) < 1e-10 * (1 + abs(slope))
        assert np.isfinite(hvp(alone, [x], [v])[0]).all()


@pytest.mark.parametrize(("name", "i"), ROWS)
@examples(3)
@given(data=st.data())
def test_second_derivatives_agree_with_central_differences(name, i, data):
    case = CASES[name][i]
    arrays, directions, upstream = draw(data, case)
    loss = weighted_squares(case, upstream)

    def gradients(step):
        return vjp(loss, *(x + step * v for x, v in zip(arrays, directions, strict=True)))[1]()

    for curved, after, before in zip(hvp(loss, arrays, directions), gradients(1e-5), gradients(-1e-5), strict=True):
        assert distance(curved, (after - before) / 2e-5) < 1e-5
