"""For exercises on single numbers: random numbers that read well."""

from collections.abc import Iterable

import numpy as np

from backprop.exercises._form import Values


def some(rng: np.random.Generator, names: Iterable[str], low: float = 0.3, high: float = 2.5) -> Values:
    """Random numbers of either sign, away from zero.

    In every other case they have one decimal and read well on a card; in the others they have all their digits, since
    rounded answers to rounded inputs would pass.
    """
    tidy = rng.random() < 0.5
    return {name: round(number, 1) if tidy else number for name in names for number in [_one(rng, low, high)]}


def _one(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high) * rng.choice([-1, 1]))
