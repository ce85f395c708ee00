"""A class made by code: learners who are right, mistaken, untouched, damaged in every way we know, or cheating."""

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from attacks import ATTACKS, TROUBLES, both, run_first
from damage import (
    LESSON,
    NOTEBOOK,
    as_folder,
    as_link,
    change_kernel,
    change_types,
    copy_cells,
    delete_tests,
    edit_flags,
    edited,
    find_cell,
    junk_cells,
    make_noise,
    no_lesson_folder,
    notebook_edit,
    older_format,
    other_lesson,
    raw,
    split_answer,
    strip_labels,
    strip_labels_and_ids,
    tests_first,
    with_bad_time,
    with_large_file,
    with_pipe,
    with_second_notebook,
)
from learners import mistaken_answer

from autograder.course import ROOT, Course
from backprop.exercises import LESSONS, Exercise, Mistake

FULL, WRITTEN = 30.0, 2.0  # what exercises and written answers are worth
EXERCISES = {exercise.id: exercise for exercise in LESSONS[LESSON]}

ROUNDS = max(len(exercise.mistakes) for exercise in EXERCISES.values())


@dataclass(frozen=True)
class Learner:
    """One student: how the submission folder is filled, and what should come of it.

    points   an exact score, None for no grade
    says     what the summary's note must contain
    """

    name: str
    fill: Callable[[Path, Path, Path], None]  # folder to fill, solution's notebook, released notebook
    points: float | None
    says: str = ""


def mistakes_of_round(number: int) -> list[tuple[Exercise, Mistake]]:
    """One mistake of every exercise that has one left."""
    found = []
    for exercise in EXERCISES.values():
        if number <= len(exercise.mistakes):
            found.append((exercise, exercise.mistakes[number - 1]))
    return found


def catalogue() -> str:
    """A cell that brings the course's own catalogue of mistakes along, which is not there where learners' code runs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((ROOT / "backprop").rglob("*.py")):
            archive.write(path, path.relative_to(ROOT))
    data = base64.b64encode(packed.getvalue()).decode()
    write = f"import base64\nwith open('catalogue.zip', 'wb') as file:\n    file.write(base64.b64decode({data!r}))\n"
    return write + "import backprop\nbackprop.__path__.append('catalogue.zip/backprop')"


def make_mistakes(number: int) -> Callable:
    def edit(notebook: dict) -> None:
        run_first(notebook, catalogue())
        for exercise, mistake in mistakes_of_round(number):
            cell = find_cell(notebook, exercise.id)
            cell["source"] = mistaken_source(exercise, mistake)

    return edit


def mistaken_source(exercise: Exercise, mistake: Mistake) -> str:
    """A cell that makes the mistake: the catalogue's own wrong function, asked in the learner's process."""
    if exercise.style == "values":
        return mistaken_values(exercise, mistake)
    catalogue = f"from backprop.exercises import find\ncatalogue = find({exercise.id!r}).mistakes"
    return f"{catalogue}\n{exercise.name} = next(m.wrong for m in catalogue if m.id == {mistake.id!r})"


def mistaken_values(exercise: Exercise, mistake: Mistake) -> str:
    answers = mistaken_answer(exercise, mistake)
    plain = {part: value.item() if hasattr(value, "item") else value for part, value in answers.items()}
    return f"{exercise.name} = {plain!r}"


RIGHT = {
    "right": lambda notebook: None,
    "noisy-and-split": both(make_noise, split_answer),
    "ids-stripped": strip_labels_and_ids,
    "tests-deleted": delete_tests,
    "cells-copied": copy_cells,
    "tests-first": tests_first,
    "flags-edited": edit_flags,
    "types-changed": change_types,
    "junk-and-kernel": both(junk_cells, change_kernel),
    "older-format": older_format,
}
ENCODED = {
    "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16-and-labels-stripped": lambda data: edited(data, strip_labels).decode().encode("utf-16"),
}
LOST = {
    "truncated": (raw(lambda data: data[: len(data) * 2 // 3]), "cut off"),
    "empty": (raw(lambda data: b""), "empty"),
    "not-text": (raw(lambda data: b"\x89PNG\xff\xfe" * 99), "not text"),
    "a-list": (raw(lambda data: b"[1, 2]"), "a notebook is an object"),
    "nested": (raw(lambda data: b"[" * 200_000), "not a notebook's"),
    "no-cells": (raw(lambda data: b'{"nbformat": 4}'), "no list of cells"),
    "format-5": (notebook_edit(lambda notebook: notebook | {"nbformat": 5}), "save it as format 4"),
    "a-folder": (as_folder, "is a folder"),
    "wrong-name": (raw(bytes, "lesson2.ipynb"), "no two_layer_trace.ipynb; there is lesson2.ipynb"),
    "other-lesson": (other_lesson, "the notebook of something else"),
    "no-lesson-folder": (no_lesson_folder, "no folder 02-two-layer-trace; there is 02_two_layers"),
    "a-link": (as_link, "is a link"),
    "with-pipe": (with_pipe, "is a link or a device"),
    "with-large-file": (with_large_file, "the folder holds 101 MB"),
    "bad-time": (with_bad_time, "timestamp.txt holds no time"),
    "eve[1]": (raw(bytes), "rename it"),
}


def learners() -> list[Learner]:
    """The whole class."""
    return [
        *(Learner(name, notebook_edit(edit), FULL) for name, edit in RIGHT.items()),
        *(Learner(name, raw(change), FULL) for name, change in ENCODED.items()),
        Learner("two-notebooks", with_second_notebook, FULL),
        Learner("untouched", notebook_edit(lambda notebook: None, "release"), 0.0),
        *(Learner(f"round-{n:02}", notebook_edit(make_mistakes(n)), -1.0) for n in range(1, ROUNDS + 1)),
        *(Learner(name, fill, None, says) for name, (fill, says) in LOST.items()),
        *(Learner(name, notebook_edit(edit, "release"), 0.0) for name, edit in ATTACKS.items()),
        *(Learner(name, notebook_edit(edit), points, says) for name, (edit, points, says) in TROUBLES.items()),
    ]


def hand_in(course: Course, class_: list[Learner]) -> None:
    """Fill the classroom's submitted folder."""
    solution = course.build / "solutions" / LESSON / NOTEBOOK
    released = course.lessons / LESSON / NOTEBOOK
    for learner in class_:
        folder = course.classroom / "submitted" / learner.name / LESSON
        folder.mkdir(parents=True)
        learner.fill(folder, solution, released)
