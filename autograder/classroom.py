"""Who handed in what, and which of it can be graded."""

import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from autograder.course import Course, CourseError
from autograder.reader import LIMIT, Unreadable, read_notebook
from autograder.restore import Known, known_cells, restore, submission_digest

GLOB_SIGNS = set("*?[]")
FOLDER_LIMIT = 100 << 20  # bytes of all files a student hands in for one lesson


@dataclass(frozen=True)
class Submission:
    """One student's folder for one lesson; `reason` says why it cannot be graded, if it cannot.

    `digest` is of the files as they are, `submission` of the cells that are run, which is the same for equal answers.
    """

    student: str
    folder: Path
    digest: str = ""
    submission: str = ""
    reason: str = ""


def submissions(course: Course, lesson: str, notebook: str, only: str | None = None) -> list[Submission]:
    """Every student's submission of a lesson, in order; CourseError if there is nothing to look at."""
    submitted = course.classroom / "submitted"
    students = sorted(entry for entry in _entries(submitted) if only in (None, entry.name))
    if not students:
        who = f"student {only!r}" if only else "any student"
        raise CourseError(
            f"nothing from {who} under {submitted}; it should hold one folder a student, "
            f"as in {submitted.name}/ada/{lesson}/{notebook}.ipynb"
        )
    known = lesson_cells(course, lesson, notebook)
    return [_look_at(entry, lesson, notebook, known) for entry in students]


def lesson_cells(course: Course, lesson: str, notebook: str) -> list[Known]:
    """The cells that the gradebook knows of a lesson."""
    with Gradebook(course.db_url) as gradebook:
        return known_cells(gradebook.find_notebook(notebook, lesson))


def sanitized(data: bytes, known: list[Known]) -> NotebookNode:
    """A submitted file's notebook as it is run, with the lesson's own labels; Unreadable if there is none."""
    notebook = read_notebook(data)
    notebook.cells = restore(notebook.cells, known)
    return notebook


def _entries(submitted: Path) -> list[Path]:
    if not submitted.is_dir():
        return []
    return [entry for entry in submitted.iterdir() if not entry.name.startswith(".") and entry.is_dir()]


def _look_at(student: Path, lesson: str, notebook: str, known: list[Known]) -> Submission:
    folder = student / lesson
    try:
        data = notebook_bytes(folder, f"{notebook}.ipynb")
        submission = submission_digest(sanitized(data, known))
        time = _timestamp(folder / "timestamp.txt")
    except Unreadable as problem:
        return Submission(student.name, folder, reason=str(problem))
    except OSError as problem:
        return Submission(student.name, folder, reason=f"{problem.strerror}: {Path(problem.filename or folder).name}")
    return Submission(student.name, folder, sha256(data + time).hexdigest(), submission)


def notebook_bytes(folder: Path, wanted: str) -> bytes:
    """The submitted file's bytes; Unreadable where the folder or the file is not what it should be."""
    if GLOB_SIGNS & set(folder.parent.name):
        raise Unreadable("the folder's name has one of * ? [ ], which nbgrader takes for a pattern; rename it")
    if not folder.is_dir():
        others = ", ".join(sorted(entry.name for entry in folder.parent.iterdir())) or "nothing"
        raise Unreadable(f"no folder {folder.name}; there is {others}")
    _check_files(folder)
    path = folder / wanted
    if path.is_dir():
        raise Unreadable(f"{wanted} is a folder, a file was expected")
    if not path.is_file():
        others = ", ".join(sorted(entry.name for entry in folder.iterdir())) or "nothing"
        raise Unreadable(f"no {wanted}; there is {others}")
    if path.stat().st_size > LIMIT:
        raise Unreadable(f"{wanted} has {path.stat().st_size >> 20} MB; at most {LIMIT >> 20} MB are read")
    return path.read_bytes()


def _check_files(folder: Path) -> None:
    """nbgrader copies what lies beside the notebook: only plain files, which are what they seem, may lie there."""
    size = 0
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            about = (Path(where) / name).lstat()
            size += about.st_size
            if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
                raise Unreadable(f"{name} is a link or a device; only plain files can be handed in")
    if size > FOLDER_LIMIT:
        raise Unreadable(f"the folder holds {size >> 20} MB; at most {FOLDER_LIMIT >> 20} MB are taken")


def _timestamp(path: Path) -> bytes:
    """The file that says when something was handed in, if there is one."""
    if not path.is_file():
        return b""
    found = path.read_bytes()
    try:
        parse_utc(found.decode().strip() or None)
    except (ValueError, OverflowError):
        raise Unreadable("timestamp.txt holds no time; correct it or remove it") from None
    return found
