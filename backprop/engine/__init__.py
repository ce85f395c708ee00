"""The reference engine: reverse-mode automatic differentiation on NumPy alone, small enough to read in one sitting.

Begin with `_graph.py` (the backward sweep), then `_tensor.py` (Tensor and `op`), then `_ops.py` (the derivatives).
"""

from ._graph import no_grad
from ._ops import (
    add,
    divide,
    exp,
    getitem,
    log,
    matmul,
    mean,
    multiply,
    negative,
    permute,
    power,
    relu,
    reshape,
    sigmoid,
    subtract,
    sum,
    tanh,
    transpose,
)
from ._tensor import Tensor
from ._transforms import grad, vjp

__all__ = [
    "Tensor", "no_grad", "grad", "vjp",
    "add", "subtract", "multiply", "divide", "negative", "power", "exp", "log", "tanh", "sigmoid", "relu",
    "matmul", "sum", "mean", "reshape", "transpose", "permute", "getitem",
]  # fmt: skip
