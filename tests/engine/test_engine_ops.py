"""Every op of the engine against torch, central differences and itself, on random shapes and in both dtypes.

The ops are found in the package: one without a row in the tables below is an error.
"""

import inspect
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from backprop import engine
from backprop.engine import Tensor, grad, hvp, jvp, vjp
from backprop.engine._tensor import OPS

TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}  # norm of the difference over the norm
sizes = st.tuples(*[st.integers(1, 5)] * 5)
bool_mask = np.random.default_rng(5).random((4, 4)) > 0.5


class Case(NamedTuple):
    """How an op is called here and in torch, for inputs of the given shapes."""

    shapes: st.SearchStrategy  # of tuples of shapes
    ours: callable
    torchs: callable
    positive: bool = False


def unary(ours, torchs, positive=False, min_dims=0):
    return Case(array_shapes(min_dims=min_dims, max_dims=3, max_side=4).map(lambda s: (s,)), ours, torchs, positive)


def binary(ours, torchs, positive=False):
    shapes = mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4).map(lambda s: s.input_shapes)
    return Case(shapes, ours, torchs, positive)


def of_sizes(shapes, ours, torchs):
    return Case(sizes.map(lambda n: shapes(*n)), ours, torchs)


def torch_mask(x):
    return torch.tensor(bool_mask[: x.shape[0], : x.shape[1]])


LABELS = np.array([2, 0, 1, 2, 2])
IDS = np.array([[0, 2, 0], [1, 0, 0]])

CASES = {
    "add": [binary(engine.add, torch.add)],
    "subtract": [binary(engine.subtract, torch.subtract)],
    "multiply": [binary(engine.multiply, torch.multiply)],
    "divide": [binary(engine.divide, torch.divide)],
    "negative": [unary(engine.negative, torch.negative)],
    "power": [
        binary(engine.power, torch.pow, positive=True),
        unary(lambda x: x**3, lambda x: x**3),
        unary(lambda x: x**0.5, lambda x: x**0.5, positive=True),
        unary(lambda x: 2.0**x, lambda x: 2.0**x),
        unary(lambda x: x**0, lambda x: x**0),
    ],
    "exp": [unary(engine.exp, torch.exp)],
    "log": [unary(engine.log, torch.log, positive=True)],
    "sqrt": [unary(engine.sqrt, torch.sqrt, positive=True)],
    "tanh": [unary(engine.tanh, torch.tanh)],
    "sigmoid": [unary(engine.sigmoid, torch.sigmoid)],
    "relu": [unary(engine.relu, torch.relu)],
    "leaky_relu": [unary(lambda x: engine.leaky_relu(x, 0.2), lambda x: F.leaky_relu(x, 0.2))],
    "swish": [unary(engine.swish, F.silu)],
    "gelu": [unary(engine.gelu, lambda x: F.gelu(x, approximate="tanh"))],
    "abs": [unary(engine.abs, torch.abs)],
    "maximum": [binary(engine.maximum, torch.maximum)],
    "minimum": [binary(engine.minimum, torch.minimum)],
    "clip": [
        unary(lambda x: engine.clip(x, -1.0123, 0.8765), lambda x: torch.clip(x, -1.0123, 0.8765)),
        unary(lambda x: engine.clip(x, min=0.0567), lambda x: torch.clip(x, min=0.0567)),
    ],
    "where": [
        of_sizes(
            lambda a, b, *_: ((min(a, 4), 1), (min(a, 4), min(b, 4))),
            lambda a, b: engine.where(bool_mask[: b.shape[0], : b.shape[1]], a, b),
            lambda a, b: torch.where(torch_mask(b), a, b),
        )
    ],
    "sum": [
        unary(engine.sum, torch.sum),
        unary(lambda x: engine.sum(x, 0), lambda x: torch.sum(x, 0), min_dims=1),
        unary(lambda x: engine.sum(x, (0, -1), keepdims=True), lambda x: x.sum((0, -1), keepdim=True), min_dims=2),
    ],
    "mean": [
        unary(engine.mean, torch.mean),
        unary(lambda x: engine.mean(x, (0, -1)), lambda x: torch.mean(x, (0, -1)), min_dims=2),
    ],
    "var": [
        unary(lambda x: engine.var(x, correction=0), lambda x: torch.var(x, correction=0)),
        of_sizes(lambda a, b, *_: ((a + 1, b),), lambda x: x.var(axis=0), lambda x: x.var(dim=0)),
    ],
    "max": [
        unary(engine.max, torch.amax),
        unary(lambda x: engine.max(x, -1, keepdims=True), lambda x: torch.amax(x, -1, keepdim=True), min_dims=1),
    ],
    "matmul": [
        of_sizes(lambda a, b, c, *_: ((a, b), (b, c)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, c, *_: ((b,), (b, c)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, c, *_: ((a, b), (b,)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, *_: ((b,), (b,)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, c, d, _: ((d, 1, a, b), (c, b, d)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, c, d, _: ((d, a, b), (b, c)), engine.matmul, torch.matmul),
        of_sizes(lambda a, b, c, d, _: ((b,), (d, b, c)), engine.matmul, torch.matmul),
    ],
    "reshape": [
        of_sizes(lambda a, b, c, *_: ((a, b, c),), lambda x: x.reshape(-1, x.shape[0]), lambda x: x.reshape(-1, len(x)))
    ],
    "transpose": [
        of_sizes(lambda a, b, c, *_: ((a, b, c),), lambda x: x.transpose(0, -1), lambda x: x.transpose(0, -1)),
    ],
    "permute": [
        of_sizes(lambda a, b, c, *_: ((a, b, c),), lambda x: x.permute((2, 0, 1)), lambda x: x.permute((2, 0, 1))),
        of_sizes(lambda a, b, *_: ((a, b),), lambda x: x.T, lambda x: x.T),
    ],
    "concatenate": [
        of_sizes(
            lambda a, b, c, *_: ((a, b), (a, c), (a, 1)),
            lambda *x: engine.concatenate(x, axis=1),
            lambda *x: torch.cat(x, 1),
        )
    ],
    "stack": [
        of_sizes(
            lambda a, b, *_: ((a, b), (a, b), (a, b)),
            lambda *x: engine.stack(x, axis=-1),
            lambda *x: torch.stack(x, -1),
        )
    ],
    "pad": [
        of_sizes(
            lambda a, b, *_: ((a, b),),
            lambda x: engine.pad(x, ((1, 2), (0, 3)), value=0.5),
            lambda x: F.pad(x, (0, 3, 1, 2), value=0.5),
        )
    ],
    "linear": [
        of_sizes(lambda a, b, c, *_: ((a, b), (c, b), (c,)), engine.linear, F.linear),
        of_sizes(lambda a, b, c, *_: ((a, b), (c, b)), engine.linear, F.linear),
        of_sizes(lambda a, b, c, d, _: ((d, a, b), (c, b), (c,)), engine.linear, F.linear),
        of_sizes(lambda a, b, c, *_: ((b,), (c, b), (c,)), engine.linear, F.linear),
    ],
    "softmax": [
        unary(engine.softmax, lambda x: torch.softmax(x, -1), min_dims=1),
        unary(lambda x: engine.softmax(x, axis=0), lambda x: torch.softmax(x, 0), min_dims=2),
    ],
    "log_softmax": [unary(engine.log_softmax, lambda x: torch.log_softmax(x, -1), min_dims=1)],
    "cross_entropy": [
        of_sizes(
            lambda a, *_: ((a, 3),),
            lambda x: engine.cross_entropy(x, LABELS[: len(x)]),
            lambda x: F.cross_entropy(x, torch.tensor(LABELS[: len(x)])),
        )
    ],
    "mse_loss": [of_sizes(lambda a, b, *_: ((a, b), (a, b)), engine.mse_loss, F.mse_loss)],
    "layer_norm": [
        of_sizes(
            lambda a, b, c, *_: ((a, b, c + 3), (c + 3,), (c + 3,)),
            engine.layer_norm,
            lambda x, w, b: F.layer_norm(x, x.shape[-1:], w, b),
        )
    ],
    "batch_norm": [
        of_sizes(
            lambda a, b, *_: ((a + 3, b), (b,), (b,)),
            engine.batch_norm,
            lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        )
    ],
    "embedding": [
        of_sizes(
            lambda a, b, *_: ((a + 2, b),),
            lambda w: engine.embedding(w, IDS),
            lambda w: F.embedding(torch.tensor(IDS), w),
        )
    ],
    "scaled_dot_product_attention": [
        of_sizes(
            lambda a, b, c, d, e: ((a, b, c, d), (a, b, c, d), (a, b, c, e)),
            lambda q, k, v, causal=causal: engine.scaled_dot_product_attention(q, k, v, is_causal=causal),
            lambda q, k, v, causal=causal: F.scaled_dot_product_attention(q, k, v, is_causal=causal),
        )
        for causal in (False, True)
    ],
    "dropout": [
        unary(
            lambda x: engine.dropout(x, 0.3, np.random.default_rng(7)),
            lambda x: x * torch.tensor(np.random.default_rng(7).random(x.shape) >= 0.3) / 0.7,
        )
    ],
    "conv2d": [
        of_sizes(
            lambda a, b, c, d, e: ((2, a, 4 + b, 5 + c), (d, a, 2, 3), (d,)),
            lambda x, w, b, options=options: engine.conv2d(x, w, b, **options),
            lambda x, w, b, options=options: F.conv2d(x, w, b, **options),
        )
        for options in ({}, {"stride": 2}, {"padding": 1}, {"stride": 2, "padding": 2})
    ],
    "max_pool2d": [
        of_sizes(
            lambda a, b, c, d, _: ((a, b, 3 + c, 3 + d),),
            lambda x, args=args: engine.max_pool2d(x, *args),
            lambda x, args=args: F.max_pool2d(x, *args),
        )
        for args in ((2,), (3, 1), (2, 3))
    ],
}

SIZE_OF = dict(zip("ijkl", (2, 3, 4, 2), strict=True))
CASES["einsum"] = [
    Case(
        st.just(tuple(tuple(SIZE_OF[axis] for axis in source) for source in equation.split("->")[0].split(","))),
        lambda *x, equation=equation: engine.einsum(equation, *x),
        lambda *x, equation=equation: torch.einsum(equation, *x),
    )
    for equation in ("ij,jk->ik", "ij,jk", "ijk,ijk->", "i,j->ij", "ij->j", "ii->", "ii->i", "ijk,kj,l->li", "iji,j->j")
]
CASES["getitem"] = [
    Case(st.just(((3, 4, 2),)), lambda x, i=index: x[i], lambda x, i=index: x[i])
    for index in (
        0, -1, slice(1, 3), (slice(None), 2), (..., 0), (None, 1, slice(None, None, 2)), [0, 2, 0],
        ([0, 0, 2], [1, 1, 3]), (slice(None), [3, 3, 0]), (0, [1, 1]), np.array([[0, 1], [1, 1]]),
    )
]  # fmt: skip
ROWS = [(name, i) for name, cases in CASES.items() for i in range(len(cases))]


def draw_inputs(case, shapes, dtype, seed):
    """Numbers of size 0.1 to 2 whose absolute values all differ, so that no tie and no kink is near."""
    rng = np.random.default_rng(seed)
    sizes = [int(np.prod(shape)) for shape in shapes]
    steps = rng.permutation(sum(sizes)) + 1.0
    signs = 1 if case.positive else rng.choice([-1, 1], sum(sizes))
    parts = np.split((0.1 + 1.9 * steps / sum(sizes)) * signs, np.cumsum(sizes)[:-1])
    return [part.reshape(shape).astype(dtype) for part, shape in zip(parts, shapes, strict=True)]


def distance(given, expected):
    """The norm of the difference over the norm of what is expected, or over 1 where that is smaller."""
    return np.linalg.norm(np.subtract(given, expected)) / np.maximum(np.linalg.norm(expected), 1.0)


def test_every_op_has_a_row():
    assert {name for name, cases in CASES.items() if cases} == set(OPS)


def test_every_public_function_is_an_op_or_known_not_to_be():
    public = [getattr(engine, name) for name in engine.__all__]
    not_ops = {"no_grad", "enable_grad", "vjp", "jvp", "grad", "hvp", "checkpoint", "gradcheck"}
    not_ops |= {"xavier", "he", "clip_grad_norm_"}
    assert {f.__name__ for f in public if inspect.isfunction(f)} - not_ops == set(OPS)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("name", "i"), ROWS)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_value_and_gradients_are_torchs(name, i, dtype, data):
    case = CASES[name][i]
    shapes, seed = data.draw(case.shapes), data.draw(st.integers(0, 99))
    arrays = draw_inputs(case, shapes, dtype, seed)
    ours = [Tensor(x, requires_grad=True) for x in arrays]
    torchs = [torch.tensor(x, requires_grad=True) for x in arrays]
    upstream = np.random.default_rng(seed).normal(size=case.torchs(*torchs).shape).astype(dtype)
    before = [x.copy() for x in (upstream, *arrays)]
    result, expected = case.ours(*ours), case.torchs(*torchs)
    assert result.dtype == dtype and result.shape == tuple(expected.shape)
    assert distance(result.data, expected.detach().numpy()) < TOLERANCE[dtype]

    assert all(edge_vjp(upstream).dtype == dtype for _, edge_vjp in result._node.edges)
    result.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for x, t in zip(ours, torchs, strict=True):
        assert x.grad.dtype == dtype and x.grad.shape == x.shape and x.grad.base is None
        assert distance(x.grad, t.grad.numpy()) < TOLERANCE[dtype]
    for array, copy in zip([upstream, *(x.data for x in ours)], before, strict=True):
        np.testing.assert_array_equal(array, copy)  # nothing was changed in place
    others = [upstream, result.data, *(x.data for x in ours)]
    assert not any(np.shares_memory(x.grad, other) for x in ours for other in others)
    assert not any(np.shares_memory(a.grad, b.grad) for a, b in combinations(ours, 2))


@pytest.mark.parametrize(("name", "i"), ROWS)
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_first_and_second_derivatives_agree_with_central_differences(name, i, data):
    case = CASES[name][i]
    shapes, seed = data.draw(case.shapes), data.draw(st.integers(0, 99))
    arrays, rng = draw_inputs(case, shapes, np.float64, seed), np.random.default_rng(seed)
    directions = [rng.choice([-1.0, 1.0], x.shape) for x in arrays]
    value, pullback = vjp(case.ours, *arrays)
    upstream = rng.normal(size=np.shape(value))
    slope = sum(np.vdot(g, v) for g, v in zip(pullback(upstream), directions, strict=True))
    twice = sum(np.vdot(g, v) for g, v in zip(pullback(2 * upstream), directions, strict=True))
    assert abs(twice - 2 * slope) < 1e-12 * (1 + abs(slope))

    def moved(step):
        return case.ours(*(Tensor(x + step * v) for x, v in zip(arrays, directions, strict=True))).data

    central = np.vdot(upstream, moved(1e-5) - moved(-1e-5)) / 2e-5
    assert abs(slope - central) < 1e-7 * (1 + abs(central))
    again, tangent = jvp(case.ours, arrays, directions)
    assert distance(again, value) < 1e-14
    assert abs(slope - np.vdot(upstream, tangent)) < 1e-12 * (1 + abs(slope))

    def loss(*tensors):
        return (case.ours(*tensors) ** 2 * upstream).sum()

    def gradients(step):
        return vjp(loss, *(x + step * v for x, v in zip(arrays, directions, strict=True)))[1]()

    def alone(i):
        """The loss as a function of input i only, the others being real where it is dual."""
        others = [Tensor(x, requires_grad=True) for x in arrays]
        return lambda x: loss(*others[:i], x, *others[i + 1 :])

    for i, (x, v) in enumerate(zip(arrays, directions, strict=True)):
        slope = np.vdot(grad(alone(i))(x), v)
        assert abs(jvp(alone(i), [x], [v])[1] - slope) < 1e-10 * (1 + abs(slope))
        assert np.isfinite(hvp(alone(i), [x], [v])[0]).all()

    for curved, after, before in zip(hvp(loss, arrays, directions), gradients(1e-5), gradients(-1e-5), strict=True):
        assert distance(curved, (after - before) / 2e-5) < 1e-5
