"""The truth by automatic differentiation: a forward pass, written once for the engine and for PyTorch alike."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from backprop import engine
from backprop.engine import Tensor, contributions
from backprop.exercises._form import Values

Forward = Callable[..., dict]


@dataclass(frozen=True)
class Autodiff:
    """Every node of a forward pass and, as dL_d<node>, its gradient; the same for every float input.

    `forward(F, **inputs)` returns its nodes by name, the scalar loss "L" among them. F is the engine or has PyTorch's
    functions under the same names, so that PyTorch and central differences can bear witness. `names` renames parts:

    >>> Autodiff(lambda F, x, w: {"L": F.relu(w * x)}, names={"dL_dw": "slope"})(x=3.0, w=2.0)
    {'x': 3.0, 'dL_dx': 2.0, 'w': 2.0, 'slope': 3.0, 'L': 6.0}
    """

    forward: Forward
    names: dict[str, str] = field(default_factory=dict)

    def __call__(self, **inputs) -> Values:
        leaves = self.leaves(inputs, lambda value: Tensor(value, requires_grad=True))
        nodes = leaves | self.forward(engine, **inputs | leaves)
        return self.parts(nodes, lambda found: np.array(found.data if isinstance(found, Tensor) else found))

    def contributions(self, part: str, inputs: Values) -> list[np.ndarray]:
        """What each use of a node adds to its gradient, for the part that is this gradient; else nothing."""
        leaves = self.leaves(inputs, lambda value: Tensor(value, requires_grad=True))
        nodes = leaves | self.forward(engine, **inputs | leaves)
        named = {self.names.get(f"dL_d{name}", f"dL_d{name}"): name for name in nodes}
        if named.get(part, "L") == "L" or not isinstance(node := nodes[named[part]], Tensor):
            return []
        return contributions(nodes["L"], node)

    def leaves(self, inputs: Values, make: Callable) -> dict:
        """The inputs that have gradients, as tensors; whole numbers, texts and functions have none."""
        return {name: make(value) for name, value in inputs.items() if is_float(value)}

    def parts(self, nodes: dict, array: Callable) -> Values:
        """Values and gradients by their names, after one backward pass from the loss; `array` reads a tensor."""
        graph = {name: node for name, node in nodes.items() if getattr(node, "requires_grad", False)}
        for name, node in graph.items():
            if name != "L":
                node.retain_grad()
        graph["L"].backward()
        found = {}
        for name, node in nodes.items():
            found[name] = array(node) if name in graph else node
            if name in graph and name != "L":
                found[f"dL_d{name}"] = np.zeros(node.shape) if node.grad is None else array(node.grad)
        return {self.names.get(name, name): _plain(part) for name, part in found.items()}

    def loss(self, **inputs) -> float:
        """The loss alone."""
        with engine.no_grad():
            leaves = self.leaves(inputs, Tensor)
            return float(self.forward(engine, **inputs | leaves)["L"].data)


def is_float(value: object) -> bool:
    """A float or an array of floats: what can be moved a little."""
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _plain(part):
    return part.item() if isinstance(part, np.ndarray) and part.ndim == 0 else part
