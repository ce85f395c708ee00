"""Grades as CSV: nbgrader's columns and what it leaves out, which grades are not there yet."""

import csv
from collections.abc import Iterator

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

ABOUT = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"]
COLUMNS = [*ABOUT, "raw_score", "late_submission_penalty", "score", "max_score", "needs_manual_grade"]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class GradesCsv(ExportPlugin):
    """Like nbgrader's own, but who has no grade has an empty field instead of 0, and no cell is a formula."""

    def export(self, gradebook: Gradebook) -> None:
        """Write every lesson and student, or those chosen, to `to`."""
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook):
                writer.writerow({name: safe(value) for name, value in row.items()})

    def _rows(self, gradebook: Gradebook) -> Iterator[dict]:
        assignments, students = map(str, self.assignment), set(map(str, self.student))
        assignments = set(assignments)
        for assignment in sorted(gradebook.assignments, key=lambda one: one.name):
            for student in sorted(gradebook.students, key=lambda one: one.id):
                if (not assignments or assignment.name in assignments) and (not students or student.id in students):
                    yield row_of(gradebook, assignment, student)


def row_of(gradebook: Gradebook, assignment, student) -> dict:
    """One student's line for one lesson."""
    row = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row
    row |= {"timestamp": submission.timestamp, "needs_manual_grade": submission.needs_manual_grade}
    if was_graded(submission):
        penalty = submission.late_submission_penalty
        row |= {"raw_score": submission.score, "late_submission_penalty": penalty}
        row |= {"score": max(0.0, submission.score - penalty)}
    return row


def was_graded(submission) -> bool:
    """nbgrader enters a submission before it grades it; until then its score reads 0 and means nothing."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return any(grade.auto_score is not None or grade.manual_score is not None for grade in grades)


def safe(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
