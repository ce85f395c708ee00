"""Verify lessons: the untouched lesson must score exactly 0 and the solution full points, through the real grader.

Each lesson is graded in a temporary classroom; points for written answers are entered as an instructor enters them.
"""

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.build import build, scripts
from autograder.course import Course, CourseError
from autograder.grading import grade_lesson
from autograder.lesson import Work
from autograder.rows import Row, summary
from autograder.sandbox import kernels

UNCONFINED = "The course's own notebooks ran unconfined: this machine has no sandbox, see python -m autograder doctor."


@dataclass(frozen=True)
class Result:
    """What one lesson's two submissions scored."""

    lesson: str
    untouched: Row
    solution: Row
    lost: str = ""  # where the solution did not get its points

    @property
    def passed(self) -> bool:
        """Exactly 0 and exactly full, with nothing left open."""
        done = not self.untouched.pending and not self.solution.pending
        return done and self.untouched.points == 0 and self.solution.points == self.solution.max_points > 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `verify` understands."""
    parser.add_argument("lesson", nargs="*", help="lessons to verify; all if none is named")


def run(args: argparse.Namespace) -> int:
    """Verify with a progress bar, show the table; 1 if a lesson fails."""
    console = Console()
    lessons = chosen(Course(), args.lesson)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        course = Course(classroom=Path(folder), trusted=bool(kernels.probe()[1]))
        build(course)
        results = [verify(course, lesson) for lesson in track(lessons, "Verifying", console=console)]
    console.print(table(results))
    if course.trusted:
        console.print(UNCONFINED, style="bold")
    return 0 if all(result.passed for result in results) else 1


def chosen(course: Course, named: list[str]) -> list[str]:
    """The lessons asked for; CourseError lists what there is for an unknown name."""
    known = list(scripts(course))
    if unknown := [lesson for lesson in named if lesson not in known]:
        raise CourseError(f"there is no lesson {unknown[0]!r}; there are: {', '.join(known) or 'none'}")
    return named or known


def verify(course: Course, lesson: str) -> Result:
    """Hand in the released lesson and its solution, grade both, give the solution's written answers their points."""
    source = next((course.build / "solutions" / lesson).glob("*.ipynb"))
    for student, folder in {"untouched": course.lessons, "solution": course.build / "solutions"}.items():
        path = course.classroom / "submitted" / student / lesson / source.name
        path.parent.mkdir(parents=True)
        shutil.copy(folder / lesson / source.name, path)
    grade_lesson(course, lesson)
    work = Work(course, lesson, source)
    grade_by_hand(work, "solution")
    return Result(lesson, *map(partial(summary, work), ("untouched", "solution")), lost_points(work, "solution"))


def lost_points(work: Work, student: str) -> str:
    """The exercises in which points are missing, in words."""
    with Gradebook(work.course.db_url) as gradebook:
        grades = gradebook.find_submission_notebook(work.notebook, work.lesson, student).grades
        short = [grade for grade in grades if grade.score < grade.max_score]
        return "; ".join(f"{grade.name}: {grade.score:g} of {grade.max_score:g}" for grade in short)


def grade_by_hand(work: Work, student: str) -> None:
    """Full points for every written answer that waits for an instructor."""
    with Gradebook(work.course.db_url) as gradebook:
        for grade in gradebook.find_submission_notebook(work.notebook, work.lesson, student).grades:
            if grade.needs_manual_grade and grade.cell_type == "markdown":
                grade.manual_score, grade.needs_manual_grade = grade.max_score, False
        gradebook.db.commit()


def table(results: list[Result]) -> Table:
    """One line a lesson."""
    shown = Table("lesson", "", title="Verified")
    for name in ("untouched", "solution", "of"):
        shown.add_column(name, justify="right")
    shown.add_column("note", overflow="fold")
    for result in results:
        notes = "; ".join(filter(None, (result.untouched.note, result.solution.note, result.lost)))
        verdict = "ok" if result.passed else "FAILED"
        shown.add_row(result.lesson, verdict, *map(_points, (result.untouched, result.solution)), _max(result), notes)
    return shown


def _points(row: Row) -> str:
    return "no grade" if row.points is None else f"{row.points:g}"


def _max(result: Result) -> str:
    return f"{result.solution.max_points:g}"
