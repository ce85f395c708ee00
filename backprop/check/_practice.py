"""The check a learner runs in the notebook: the grader's own judgement, asked in this process."""

import os
from dataclasses import replace
from hashlib import sha256

from backprop.check import driving
from backprop.check.reply import ask


class NotYet(AssertionError):
    """Raised for an answer that is not right yet where only an error is noticed: nbgrader's Validate."""


class Card:
    """A verdict that shows itself: HTML in notebooks, text in terminals."""

    def __init__(self, verdict):
        self.verdict = verdict

    def __repr__(self) -> str:
        return self.verdict.text()

    def _repr_html_(self) -> str:
        return self.verdict.html()


class Outside:
    """What a check shows where a submission is graded: there, the answers are asked from outside."""

    def __init__(self, *arguments: object):
        """Takes whatever the check was called with."""

    def __repr__(self) -> str:
        return "Checks run outside while this is graded."


def outside(error: ModuleNotFoundError) -> type[Outside]:
    """What stands in for a part of the course that is missing on purpose; any other missing module is an error."""
    if (error.name or "").split(".")[0] != "backprop":
        raise error
    return Outside


def check(exercise_id: str, answer: object) -> Card | Outside:
    """Check an answer as often as you like; the card says what is right and where to look.

    >>> check("slope", slope)
    """
    try:  # this module is also there in the grading sandbox, where the exercises are not
        from backprop.check._judge import judge  # noqa: PLC0415
        from backprop.check._progress import latest  # noqa: PLC0415
        from backprop.check._witness import with_witnesses  # noqa: PLC0415
        from backprop.exercises import find  # noqa: PLC0415
    except ModuleNotFoundError as error:
        return outside(error)()

    exercise = find(exercise_id)
    driver = driving.as_text(exercise.drive)
    seed = _practice_seed(exercise_id)
    verdict = judge(exercise, lambda cases: ask(answer, exercise.style, cases, driver), seed)
    if verdict.status == "right":
        verdict = replace(verdict, compared=with_witnesses(exercise, verdict.compared, seed))
    latest.pop(exercise_id, None)  # so that the last one checked stands last
    latest[exercise_id] = verdict.points
    if verdict.status != "right" and os.environ.get("NBGRADER_VALIDATING"):
        raise NotYet(verdict.text())
    return Card(verdict)


def _practice_seed(exercise_id: str) -> bytes:
    """The same cases every time, so that a learner who corrects a line sees what it changed."""
    return sha256(exercise_id.encode()).digest()
