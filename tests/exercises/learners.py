"""Learners made by code: those who make a known mistake, and those who are right in different styles."""

from collections.abc import Callable

from styles import STYLES

from backprop.check import driving, judge
from backprop.check.reply import ask
from backprop.exercises import Exercise, Mistake, Sealed, all_exercises

OWN_NUMBER = 4711  # of the learners here


def verdict_on(exercise: Exercise, answer: object, seed: bytes = b"test"):
    """What the check says about an answer."""
    return judge(exercise, lambda cases: ask(answer, exercise.style, cases, driving.as_text(exercise.drive)), seed)


def right_answer(exercise: Exercise) -> object:
    """The truth as a learner would hand it in; where the check drives an object, the first right one of its styles."""
    if exercise.style == "values":
        return opened(exercise, typed_in(exercise, exercise.truth))
    return STYLES[exercise.id][0] if exercise.drive else exercise.truth


def typed_in(exercise: Exercise, answers: Callable) -> dict:
    """The answers that a function of the learner's own number gives, if they depend on one, and the number itself."""
    own = {exercise.personal: OWN_NUMBER} if exercise.personal else {}
    return answers(**own) | own


def mistaken_answer(exercise: Exercise, mistake: Mistake) -> object:
    """What a learner with this mistake hands in; typed-in answers that the mistake leaves alone are right."""
    if exercise.style == "values":
        return opened(exercise, typed_in(exercise, exercise.truth) | typed_in(exercise, mistake.wrong))
    return mistake.wrong


def opened(exercise: Exercise, answers: dict) -> dict:
    """The answers of a quiz as letters, found by trying."""
    asked = {*exercise.parts, exercise.personal}
    return {part: opened_letter(exercise, part, answer) for part, answer in answers.items() if part in asked}


def opened_letter(exercise: Exercise, part: str, answer: object) -> object:
    if not isinstance(answer, Sealed):
        return answer
    return next(letter for letter in getattr(answer, "options", "abcdefgh") if answer.opens(exercise.id, part, letter))


MISTAKES = [(exercise, mistake) for exercise in all_exercises() for mistake in exercise.mistakes]
FUNCTIONS = [exercise for exercise in all_exercises() if exercise.style != "values"]  # and classes


def names(pair) -> str:
    """A readable test id."""
    return getattr(pair, "id", str(pair))
