"""Is a given part the expected one? By norm, in float64, with words for what is not even comparable."""

import math
from dataclasses import dataclass

import numpy as np

from backprop.check.reply import Plain
from backprop.exercises import Sealed


@dataclass(frozen=True)
class Comparison:
    """How one given part compares with the expected one."""

    right: bool
    distance: float = math.inf  # relative, by norm; inf where no distance exists
    words: str = ""  # why there is no distance
    blank: bool = False  # nothing was given


def compare(exercise, part: str, expected: object, given: Plain) -> Comparison:
    """Compare one part; never calls anything on an object of the learner's."""
    if given is None:
        words = "not filled in" if exercise.style == "values" else "nothing came back"
        return Comparison(False, words=words, blank=True)
    if isinstance(expected, Sealed):
        return Comparison(
            expected.opens(exercise.id, part, given), words="" if isinstance(given, str) else _no_letter(given)
        )
    if isinstance(given, str):
        return Comparison(False, words=f"the text “{given[:40]}” came, {_wanted(np.asarray(expected))} was expected")
    return _arrays(np.asarray(expected), given, exercise.tolerance)


def _no_letter(given: np.ndarray) -> str:
    return 'a letter in quotes was expected, such as "a"'


def _arrays(expected: np.ndarray, given: np.ndarray, tolerance: float) -> Comparison:
    if (expected.dtype == bool) != (given.dtype == bool):
        return Comparison(
            False,
            words="True or False was expected"
            if expected.dtype == bool
            else "a number was expected, True or False came",
        )
    if expected.shape != given.shape:
        return Comparison(
            False, words=f"{shape_in_words(given.shape)} came, {shape_in_words(expected.shape)} was expected"
        )
    distance = relative_distance(expected.astype(float), given.astype(float))
    return Comparison(distance <= tolerance, distance)


def relative_distance(expected: np.ndarray, given: np.ndarray) -> float:
    """|given - expected| / |expected|, by norm; the plain norm where 0 is expected; inf unless all is finite."""
    if not np.isfinite(given).all():
        return math.inf
    size = float(np.linalg.norm(expected))
    return float(np.linalg.norm(given - expected)) / (size or 1.0)


def shape_in_words(shape: tuple[int, ...]) -> str:
    """() is a number, (3,) are three numbers, (2, 3) is an array."""
    if len(shape) == 1:
        return f"a list of {shape[0]} numbers"
    return f"an array of shape {shape}" if shape else "a single number"


def _wanted(expected: np.ndarray) -> str:
    return "True or False, without quotes," if expected.dtype == bool else "a number"
