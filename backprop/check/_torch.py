"""PyTorch as a witness: the same forward pass, its gradients by PyTorch, on the best device there is.

The only module of the course, beside the lessons on frameworks, that imports torch, and only when it is asked.
"""

import os
from functools import cache
from importlib.util import find_spec

import numpy as np

from backprop.check._tolerances import tolerance
from backprop.exercises import Autodiff


def is_installed() -> bool:
    """Is PyTorch there? Answered without importing it."""
    return find_spec("torch") is not None


class Functions:
    """PyTorch's functions under the names that the engine has for them."""

    def __init__(self, torch):
        nn = torch.nn.functional
        self._places = torch, nn
        self.swish = nn.silu
        self.max = torch.amax
        self.layer_norm = lambda x, weight, bias, eps=1e-5: nn.layer_norm(x, weight.shape, weight, bias, eps)
        self.batch_norm = lambda x, weight, bias, eps=1e-5: nn.batch_norm(
            x, None, None, weight, bias, training=True, eps=eps
        )
        self.embedding = lambda weight, ids: nn.embedding(ids, weight)

    def __getattr__(self, name: str):
        return next(getattr(place, name) for place in self._places if hasattr(place, name))


@cache
def device() -> str:
    """Where PyTorch computes: what BACKPROP_DEVICE says, or else CUDA, then MPS, then the CPU."""
    import torch  # noqa: PLC0415 - takes seconds

    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return os.environ.get("BACKPROP_DEVICE", best)


def parts(autodiff: Autodiff, inputs: dict, where: str) -> dict:
    """What `autodiff` gives, computed by PyTorch; in float64, but in float32 on MPS, which has no other."""
    import torch  # noqa: PLC0415 - takes seconds

    floats = torch.float32 if where.startswith("mps") else torch.float64
    arrays = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray)}
    constants = {name: torch.as_tensor(value, device=where) for name, value in arrays.items()}
    leaves = autodiff.leaves(inputs, lambda value: torch.tensor(value, dtype=floats, device=where, requires_grad=True))
    nodes = leaves | autodiff.forward(Functions(torch), **inputs | constants | leaves)
    return autodiff.parts(nodes, lambda tensor: tensor.detach().cpu().numpy())


def in_words(where: str) -> str:
    """The version and the device, as in "PyTorch 2.13 on the CPU"."""
    import torch  # noqa: PLC0415 - takes seconds

    names = {"cpu": "the CPU", "mps": "Apple's GPU"}
    place = names.get(where) or torch.cuda.get_device_name(where)
    return f"PyTorch {'.'.join(torch.__version__.split('.')[:2])} on {place}"


def passes_at(where: str) -> float:
    """The largest relative difference that counts as agreement there."""
    return tolerance("float32" if where.startswith("mps") else "float64", where.split(":")[0])
