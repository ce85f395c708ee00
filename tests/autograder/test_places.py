"""Wherever submissions run and wherever the gradebook lies, the same comes out, to the last byte."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path

import postgres
import pytest
from attacks import put, run_first
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.executors import EXECUTORS
from autograder.grading import grade_lesson

LESSON, NOTEBOOK = "02-two-layer-trace", "two_layer_trace.ipynb"
pytestmark = pytest.mark.slow

CLASS: dict[str, Callable[[dict], None]] = {
    "right": lambda notebook: None,
    "wrong": lambda notebook: put(notebook, "dL-dw1", "def dL_dw1(**inputs): return 'a\0b'"),
    "dies": lambda notebook: put(notebook, "trace-relu", "import os\nos._exit(1)"),
    "prints": lambda notebook: run_first(notebook, "for n in range(99): print(n, flush=True)\n1/0"),
    "empty": lambda notebook: notebook["cells"].clear(),
}
PLACES = {  # executor, database
    "local": ("local", nullcontext),
    "dask": ("dask", nullcontext),
    "postgres": ("serial", postgres.server),
}
NEEDS = {
    "dask": (find_spec("distributed"), "pip install distributed"),
    "postgres": (postgres.programs() and find_spec("psycopg"), "apt install postgresql, pip install 'psycopg[binary]'"),
}


def hand_in(course: Course, classroom: Path) -> None:
    for student, edit in CLASS.items():
        notebook = json.loads((course.build / "solutions" / LESSON / NOTEBOOK).read_text())
        edit(notebook)
        path = classroom / "submitted" / student / LESSON / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))


@contextmanager
def graded(course: Course, folder: Path, executor: str, database, key: bytes) -> Iterator[dict]:
    """All that comes of the class: rows, records, files, and what the gradebook says."""
    hand_in(course, folder)
    (folder / "course.key").write_bytes(key)
    with database() as url:
        there = Course(course.root, folder, database=url or "")  # with time enough, on a busy machine too
        found = {"rows": grade_lesson(there, LESSON, place=EXECUTORS[executor])}
        kinds = ("records/pool/*.json", "autograded/**/*.ipynb", "feedback/**/*.html")
        for path in sorted(path for kind in kinds for path in folder.glob(kind)):
            found[str(path.relative_to(folder))] = path.read_bytes()
        with open(folder / "grades.csv", newline="") as file:
            found["csv"] = [row | {"timestamp": ""} for row in csv.DictReader(file)]
        yield found | gradebook(there)


def gradebook(course: Course) -> dict:
    with Gradebook(course.db_url) as opened:
        notebooks = {one.student.id: one.notebooks[0] for one in opened.assignment_submissions(LESSON)}
        scores = {
            name: {g.name: (g.auto_score, g.needs_manual_grade) for g in n.grades} for name, n in notebooks.items()
        }
        return {
            "scores": scores,
            "comments": {n: {c.name: c.comment for c in b.comments} for n, b in notebooks.items()},
        }


@pytest.fixture(scope="module")
def serial(course, tmp_path_factory) -> dict:
    with graded(course, tmp_path_factory.mktemp("serial"), "serial", nullcontext, b"k" * 32) as found:
        return found


def test_the_class_is_graded_as_it_should_be(serial):
    points = {row.student: row.points for row in serial["rows"]}
    assert points == {"right": 30, "wrong": 27, "dies": points["dies"], "prints": 30, "empty": None}
    assert 0 < points["dies"] < 30 and len([name for name in serial if name.startswith("records")]) == 4


@pytest.mark.parametrize("place", PLACES)
def test_every_place_gives_the_same(course, serial, tmp_path, place):
    there, how = NEEDS.get(place, (True, ""))
    if not there:
        pytest.skip(f"needs {how}")
    executor, database = PLACES[place]
    with graded(course, tmp_path, executor, database, b"k" * 32) as found:
        assert found.keys() == serial.keys()
        assert [name for name in serial if found[name] != serial[name]] == []
