"""Run one notebook outside of any classroom: what comes of it is one JSON text, for other systems to read."""

import json
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.classroom import lesson_cells, sanitized
from autograder.course import Course
from autograder.executors import serial
from autograder.key import course_key
from autograder.lesson import register
from autograder.reader import Unreadable, read_notebook
from autograder.received import Refused, file_bytes
from autograder.records import SCHEMA, Conditions, dump
from autograder.restore import submission_digest
from autograder.running import Task, run_tasks
from backprop.exercises import LESSONS


def grade_alone(course: Course, path: Path) -> tuple[str, bool]:
    """The record's text and True; or a text with a `problem`, and False. Nothing is entered anywhere."""
    try:
        data = file_bytes(path)
        lesson = lesson_of(read_notebook(data))
        return dump(_record(course, lesson, data)), True
    except (Refused, Unreadable) as problem:
        return json.dumps({"schema": SCHEMA, "problem": str(problem)}) + "\n", False


def lesson_of(notebook: NotebookNode) -> str:
    """The lesson whose exercises are in it; Unreadable if there is none."""
    names = {cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) for cell in notebook.cells}
    found = {lesson: sum(exercise.id in names for exercise in those) for lesson, those in LESSONS.items()}
    best = max(found, key=lambda lesson: found[lesson])
    if not found[best]:
        raise Unreadable("no lesson's exercises are in it")
    return best


def _record(course: Course, lesson: str, data: bytes) -> dict:
    config = course.grading(lesson, "").config
    conditions = Conditions.of(lesson, course_key(Path(config.AskExercises.course_key_file)), config)
    notebook = _sanitized(course, lesson, data)
    task = Task(submission_digest(notebook), nbformat.writes(notebook), conditions, config)
    (result,) = run_tasks([task], serial)
    if result.record is None:
        raise Unreadable(result.reason)
    return result.record


def _sanitized(course: Course, lesson: str, data: bytes) -> NotebookNode:
    """As in a classroom; a gradebook that knows the lesson's cells is made for it and thrown away."""
    with tempfile.TemporaryDirectory(prefix="alone-") as folder:
        there = Course(course.root, Path(folder))
        (there.classroom / "submitted").mkdir()
        work = register(there, lesson)
        return sanitized(data, lesson_cells(there, lesson, work.notebook))
