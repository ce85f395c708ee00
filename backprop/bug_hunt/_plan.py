"""Who gets which bug, in which layer, of which network: drawn from the learner's number."""

from dataclasses import dataclass

import numpy as np

CAUSES = {  # a letter, as the lesson lists them -> the layers in which the bug can be
    "a": (4,),  # the gradient of the loss lost its 2
    "b": (2, 3),  # a transpose
    "c": (1, 2, 3),  # a derivative taken at the activation of the wrong layer
    "d": (1, 2, 3, 4),  # a bias gradient that is not summed over the batch
    "e": (2, 3),  # a gradient overwritten where a layer is used twice
    "f": (1, 2, 3),  # a cache changed in place
}


@dataclass(frozen=True)
class Plan:
    """One suspect: its bug, the layer that has it, and the network around it.

    `order` is the layers as the data meets them, `sizes` those before and after each of the four, `turn` chooses
    between two ways to write the same bug, `seed` draws parameters and data.
    """

    cause: str
    layer: int
    order: tuple[int, ...]
    sizes: tuple[int, ...]
    activation: str
    turn: int
    seed: int

    def arrays(self) -> dict[str, np.ndarray]:
        """The data X, Y and the parameters W1, b1, ... W4, b4."""
        rng, n = np.random.default_rng(self.seed), int(self.sizes[1]) + 3
        drawn = {"X": rng.normal(size=(n, self.sizes[0])), "Y": rng.normal(size=(n, self.sizes[-1]))}
        for k in (1, 2, 3, 4):
            out, into = self.sizes[k], self.sizes[k - 1]
            drawn |= {f"W{k}": rng.normal(0, 1 / into**0.5, (out, into)), f"b{k}": rng.normal(0, 0.3, out)}
        return drawn


def plans(my_number: int) -> list[Plan]:
    """Six suspects for this number, each bug once."""
    rng = np.random.default_rng([my_number, 1986])
    return [_plan(str(cause), rng) for cause in rng.permutation(list(CAUSES))]


def _plan(cause: str, rng: np.random.Generator) -> Plan:
    """Equal hidden sizes, so that nothing but a wrong number tells of a wrong transpose or a wrong layer."""
    layer, (into, hidden, out) = int(rng.choice(CAUSES[cause])), map(int, rng.permutation([2, 3, 4, 5])[:3])
    order = (1, 2, 3, 4) if cause != "e" else tuple(sorted([1, 2, 3, 4, layer]))
    activation = "tanh" if cause == "f" else str(rng.choice(["sigmoid", "tanh", "swish"]))
    return Plan(
        cause, layer, order, (into, hidden, hidden, hidden, out), activation, *map(int, rng.integers(0, 2**31, 2))
    )
