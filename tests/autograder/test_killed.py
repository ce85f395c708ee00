"""The driver or its workers are killed at any moment: the next run ends with the same gradebook, nothing done twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import ROOT, Course
from autograder.grading import grade_lesson

LESSON, NOTEBOOK = "00-start-here", "start_here.ipynb"
MOMENTS = int(os.environ.get("KILL_MOMENTS", "3"))  # 20 take minutes
SPAN = 12.0  # seconds, about as long as an undisturbed run takes
pytestmark = pytest.mark.slow


def hand_in(course: Course, classroom: Path) -> None:
    """Four students: right, wrong, one whose kernel dies, one whose file is damaged."""
    answers = {"ada": None, "bob": "def slope(x): return 0", "cyn": "import os\nos._exit(1)"}
    solution = json.loads((course.build / "solutions" / LESSON / NOTEBOOK).read_text())
    for student, answer in [*answers.items(), ("dan", None)]:
        path = classroom / "submitted" / student / LESSON / NOTEBOOK
        path.parent.mkdir(parents=True)
        cells = [cell | ({"source": answer} if answer and cell["id"] == "slope" else {}) for cell in solution["cells"]]
        path.write_text(json.dumps(solution | {"cells": cells})[: 100 if student == "dan" else None])


def outcome(course: Course) -> dict:
    """What an instructor sees, without what depends on the moment."""
    with Gradebook(course.db_url) as gradebook:
        notebooks = {one.student.id: one.notebooks[0] for one in gradebook.assignment_submissions(LESSON)}
        found = {
            name: [sorted((g.name, g.auto_score, g.needs_manual_grade) for g in notebook.grades),
                   sorted((c.name, c.auto_comment or "") for c in notebook.comments)]
            for name, notebook in notebooks.items()
        }  # fmt: skip
        found["students"] = sorted(student.id for student in gradebook.students)
    for kind in ("autograded/**/*.ipynb", "feedback/**/*.html", "grades.csv"):
        for path in sorted(course.classroom.glob(kind)):
            found[str(path.relative_to(course.classroom))] = path.read_bytes()
    return found


def records(course: Course) -> dict[str, tuple]:
    """Record -> its bytes and when it was written."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in course.pool.glob("*.json")}


@pytest.fixture(scope="module")
def undisturbed(course, tmp_path_factory) -> tuple[dict, bytes]:
    whole = Course(course.root, tmp_path_factory.mktemp("undisturbed"))
    hand_in(course, whole.classroom)
    grade_lesson(whole, LESSON)
    return outcome(whole), (whole.classroom / "course.key").read_bytes()


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(word) for word in children.read_text().split()] if children.exists() else []
    return found + [further for child in found for further in descendants(child)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("number", range(MOMENTS))
@pytest.mark.parametrize("victim", ["driver", "worker"])
def test_killed_and_started_again(course, tmp_path, undisturbed, victim, number):
    expected, key = undisturbed
    classroom = Course(course.root, tmp_path)
    hand_in(course, tmp_path)
    (tmp_path / "course.key").write_bytes(key)
    words = [sys.executable, "-m", "autograder", "grade", LESSON, "--classroom", str(tmp_path)]
    driver = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    moment = random.Random(f"{victim} {number}").uniform(0, SPAN)
    time.sleep(moment)
    kill(driver.pid, victim)
    driver.wait(timeout=300)
    kept = records(classroom)
    grade_lesson(classroom, LESSON)
    assert outcome(classroom) == expected, f"killed after {moment:.2f} s"
    assert kept.items() <= records(classroom).items(), f"killed after {moment:.2f} s"


def kill(driver: int, victim: str) -> None:
    """The driver itself, or everything that it has started."""
    for pid in [driver] if victim == "driver" else descendants(driver):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
