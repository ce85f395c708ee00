"""For exercises on single numbers: values and gradients of named nodes, and random numbers that read well."""

from backprop.engine import Tensor
from backprop.exercises._form import Values


def through_engine(loss: Tensor, **nodes: Tensor) -> Values:
    """The nodes' values and, after one backward pass, their gradients, called dL_d<node>."""
    for node in nodes.values():
        node.retain_grad()
    loss.backward()
    values = {name: float(node.data) for name, node in nodes.items()}
    return values | {"L": float(loss.data)} | {f"dL_d{name}": float(node.grad) for name, node in nodes.items()}


def tidy(rng, low=0.3, high=2.5) -> float:
    """A random number of either sign with one decimal, away from zero, pleasant to read on a card."""
    return round(float(rng.uniform(low, high) * rng.choice([-1, 1])), 1)
