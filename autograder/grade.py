"""Grade a lesson's submissions: gradebook, HTML feedback, CSV and a table with one row a student.

Submissions lie in CLASSROOM/submitted/STUDENT/LESSON/NOTEBOOK.ipynb. What is graded already and unchanged is kept.
"""

import argparse
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from autograder.alone import grade_alone
from autograder.course import ROOT, Course
from autograder.executors import EXECUTORS
from autograder.grading import grade_lesson
from autograder.intake import Taken, take_in
from autograder.lesson import lesson_script
from autograder.rows import Row
from autograder.sandbox import kernels

COLUMNS = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeElapsedColumn())
TRUSTED = "The submissions ran unconfined, with your rights, as --trust-submissions says."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `grade` understands."""
    parser.add_argument(
        "lesson", help="the lesson's folder name, as in 02-two-layer-trace; with --json the path of one notebook"
    )
    parser.add_argument("--json", action="store_true", help="run one notebook, print its record (docs/record.md)")
    parser.add_argument("--classroom", type=Path, default=ROOT / "classroom", help="default: %(default)s")
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="PATH",
        help="first take in submissions: a folder, a zip file from Moodle, Canvas or Blackboard, or one notebook",
    )  # fmt: skip
    parser.add_argument("--student", help="grade only this student's submission")
    parser.add_argument("--again", action="store_true", help="also grade what is graded already and unchanged")
    parser.add_argument(
        "--executor", choices=EXECUTORS, default="local", help="where submissions run; local: one process a processor"
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="with --executor dask: the scheduler; default: a local cluster"
    )
    parser.add_argument("--db", metavar="URL", default="", help="the gradebook, as in postgresql://user@host/name")
    parser.add_argument("--trust-submissions", action="store_true", help="run submissions without the sandbox")


def run(args: argparse.Namespace) -> int:
    """Grade with a progress bar, then show the table."""
    course = Course(classroom=args.classroom.resolve(), trusted=args.trust_submissions, database=args.db)
    if not course.trusted:
        kernels.require()  # refused at once, and not once for every submission
    if args.json:
        text, good = grade_alone(course, Path(args.lesson))
        print(text, end="")
        return 0 if good else 1
    return _grade(course, args, Console())


def _grade(course: Course, args: argparse.Namespace, console: Console) -> int:
    if args.source:
        notebook = lesson_script(course, args.lesson).stem
        console.print(intake_table(args.source, take_in(course, args.lesson, notebook, args.source)))
    with Progress(*COLUMNS, console=console, transient=True) as progress:
        rows = grade_lesson(
            course,
            args.lesson,
            args.student,
            again=args.again,
            place=partial(EXECUTORS[args.executor], args.dask),
            told=Bars(progress),
        )
    console.print(table(args.lesson, rows))
    if ungraded := sum(row.points is None for row in rows):
        console.print(f"{ungraded} of {len(rows)} have no grade; the last column says why.")
    console.print(f"Grades in {course.classroom / 'grades.csv'}, feedback in {course.classroom / 'feedback'}")
    if course.trusted:
        console.print(TRUSTED, style="bold")
    return 0


class Bars:
    """One progress bar a phase."""

    def __init__(self, progress: Progress):
        self.progress = progress
        self.tasks: dict = {}

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Move one phase's bar, which appears when the phase begins."""
        if phase not in self.tasks:
            self.tasks[phase] = self.progress.add_task(phase)
        self.progress.update(self.tasks[phase], completed=done, total=total)


def intake_table(source: Path, taken: list[Taken]) -> Table:
    """Whose each file is, and what is refused."""
    shown = Table("file", "student", "", title=escape(f"Taken in from {source.name}"))
    for one in taken:
        who = escape(printable(one.student)) if one.student else "refused"
        shown.add_row(escape(printable(one.file)), who, escape(printable(one.note)))
    return shown


def table(title: str, rows: list[Row]) -> Table:
    """One row a student; what comes from a submission is shown as text, never as markup."""
    shown = Table("student", title=title)
    for name in ("points", "of", "to grade by hand"):
        shown.add_column(name, justify="right")
    shown.add_column("note", overflow="fold")
    for row in rows:
        points = "no grade" if row.points is None else f"{row.points:g}"
        pending = str(row.pending or "")
        shown.add_row(escape(row.student), points, f"{row.max_points:g}", pending, escape(printable(row.note)))
    return shown


def printable(text: str) -> str:
    """Text without control characters: a terminal obeys them."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)
