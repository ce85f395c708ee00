"""Is a given part the expected one? By norm, in float64, with words for what is not even comparable."""

import math
from dataclasses import dataclass

import numpy as np

from backprop.check.plain import clean
from backprop.check.reply import Reply
from backprop.exercises import Sealed


@dataclass(frozen=True)
class Comparison:
    """How one given part compares with the expected one."""

    right: bool
    distance: float = math.inf  # relative, by norm; inf where no distance exists
    words: str = ""  # why there is no distance
    blank: bool = False  # nothing was given


def compare(exercise, part: str, expected: object, reply: Reply) -> Comparison:
    """Compare one part of a reply."""
    if part in reply.unread:
        return Comparison(False, words=f"{reply.unread[part]} came, {_wanted(expected)} was expected")
    given = reply.values.get(part)
    if given is None:
        return Comparison(False, words=_missing(exercise, part, reply), blank=True)
    if isinstance(expected, Sealed):
        words = "" if isinstance(given, str) else "a letter in quotes was expected"
        return Comparison(expected.opens(exercise.id, part, given), words=words)
    if isinstance(given, str):
        text = clean(given[:40], inline=True)
        return Comparison(False, words=f"the text “{text}” came, {_wanted(expected)} was expected")
    compared = _arrays(np.asarray(expected), given, exercise.tolerance)
    if part in exercise.enough and not compared.words:
        right, words = exercise.enough[part](np.asarray(expected), given)
        return Comparison(right, compared.distance, words)
    return compared


def _arrays(expected: np.ndarray, given: np.ndarray, tolerance: float) -> Comparison:
    if (expected.dtype == bool) != (given.dtype == bool):
        came, help = ("True or False", "; times 1.0 it is 1 or 0") if given.dtype == bool else ("a number", "")
        return Comparison(False, words=f"{came} came, {_wanted(expected)} was expected{help}")
    if expected.shape != given.shape:
        came = shape_in_words(given.shape)
        return Comparison(False, words=f"{came} came, {shape_in_words(expected.shape)} was expected")
    distance = relative_distance(expected.astype(float), given.astype(float))
    return Comparison(distance <= tolerance, distance)


def relative_distance(expected: np.ndarray, given: np.ndarray) -> float:
    """|given - expected| / |expected|, by norm; the plain norm where 0 is expected; inf unless all is finite."""
    if not np.isfinite(given).all():
        return math.inf
    with np.errstate(all="ignore"):
        size = float(np.linalg.norm(expected))
        return float(np.linalg.norm(given - expected)) / (size or 1.0)


def shape_in_words(shape: tuple[int, ...]) -> str:
    """() is a number, (3,) are three numbers, (2, 3) is an array."""
    if len(shape) == 1:
        return f"a list of {shape[0]} number{'' if shape[0] == 1 else 's'}"
    return f"an array of shape {shape}" if shape else "a single number"


def _wanted(expected: object) -> str:
    if isinstance(expected, Sealed):
        return "a letter in quotes"
    expected = np.asarray(expected)
    if expected.dtype == bool:
        return "True or False, without quotes,"
    return "an array of numbers" if expected.ndim else "a number"


def _missing(exercise, part: str, reply: Reply) -> str:
    """Why a part is not there: a blank, a branch without return, or another name."""
    if part in reply.values or not (reply.values or reply.unread):
        return "not filled in" if exercise.style == "values" else "nothing came back"
    if reply.crash:
        return "your code stopped with an error before it came"
    others = [f"`{name}`" for name in reply.values if name not in (*exercise.parts, exercise.personal)]
    return f"it is missing; what came is called {', '.join(others[:3])}" if others else "it is missing"


def close(distance: float) -> str:
    """How close two values came, for a card."""
    return f"largest relative difference {distance:.0e}" if distance else "to the last digit"
