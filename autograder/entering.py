"""Phase B: one writer brings the records into the gradebook, a student at a time, through nbgrader's own steps."""

from hashlib import sha256
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException

from autograder.classroom import Submission
from autograder.course import heard
from autograder.lesson import Work
from autograder.rows import Row, summary
from autograder.state import State, work_digest


def is_entered(work: Work, one: Submission) -> bool:
    """Does the gradebook hold just this submission's record already?"""
    kept = _state(work, one.student).read().get("work")
    return _graded(work, one.student).is_file() and kept == _digest(work, one)


def enter(work: Work, one: Submission, *, again: bool = False) -> Row:
    """Bring one student's record into the gradebook, if it is not there, and write the feedback."""
    if again or not is_entered(work, one):
        state = _state(work, one.student)
        state.keep(work="")  # if we are killed from here on, this student is entered once more
        try:
            _convert(work, Autograde, one.student)
        except NbGraderException as problem:
            return summary(work, one.student, f"nbgrader failed: {problem}")
        state.keep(work=_digest(work, one))
    _feedback(work, one.student)
    return summary(work, one.student)


def enter_without(work: Work, student: str, reason: str) -> Row:
    """A student who cannot be graded, so that the CSV has a line for everybody who handed something in."""
    with Gradebook(work.course.db_url) as gradebook:
        gradebook.update_or_create_student(student)
    return summary(work, student, reason)


def _state(work: Work, student: str) -> State:
    return State(work.course.classroom, work.lesson, student)


def _graded(work: Work, student: str) -> Path:
    return work.folder("autograded", student) / f"{work.notebook}.ipynb"


def _digest(work: Work, one: Submission) -> str:
    return work_digest(one.digest, work.conditions.key(one.submission), work.source)


def _convert(work: Work, step: type, student: str) -> None:
    """Run one of nbgrader's steps for one student; NbGraderException carries the reason, not a pointer to a log."""
    coursedir = work.course.grading(work.lesson, student)
    converter = step(coursedir=coursedir, config=coursedir.config)
    converter.force = True
    with heard() as lines:
        try:
            converter.start()
        except NbGraderException:
            told = [line.strip().splitlines()[-1] for line in lines if "Traceback" in line]
            raise NbGraderException(told[-1] if told else "; ".join(lines)) from None


def _feedback(work: Work, student: str) -> None:
    """Write the HTML feedback if what it shows has changed: the graded notebook, a score or a comment."""
    notebook = _graded(work, student).read_bytes()
    shown = sha256(notebook + repr(_shown_grades(work, student)).encode()).hexdigest()
    page, state = work.folder("feedback", student) / f"{work.notebook}.html", _state(work, student)
    if page.is_file() and state.read().get("feedback") == shown:
        return
    state.keep(feedback="")
    _convert(work, GenerateFeedback, student)
    state.keep(feedback=shown)


def _shown_grades(work: Work, student: str) -> list:
    with Gradebook(work.course.db_url) as gradebook:
        notebook = gradebook.find_submission_notebook(work.notebook, work.lesson, student)
        scores = sorted((grade.name, grade.score, grade.max_score) for grade in notebook.grades)
        return [scores, sorted((comment.name, comment.comment or "") for comment in notebook.comments)]
