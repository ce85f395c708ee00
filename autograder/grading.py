"""Grade one lesson of a classroom through nbgrader, a student at a time."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException

from autograder.authoring import AuthoringError
from autograder.build import release, scripts, write_source
from autograder.classroom import GLOB_SIGNS, Submission, submissions
from autograder.course import Course, CourseError, heard
from autograder.export import GradesCsv, was_graded
from autograder.records import Record, work_digest


@dataclass(frozen=True)
class Row:
    """One student's line in the summary; `points` is None where there is no grade."""

    student: str
    points: float | None
    max_points: float
    pending: int = 0
    note: str = ""


@dataclass(frozen=True)
class Work:
    """One lesson of one classroom, registered in its gradebook and ready to be graded."""

    course: Course
    lesson: str
    source: Path

    @property
    def notebook(self) -> str:
        """The notebook's name, without its ending."""
        return self.source.stem

    def folder(self, step: str, student: str) -> Path:
        """Where nbgrader keeps a student's lesson at one step."""
        return self.course.classroom / step / student / self.lesson


def register(course: Course, lesson: str) -> Work:
    """Build one lesson and enter it into the gradebook; CourseError lists the lessons for an unknown name."""
    known = scripts(course)
    if lesson not in known:
        raise CourseError(f"there is no lesson {lesson!r}; there are: {', '.join(known) or 'none'}")
    if not (course.classroom / "submitted").is_dir():
        where = f"submitted/STUDENT/{lesson}/{known[lesson].stem}.ipynb"
        raise CourseError(f"{course.classroom} has no folder 'submitted'; submissions are expected as {where} in it")
    if GLOB_SIGNS & set(str(course.classroom)):
        raise CourseError(f"{course.classroom}: nbgrader takes * ? [ ] in a path for a pattern; choose another folder")
    source = write_source(course, lesson, known[lesson])
    _enter(course, lesson)
    return Work(course, lesson, source)


def _enter(course: Course, lesson: str) -> None:
    """Enter a lesson's cells and points into the gradebook, which refuses other cells once somebody was graded."""
    try:
        release(course.building(lesson), register=True)
    except AuthoringError as problem:
        if "Cannot add or remove cells" not in str(problem):
            raise
        raise CourseError(
            f"{lesson} has other exercises now than when its first submission was graded; nbgrader keeps one set a "
            "classroom. Grade with --classroom NEW-FOLDER, or go back to the lesson as it was"
        ) from None


def grade_lesson(
    course: Course, lesson: str, student: str | None = None, *, again: bool = False, watch: Callable = iter
) -> list[Row]:
    """Grade every submission of a lesson that is new or changed; one row a student, graded or not.

    `watch` wraps the list of submissions that is worked through, as progress bars do.
    """
    work = register(course, lesson)
    handed_in = submissions(course, lesson, work.notebook, student)
    rows = [_grade_one(work, submission, again) for submission in watch(handed_in)]
    export(course)
    return rows


def _grade_one(work: Work, submission: Submission, again: bool) -> Row:
    """Grade one student's submission if need be; nothing that is wrong with it reaches the next student."""
    if submission.reason:
        _list(work, submission.student)
        return summary(work, submission.student, submission.reason)
    record = Record(work.course.classroom, work.lesson, submission.student)
    digest = work_digest(submission.digest, work.source)
    graded = work.folder("autograded", submission.student) / f"{work.notebook}.ipynb"
    if again or not graded.is_file() or record.read().get("work") != digest:
        try:
            _convert(work, Autograde, submission.student)
        except NbGraderException as problem:
            return summary(work, submission.student, f"nbgrader failed: {problem}")
        record.keep(work=digest)
    _feedback(work, submission.student, record, graded)
    return summary(work, submission.student)


def _list(work: Work, student: str) -> None:
    """Enter a student who cannot be graded, so that the CSV has a line for everybody who handed something in."""
    with Gradebook(work.course.db_url) as gradebook:
        gradebook.update_or_create_student(student)


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


def _feedback(work: Work, student: str, record: Record, graded: Path) -> None:
    """Write the HTML feedback if what it shows has changed: the graded notebook, a score or a comment."""
    shown = sha256(graded.read_bytes() + repr(_shown_grades(work, student)).encode()).hexdigest()
    page = work.folder("feedback", student) / f"{work.notebook}.html"
    if page.is_file() and record.read().get("feedback") == shown:
        return
    _convert(work, GenerateFeedback, student)
    record.keep(feedback=shown)


def _shown_grades(work: Work, student: str) -> list:
    with Gradebook(work.course.db_url) as gradebook:
        notebook = gradebook.find_submission_notebook(work.notebook, work.lesson, student)
        scores = sorted((grade.name, grade.score, grade.max_score) for grade in notebook.grades)
        return [scores, sorted((comment.name, comment.comment or "") for comment in notebook.comments)]


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


def export(course: Course) -> Path:
    """Write all grades of the classroom to grades.csv."""
    path = course.classroom / "grades.csv"
    scratch = path.with_suffix(".tmp")
    with Gradebook(course.db_url) as gradebook:
        GradesCsv(to=str(scratch)).export(gradebook)
    shutil.move(scratch, path)
    return path
