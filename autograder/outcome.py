"""What became of one exercise in one submission: points with a card, or no result with a reason."""

from dataclasses import dataclass
from html import escape

from backprop.check import Verdict


@dataclass(frozen=True)
class Outcome:
    """`points` is None where nothing was decided: the answer is then left to the instructor, not scored 0.

    `answered` is False where the learner's kernel gave no reply that could be judged.
    """

    points: float | None
    text: str
    html: str
    answered: bool = False


def judged(verdict: Verdict) -> Outcome:
    """The outcome of a check that ran; a number that no check can give counts as none."""
    if not 0 <= verdict.points <= verdict.max_points:
        return undecided(f"the check gave {verdict.points} of {verdict.max_points} points")
    return Outcome(float(verdict.points), verdict.text(), verdict.html(), answered=True)


def failed(reason: str) -> Outcome:
    """No points, and the learner's own code is the reason."""
    return _told(0.0, f"Not solved: {reason}.")


def undecided(reason: str) -> Outcome:
    """No result: the instructor looks at it."""
    return _told(None, f"Not graded automatically: {reason}. The instructor will look at it.")


def _told(points: float | None, text: str) -> Outcome:
    return Outcome(points, text, f"<p>{escape(text)}</p>")
