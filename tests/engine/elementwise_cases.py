"""The ops of _elementwise.py beside torch's: a list of cases for each op, by its name."""

import numpy as np
import torch
import torch.nn.functional as F
from op_case import binary, of_sizes, unary

from backprop import engine

bool_mask = np.random.default_rng(5).random((4, 4)) > 0.5


def torch_mask(x):
    return torch.tensor(bool_mask[: x.shape[0], : x.shape[1]])


ELEMENTWISE = {
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
}
