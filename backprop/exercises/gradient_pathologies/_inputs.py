"""Random arrays for lesson 04: all sizes different, nothing near a kink."""

import numpy as np

from backprop.exercises._form import Values


def sizes(rng: np.random.Generator, count: int, low: int = 2, high: int = 6) -> list[int]:
    """So many different whole numbers from low to high."""
    return [int(n) for n in rng.choice(np.arange(low, high + 1), count, replace=False)]


def arrays(rng: np.random.Generator, **shapes: tuple[int, ...]) -> Values:
    """Normal random arrays of these shapes; in every other case rounded to one decimal, which reads well on a card."""
    tidy = rng.random() < 0.5
    drawn = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return {name: _tidy(array) if tidy else array for name, array in drawn.items()}


def _tidy(array: np.ndarray) -> np.ndarray:
    """One decimal, but no zeros: with them a forgotten factor may not show."""
    rounded = np.round(array, 1)
    return np.where(rounded == 0, 0.1, rounded)


def until(rng: np.random.Generator, draw, fits) -> Values:
    """Draw until the case fits."""
    while not fits(case := draw(rng)):
        pass
    return case
