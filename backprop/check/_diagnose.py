"""Name what is behind a wrong answer: first the exercise's known mistakes, then patterns that fit any exercise."""

from copy import copy

import numpy as np

from backprop.check._compare import compare, relative_distance
from backprop.check._patterns import Evidence, recognise
from backprop.check._verdict import Diagnosis, Part, first_wrong
from backprop.check.reply import Reply
from backprop.exercises import Exercise, Mistake, Sealed


def diagnose(
    exercise: Exercise, parts: tuple[Part, ...], cases: list, truths: list, replies: list[Reply]
) -> Diagnosis | None:
    """The known mistake that explains the whole answer, or all up to its first wrong part; else a pattern, or None."""
    first = first_wrong(parts)
    candidates = [(mistake, _answers_of(exercise, mistake, cases)) for mistake in exercise.mistakes]
    until_first = [part.name for part in parts[: parts.index(first) + 1] if not part.worst.blank]
    for names in (list(exercise.parts), until_first):
        for mistake, wrong in candidates:
            if _explains(exercise, wrong, names, first.name, replies):
                return Diagnosis(mistake.id, mistake.title, mistake.sentence)
    return _general(exercise, first, cases, truths, replies)


def _answers_of(exercise: Exercise, mistake: Mistake, cases: list) -> list[dict]:
    with np.errstate(all="ignore"):
        return [exercise.answers(mistake.wrong, {name: copy(value) for name, value in case.items()}) for case in cases]


def _explains(exercise: Exercise, wrong: list[dict], names: list[str], first: str, replies: list[Reply]) -> bool:
    """Does the mistaken answer equal the given one in every case, in all of `names` that the mistake touches?"""
    names = [name for name in names if name in wrong[0]]
    return first in names and all(
        _alike(exercise, name, answer[name], reply)
        for name in names
        for answer, reply in zip(wrong, replies, strict=True)
    )


def _alike(exercise: Exercise, name: str, wrong: object, reply: Reply) -> bool:
    """Is the given part the mistaken one, with nan or infinity in the same places?"""
    given = reply.values.get(name)
    numbers = isinstance(given, np.ndarray) and not isinstance(wrong, Sealed) and np.asarray(wrong).dtype.kind in "fi"
    if not numbers or given.dtype.kind not in "fi" or np.isfinite(wrong).all():
        return compare(exercise, name, wrong, reply).right
    if given.shape != np.shape(wrong) or (np.isfinite(given) != np.isfinite(wrong)).any():
        return False
    finite = [np.nan_to_num(np.asarray(side, float), nan=0, posinf=0, neginf=0) for side in (wrong, given)]
    return relative_distance(*finite) <= exercise.tolerance


def _general(exercise: Exercise, first: Part, cases: list, truths: list, replies: list[Reply]) -> Diagnosis | None:
    """A pattern, where the part is numbers in every case."""
    expected = [np.asarray(truth[first.name]) for truth in truths]
    given = [reply.values.get(first.name) for reply in replies]
    numbers = all(isinstance(value, np.ndarray) and value.dtype.kind in "fi" for value in expected + given)
    return recognise(Evidence(exercise, first.name, cases, expected, given, first.case)) if numbers else None
