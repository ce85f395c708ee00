"""Grade a lesson's submissions: gradebook, HTML feedback, CSV and a table with one row a student.

Submissions lie in CLASSROOM/submitted/STUDENT/LESSON/NOTEBOOK.ipynb. What is graded already and unchanged is kept.
"""

import argparse
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from autograder.course import ROOT, Course
from autograder.grading import Row, grade_lesson

UNSANDBOXED = "Learners' code runs unsandboxed, with your rights: grade only what people you trust handed in."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `grade` understands."""
    parser.add_argument("lesson", help="the lesson's folder name, as in 02-two-layer-trace")
    parser.add_argument("--classroom", type=Path, default=ROOT / "classroom", help="default: %(default)s")
    parser.add_argument("--student", help="grade only this student's submission")
    parser.add_argument("--again", action="store_true", help="also grade what is graded already and unchanged")


def run(args: argparse.Namespace) -> int:
    """Grade with a progress bar, then show the table."""
    console = Console()
    course = Course(classroom=args.classroom.resolve())
    bar = partial(track, description="Grading", console=console)
    rows = grade_lesson(course, args.lesson, args.student, again=args.again, watch=bar)
    console.print(table(args.lesson, rows))
    if ungraded := sum(row.points is None for row in rows):
        console.print(f"{ungraded} of {len(rows)} have no grade; the last column says why.")
    console.print(f"Grades in {course.classroom / 'grades.csv'}, feedback in {course.classroom / 'feedback'}")
    console.print(UNSANDBOXED, style="bold")
    return 0


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
