"""The ops of _arrays.py beside torch's: a list of cases for each op, by its name."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from op_case import Case, of_sizes, unary

from backprop import engine

ARRAYS = {
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
}

SIZE_OF = dict(zip("ijkl", (2, 3, 4, 2), strict=True))
ARRAYS["einsum"] = [
    Case(
        st.just(tuple(tuple(SIZE_OF[axis] for axis in source) for source in equation.split("->")[0].split(","))),
        lambda *x, equation=equation: engine.einsum(equation, *x),
        lambda *x, equation=equation: torch.einsum(equation, *x),
    )
    for equation in ("ij,jk->ik", "ij,jk", "ijk,ijk->", "i,j->ij", "ij->j", "ii->", "ii->i", "ijk,kj,l->li", "iji,j->j")
]
ARRAYS["getitem"] = [
    Case(st.just(((3, 4, 2),)), lambda x, i=index: x[i], lambda x, i=index: x[i])
    for index in (
        0, -1, slice(1, 3), (slice(None), 2), (..., 0), (None, 1, slice(None, None, 2)), [0, 2, 0],
        ([0, 0, 2], [1, 1, 3]), (slice(None), [3, 3, 0]), (0, [1, 1]), np.array([[0, 1], [1, 1]]),
    )
]  # fmt: skip
