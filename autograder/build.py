"""Build lessons/ from solutions/: percent script -> instructor's notebook -> nbgrader's release."""

import argparse
import os
import re
import shutil
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.authoring import AuthoringError, author
from autograder.course import Course, heard

LESSON_NAME = re.compile(r"\d\d-[a-z0-9-]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`build` takes no arguments: it is quick and always builds everything."""


def run(args: argparse.Namespace) -> int:
    """Build and say what is there now."""
    course = Course()
    for path in build(course):
        print(path.relative_to(course.root))
    return 0


def scripts(course: Course) -> dict[str, Path]:
    """Lesson name -> its script; AuthoringError if a lesson has none or several."""
    folders = sorted(folder for folder in course.solutions.glob("[!_.]*") if folder.is_dir())
    for folder in folders:
        if not LESSON_NAME.fullmatch(folder.name):
            raise AuthoringError(f"{folder}: a lesson's folder is called NN-name, two digits and small letters")
    return {folder.name: _only_script(folder) for folder in folders}


def _only_script(folder: Path) -> Path:
    found = sorted(folder.glob("*.py"))
    if len(found) != 1:
        names = ", ".join(script.name for script in found) or "none"
        raise AuthoringError(f"{folder}: a lesson has exactly one script, this one has {names}")
    return found[0]


def build(course: Course) -> list[Path]:
    """Write every lesson; returns the notebooks in lessons/. On an error nothing there is changed."""
    written = [write_source(course, lesson, script) for lesson, script in scripts(course).items()]
    wanted = {path.parent.name: path.name for path in written}
    _forget_others(course.build / "solutions", wanted)
    for lesson in wanted:
        release(course.building(lesson))
    _forget_others(course.lessons, wanted)
    return [_publish(course, lesson, name) for lesson, name in wanted.items()]


def write_source(course: Course, lesson: str, script: Path) -> Path:
    """The instructor's notebook of a lesson, under build/solutions."""
    path = course.build / "solutions" / lesson / f"{script.stem}.ipynb"
    _write(path, nbformat.writes(author(script)) + "\n")
    return path


def release(coursedir: CourseDirectory, *, register: bool = False) -> None:
    """Let nbgrader make the learners' notebook; with `register` it also enters the lesson into the gradebook."""
    converter = GenerateAssignment(coursedir=coursedir, config=coursedir.config)
    converter.force, converter.no_database = True, not register
    if not register:
        converter.config.SaveCells.enabled = False
    with heard() as log:
        try:
            converter.start()
        except NbGraderException as problem:
            reasons = "\n".join(log)
            raise AuthoringError(
                f"nbgrader could not release {coursedir.assignment_id}: {problem}\n{reasons}"
            ) from None


def _publish(course: Course, lesson: str, name: str) -> Path:
    made = course.build / "release" / lesson / name
    path = course.lessons / lesson / name
    _write(path, made.read_text(encoding="utf-8"))
    return path


def _write(path: Path, text: str) -> None:
    """Replace a file whole, and only if it changes, so that an interrupted build leaves no half notebook."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".tmp")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)


def _forget_others(folder: Path, wanted: dict[str, str]) -> None:
    """Remove lessons whose script is gone, and notebooks whose script was renamed."""
    for lesson in sorted(found for found in folder.glob("*") if LESSON_NAME.fullmatch(found.name)):
        if lesson.name not in wanted:
            shutil.rmtree(lesson)
            continue
        for notebook in lesson.glob("*.ipynb"):
            if notebook.name != wanted[lesson.name]:
                notebook.unlink()
