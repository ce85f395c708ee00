"""One row of the tables of ops: how an op is called here and in torch, for which shapes, and what is drawn for it."""

from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from backprop.engine import Tensor

sizes = st.tuples(*[st.integers(1, 5)] * 5)


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


class Drawn(NamedTuple):
    """Inputs of one case, a direction of +-1 for each, and an upstream gradient that fits the value."""

    arrays: list
    directions: list
    upstream: np.ndarray


def draw(data, case, dtype=np.float64):
    """Draw shapes and numbers for a case."""
    shapes, rng = data.draw(case.shapes), np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = spread(shapes, case.positive, rng)
    directions = [rng.choice([-1.0, 1.0], x.shape) for x in arrays]
    upstream = rng.normal(size=case.ours(*map(Tensor, arrays)).shape)
    return Drawn([x.astype(dtype) for x in arrays], directions, upstream.astype(dtype))


def spread(shapes, positive, rng):
    """Return arrays of numbers of size 0.1 to 2 whose absolute values all differ: no tie and no kink is near."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    steps = rng.permutation(sum(sizes)) + 1.0
    signs = 1 if positive else rng.choice([-1, 1], sum(sizes))
    parts = np.split((0.1 + 1.9 * steps / sum(sizes)) * signs, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def examples(count):
    """Draw this many examples, the same in every run, however long they take."""
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def distance(given, expected):
    """The norm of the difference over the norm of what is expected, or over 1 where that is smaller."""
    return np.linalg.norm(np.subtract(given, expected)) / np.maximum(np.linalg.norm(expected), 1.0)
