"""Name what is behind a wrong answer: first the exercise's known mistakes, then patterns that fit any exercise."""

import numpy as np

from backprop.check._compare import compare, relative_distance
from backprop.check._verdict import Diagnosis, Part, first_wrong
from backprop.check.reply import Reply
from backprop.exercises import Exercise, Mistake


def diagnose(
    exercise: Exercise, parts: tuple[Part, ...], cases: list, truths: list, replies: list[Reply]
) -> Diagnosis | None:
    """The known mistake that explains the whole answer, or its first wrong part; else a general pattern; else None."""
    first = first_wrong(parts)
    candidates = [(mistake, _answers_of(mistake, cases)) for mistake in exercise.mistakes]
    for names in (tuple(exercise.parts), (first.name,)):
        for mistake, wrong in candidates:
            if _explains(exercise, wrong, names, first.name, replies):
                return Diagnosis(mistake.id, mistake.title, mistake.sentence)
    return _general(exercise, first, truths, replies)


def _answers_of(mistake: Mistake, cases: list) -> list[dict]:
    with np.errstate(all="ignore"):
        return [mistake.wrong(**case) for case in cases]


def _explains(exercise: Exercise, wrong: list[dict], names: tuple[str, ...], first: str, replies: list[Reply]) -> bool:
    """Does the mistaken answer equal the given one in every case, in all of `names` that the mistake touches?"""
    names = [name for name in names if name in wrong[0]]
    return first in names and all(
        compare(exercise, name, answer[name], reply.values.get(name)).right
        for name in names
        for answer, reply in zip(wrong, replies, strict=True)
    )


FACTORS = {
    -1.0: ("with the opposite sign", "Every value is right but for its sign."),
    2.0: (
        "twice too large",
        "A constant factor of 2 slipped in. Look at the loss: is it written with a half, a sum or a mean?",
    ),
    0.5: ("half of what it should be", "A constant factor of 2 is lost. The derivative of a square brings one down."),
}


def _general(exercise: Exercise, first: Part, truths: list, replies: list[Reply]) -> Diagnosis | None:
    pairs = [(np.asarray(t[first.name]), r.values.get(first.name)) for t, r in zip(truths, replies, strict=True)]
    if not all(
        isinstance(given, np.ndarray) and given.shape == expected.shape and given.dtype != bool
        for expected, given in pairs
    ):
        return None
    for factor, (title, sentence) in FACTORS.items():
        if all(relative_distance(factor * expected, given) <= exercise.tolerance for expected, given in pairs):
            return Diagnosis(None, title, sentence)
    distances = [relative_distance(expected, given) for expected, given in pairs]
    if exercise.style == "function" and max(distances) < 1e-4:
        return Diagnosis(
            None,
            "by approximation",
            f"It comes close (largest relative difference {max(distances):.0e}), but a derivation is exact. "
            "Finite differences, rounding or float32 look like this.",
        )
    wrong = sum(distance > exercise.tolerance for distance in distances)
    if len(pairs) > 1 and distances[0] <= exercise.tolerance and wrong > 0.9 * len(pairs):
        return Diagnosis(
            None, "on the lesson's example only", "Other inputs give other numbers: compute with the arguments."
        )
    return None
