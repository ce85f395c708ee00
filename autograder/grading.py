"""Grade one lesson of a classroom in two phases: run what is new, and enter each record into the gradebook."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.classroom import Submission, lesson_cells, notebook_bytes, sanitized, submissions
from autograder.course import Course
from autograder.entering import enter, enter_without, is_entered
from autograder.executors import Place, serial
from autograder.export import GradesCsv
from autograder.lesson import Work, register
from autograder.reader import Unreadable
from autograder.rows import Row
from autograder.running import Task, run_tasks

Told = Callable[[str, int, int], None]
RUNNING, ENTERING = "Running", "Entering"


def grade_lesson(
    course: Course,
    lesson: str,
    student: str | None = None,
    *,
    again: bool = False,
    place: Place = serial,
    told: Told = lambda phase, done, total: None,
) -> list[Row]:
    """Grade every submission of a lesson that is new or changed; one row a student, graded or not.

    `place` opens the workers; `told` hears how many submissions of how many a phase has done.
    """
    work = register(course, lesson)
    handed_in = submissions(course, lesson, work.notebook, student)
    rows = {}
    for one, reason in Run(work, again, place, told).ready(handed_in):
        rows[one.student] = enter_without(work, one.student, reason) if reason else enter(work, one, again=again)
        told(ENTERING, len(rows), len(handed_in))
    export(course)
    return [rows[one.student] for one in handed_in]


@dataclass
class Run:
    """Phase A of one lesson."""

    work: Work
    again: bool
    place: Place
    told: Told
    changed: list[tuple[Submission, str]] = field(default_factory=list)  # those that vanished meanwhile, and why

    def ready(self, handed_in: list[Submission]) -> Iterator[tuple[Submission, str]]:
        """Each submission as soon as its record lies in the pool, or with the reason why it never will."""
        waiting: dict[str, list[Submission]] = defaultdict(list)
        for one in handed_in:
            if one.reason or self._has_record(one):
                yield one, one.reason
            else:
                waiting[one.submission].append(one)  # equal answers are run once
        if waiting:
            yield from self._run(waiting)
        yield from self.changed

    def _has_record(self, one: Submission) -> bool:
        if self.again:
            return False
        return is_entered(self.work, one) or self.work.pool.find(self.work.conditions, one.submission) is not None

    def _run(self, waiting: dict[str, list[Submission]]) -> Iterator[tuple[Submission, str]]:
        self.told(RUNNING, 0, len(waiting))
        for done, result in enumerate(run_tasks(self._tasks(waiting), self.place), start=1):
            if result.record:
                self.work.pool.keep(result.record)
            self.told(RUNNING, done, len(waiting))
            for one in waiting[result.submission]:
                yield one, result.reason

    def _tasks(self, waiting: dict[str, list[Submission]]) -> Iterator[Task]:
        """Read only now: a thousand notebooks need not be in memory together."""
        work = self.work
        config = work.course.grading(work.lesson, "").config
        known = lesson_cells(work.course, work.lesson, work.notebook)
        for submission, group in waiting.items():
            try:
                notebook = sanitized(notebook_bytes(group[0].folder, f"{work.notebook}.ipynb"), known)
            except (Unreadable, OSError) as problem:
                self.changed += [(one, f"it changed while others were graded ({problem})") for one in group]
                continue
            yield Task(submission, nbformat.writes(notebook), work.conditions, config)


def export(course: Course) -> Path:
    """Write all grades of the classroom to grades.csv."""
    path = course.classroom / "grades.csv"
    scratch = path.with_suffix(".tmp")
    with Gradebook(course.db_url) as gradebook:
        GradesCsv(to=str(scratch)).export(gradebook)
    os.replace(scratch, path)
    return path
