"""The reference engine: reverse-mode automatic differentiation on NumPy alone, small enough to read in one sitting.

Read `_graph.py` first (the backward sweep), then `_tensor.py` (Tensor, and what makes a function an op), then
`_elementwise.py` and `_arrays.py` (the derivatives), `_operators.py` (what + means) and `_transforms.py` (jvp, hvp,
checkpoint). An op is written there as one function; its name is imported here and gets a row in the tests.
"""

# ruff: noqa: F401 (what is imported here is the public interface)

from . import _operators as _operators
from ._arrays import (
    concatenate,
    einsum,
    getitem,
    matmul,
    max,
    mean,
    pad,
    permute,
    reshape,
    stack,
    sum,
    swapaxes,
    transpose,
    var,
)
from ._elementwise import (
    abs,
    add,
    clip,
    divide,
    exp,
    gelu,
    leaky_relu,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    relu,
    sigmoid,
    sqrt,
    subtract,
    swish,
    tanh,
    where,
)
from ._functional import (
    batch_norm,
    conv2d,
    cross_entropy,
    dropout,
    embedding,
    layer_norm,
    linear,
    log_softmax,
    max_pool2d,
    mse_loss,
    scaled_dot_product_attention,
    softmax,
)
from ._gradcheck import gradcheck
from ._graph import enable_grad, no_grad
from ._layers import (
    BatchNorm1d,
    Dropout,
    Embedding,
    LayerNorm,
    Linear,
    Module,
    MultiheadAttention,
    Sequential,
    he,
    xavier,
)
from ._optimizers import LAMB, SGD, Adam, AdamW, Optimizer, clip_grad_norm_
from ._tensor import Tensor
from ._transforms import checkpoint, contributions, grad, hvp, jvp, vjp

__all__ = [name for name in globals() if not name.startswith("_")]
