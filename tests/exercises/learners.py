"""Learners made by code: those who make a known mistake, and those who are right in different styles."""

from backprop.check import judge
from backprop.check.reply import ask
from backprop.exercises import Exercise, Mistake, Sealed, all_exercises


def verdict_on(exercise: Exercise, answer: object, seed: bytes = b"test"):
    """What the check says about an answer."""
    return judge(exercise, lambda cases: ask(answer, exercise.style, cases), seed)


def right_answer(exercise: Exercise) -> object:
    """The truth as a learner would hand it in."""
    return opened(exercise, exercise.truth()) if exercise.style == "values" else exercise.truth


def mistaken_answer(exercise: Exercise, mistake: Mistake) -> object:
    """What a learner with this mistake hands in; typed-in answers that the mistake leaves alone are right."""
    if exercise.style == "values":
        return opened(exercise, exercise.truth() | mistake.wrong())
    return mistake.wrong


def opened(exercise: Exercise, answers: dict) -> dict:
    """The answers of a quiz as letters, found by trying."""
    return {part: opened_letter(exercise, part, answer) for part, answer in answers.items() if part in exercise.parts}


def opened_letter(exercise: Exercise, part: str, answer: object) -> object:
    if not isinstance(answer, Sealed):
        return answer
    return next(letter for letter in "abcdefgh" if answer.opens(exercise.id, part, letter))


MISTAKES = [(exercise, mistake) for exercise in all_exercises() for mistake in exercise.mistakes]
FUNCTIONS = [exercise for exercise in all_exercises() if exercise.style == "function"]


def names(pair) -> str:
    """A readable test id."""
    return getattr(pair, "id", str(pair))
