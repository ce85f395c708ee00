"""One suspect: its code to read, its gradients to check, and a way to mend a line."""

import numpy as np

from backprop.bug_hunt._plan import Plan, plans
from backprop.bug_hunt._source import source
from backprop.own_number import LARGEST_NUMBER, own_number


def _sigmoid(Z):
    return 0.5 * (1 + np.tanh(0.5 * Z))


FUNCTIONS = {
    "np": np,
    "tanh": np.tanh,
    "d_tanh": lambda Z: 1 - np.tanh(Z) ** 2,
    "sigmoid": _sigmoid,
    "d_sigmoid": lambda Z: _sigmoid(Z) * _sigmoid(-Z),
    "swish": lambda Z: Z * _sigmoid(Z),
    "d_swish": lambda Z: _sigmoid(Z) * (1 + Z * _sigmoid(-Z)),
}


NOBODY = LARGEST_NUMBER + 1  # its suspects are neither a learner's nor the lesson's worked example


class Suspect:
    """A network of four layers with its loss and its gradients; one line of its code may be wrong.

    `parameters` holds W1, b1, ... W4, b4. `show()` prints the code, `mended(line, text)` is the same suspect with
    another text in one line.
    """

    def __init__(self, plan: Plan, lines: list[str] | None = None):
        self._plan, self._lines = plan, lines or source(plan)
        self._arrays = plan.arrays()
        self.parameters = {name: array for name, array in self._arrays.items() if name not in ("X", "Y")}

    def show(self) -> None:
        """Print the code with the numbers of its lines."""
        print("\n".join(f"{number:2d}  {line}" for number, line in enumerate(self._lines, 1)))

    def loss(self, **changed: np.ndarray) -> float:
        """The loss, with some parameters replaced: loss(W2=...)."""
        return float(self._run(**changed)[0])

    def gradients(self) -> dict[str, np.ndarray]:
        """What its code takes for the gradients, under the names of the parameters."""
        return self._run()[1]

    def gradient(self) -> np.ndarray:
        """All gradients one after the other, in one long array."""
        return np.concatenate([np.ravel(part) for part in self.gradients().values()])

    def mended(self, line: int, text: str) -> "Suspect":
        """The same suspect with `text` in this line; ValueError if there is no such line inside the function."""
        if not (isinstance(line, int) and isinstance(text, str) and 2 <= line <= len(self._lines)):
            wanted = f"expected a line from 2 to {len(self._lines)} and its new text in quotes"
            raise ValueError(f"{wanted}, got {line!r} and {text!r}; show() prints the numbers")
        lines = list(self._lines)
        lines[line - 1] = f"    {text.strip()}"
        return Suspect(self._plan, lines)

    def _run(self, **changed: np.ndarray) -> tuple[float, dict]:
        namespace = dict(FUNCTIONS)
        exec("\n".join(self._lines), namespace)
        arrays = {name: np.array(value, float) for name, value in (self._arrays | changed).items()}
        return namespace["loss_and_gradients"](**arrays)


def bug_hunt(my_number: int) -> dict[int, Suspect]:
    """The suspects 1 to 6 of this number; 0 is the lesson's own example, and nobody else's.

    The dots of an unfilled cell give suspects of nobody, to look at. ValueError for a number that no check takes.
    """
    if my_number is ...:
        print("Put your own number in place of the dots. Until then these suspects are nobody's.")
        return _suspects(NOBODY)
    return _suspects(own_number(my_number, least=0))


def _suspects(my_number: int) -> dict[int, Suspect]:
    return {number: Suspect(plan) for number, plan in enumerate(plans(my_number), 1)}
