"""The steps of a network in _functional.py beside torch's: a list of cases for each step, by its name."""

import numpy as np
import torch
import torch.nn.functional as F
from op_case import of_sizes, unary

from backprop import engine

LABELS = np.array([2, 0, 1, 2, 2])
IDS = np.array([[0, 2, 0], [1, 0, 0]])

FUNCTIONAL = {
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
