"""What the gradebook says about one student's lesson, in one row."""

from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from autograder.export import was_graded
from autograder.lesson import Work


@dataclass(frozen=True)
class Row:
    """One student's line in the summary; `points` is None where there is no grade."""

    student: str
    points: float | None
    max_points: float
    pending: int = 0
    note: str = ""


def summary(work: Work, student: str, reason: str = "") -> Row:
    """What the gradebook says about one student's lesson, and why there is no grade if there is none."""
    with Gradebook(work.course.db_url) as gradebook:
        best = gradebook.find_assignment(work.lesson).max_score
        try:
            submission = gradebook.find_submission(work.lesson, student)
        except MissingEntry:
            return Row(student, None, best, note=reason)
        if reason and was_graded(submission):
            reason += "; the grade of an earlier submission stands"
        note = reason or "; ".join(_undecided(submission))
        points = submission.score if was_graded(submission) else None
        return Row(student, points, best, 0 if points is None and reason else _pending(submission), note)


def _grades(submission: SubmittedAssignment) -> list:
    return [grade for notebook in submission.notebooks for grade in notebook.grades]


def _pending(submission: SubmittedAssignment) -> int:
    return sum(grade.needs_manual_grade for grade in _grades(submission))


def _undecided(submission: SubmittedAssignment) -> list[str]:
    """Exercises that should have been graded automatically and were not, each with its reason."""
    comments = {comment.name: comment for notebook in submission.notebooks for comment in notebook.comments}
    names = [grade.name for grade in _grades(submission) if grade.auto_score is None]
    names = sorted(name.removesuffix("-tests") for name in names if name.endswith("-tests"))
    return [f"{name}: {comments[name].auto_comment}" for name in names]
