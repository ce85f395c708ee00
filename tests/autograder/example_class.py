"""A class made by code: learners who are right, mistaken, untouched, damaged in every way we know, or cheating."""

import base64
import copy
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from attacks import ATTACKS, TROUBLES, both, run_first
from learners import mistaken_answer

from autograder.course import ROOT, Course
from backprop.exercises import LESSONS, Exercise, Mistake

LESSON = "02-two-layer-trace"
NOTEBOOK = "two_layer_trace.ipynb"
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


def notebook_edit(edit: Callable, start: str = "solution") -> Callable:
    """Fill the folder with an edited solution or release."""

    def fill(folder: Path, solution: Path, released: Path) -> None:
        notebook = json.loads((solution if start == "solution" else released).read_text())
        edited = edit(notebook)
        (folder / NOTEBOOK).write_text(json.dumps(notebook if edited is None else edited))

    return fill


def raw(make: Callable[[bytes], bytes], name: str = NOTEBOOK) -> Callable:
    """Fill the folder with changed bytes of the solution."""
    return lambda folder, solution, released: (folder / name).write_bytes(make(solution.read_bytes())) and None


def edited(data: bytes, edit: Callable) -> bytes:
    notebook = json.loads(data)
    edit(notebook)
    return json.dumps(notebook).encode()


def labelled(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


def tests_cells(notebook: dict) -> list[dict]:
    return [cell for cell in labelled(notebook) if cell["id"].endswith("-tests")]


def find_cell(notebook: dict, name: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def source(cell: dict) -> str:
    return "".join(cell["source"])


# known mistakes


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


# damage that is repaired


def strip_labels(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def strip_labels_and_ids(notebook: dict) -> None:
    strip_labels(notebook)
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]


def delete_tests(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-tests")]


def copy_cells(notebook: dict) -> None:
    """Every labelled cell twice, as after copy and paste, which copies labels and ids too."""
    notebook["cells"] += copy.deepcopy(tests_cells(notebook))
    notebook["cells"].insert(0, copy.deepcopy(find_cell(notebook, "why-sign")))


def tests_first(notebook: dict) -> None:
    moved = tests_cells(notebook)
    notebook["cells"] = moved + [cell for cell in notebook["cells"] if cell not in moved]


def edit_flags(notebook: dict) -> None:
    for number, cell in enumerate(labelled(notebook)):
        labels = cell["metadata"]["nbgrader"]
        labels |= {"schema_version": [0, 1, 2, 4, 99, "3", None][number % 7], "points": 1000, "checksum": "0" * 32}
        labels |= {"grade": number % 2 == 0, "solution": number % 3 == 0, "locked": number % 5 == 0, "task": True}


def change_types(notebook: dict) -> None:
    for cell in labelled(notebook):
        cell["cell_type"] = "raw" if cell["cell_type"] == "markdown" else "markdown"
        cell.pop("outputs", None), cell.pop("execution_count", None)


def change_kernel(notebook: dict) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "nowhere", "display_name": "x", "language": "cobol"}, "widgets": [1]}


def split_answer(notebook: dict) -> None:
    """The answer's helper in a cell of its own, below the answer."""
    cell = find_cell(notebook, "dL-dw1")
    place = notebook["cells"].index(cell)
    helper = nbformat.v4.new_code_cell("def gate_of(z1):\n    return 1.0 if z1 > 0 else 0.0")
    notebook["cells"].insert(place + 1, dict(helper))
    cell["source"] = source(cell).replace("1.0 if z1 > 0 else 0.0", "gate_of(z1)")


def junk_cells(notebook: dict) -> None:
    notebook["cells"] = [None, 7, {}, {"cell_type": "alien", "source": 3, "metadata": []}, *notebook["cells"]]
    notebook["metadata"] = None


def make_noise(notebook: dict) -> None:
    """Warnings, text on stderr, failing cells in between: none of it is a wrong answer."""
    cell = find_cell(notebook, "dL-dw1")
    noise = "\n    import sys, warnings; print('noise', file=sys.stderr); warnings.warn('careful')"
    cell["source"] = source(cell).replace(":\n    z1", f":{noise}\n    z1", 1)
    notebook["cells"].insert(1, dict(nbformat.v4.new_code_cell("raise ValueError('half an idea')")))


def older_format(notebook: dict) -> dict:
    return nbformat.convert(nbformat.reads(json.dumps(notebook), as_version=4), 3)


# handing in something else


def as_folder(folder: Path, solution: Path, released: Path) -> None:
    (folder / NOTEBOOK).mkdir()


def as_link(folder: Path, solution: Path, released: Path) -> None:
    (folder / NOTEBOOK).symlink_to(solution)


def with_pipe(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    os.mkfifo(folder / "data.csv")


def with_large_file(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    with open(folder / "data.bin", "wb") as file:
        file.truncate(101 << 20)  # takes no room on the disk


def with_bad_time(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    (folder / "timestamp.txt").write_text("the day before yesterday")


def with_second_notebook(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    (folder / "scratch.ipynb").write_text("{}")


def no_lesson_folder(folder: Path, solution: Path, released: Path) -> None:
    folder.rename(folder.with_name("02_two_layers"))


def other_lesson(folder: Path, solution: Path, released: Path) -> None:
    other = next((solution.parents[1] / "00-start-here").glob("*.ipynb"))
    (folder / NOTEBOOK).write_bytes(other.read_bytes())


FULL, WRITTEN = 30.0, 2.0  # what exercises and written answers are worth


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
