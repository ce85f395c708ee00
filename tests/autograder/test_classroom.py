"""One small classroom a test: nbgrader's own commands, interrupted runs, lessons that change."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import CONFIG_FILE, ROOT, Course, CourseError
from autograder.grading import grade_lesson

LESSON, NOTEBOOK = "00-start-here", "start_here.ipynb"
NBGRADER = str(Path(sys.executable).with_name("nbgrader"))
pytestmark = pytest.mark.slow


def hand_in(course: Course, classroom: Path, student: str, change=lambda notebook: None) -> Path:
    """The solution of the first lesson, changed, in a student's folder."""
    notebook = json.loads((course.build / "solutions" / LESSON / NOTEBOOK).read_text())
    change(notebook)
    path = classroom / "submitted" / student / LESSON / NOTEBOOK
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path


def on_top(source: str):
    """Add a cell above all others."""
    cell = {"cell_type": "code", "id": "top", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return lambda notebook: notebook["cells"].insert(0, cell)


def without_answer(notebook: dict) -> None:
    next(cell for cell in notebook["cells"] if cell["id"] == "slope")["source"] = "def slope(x): ..."


def scores(classroom: Path) -> dict[str, list]:
    with Gradebook(f"sqlite:///{classroom}/gradebook.db") as gradebook:
        found = {one.student.id: one for one in gradebook.assignment_submissions(LESSON)}
        return {name: [grade.auto_score for grade in one.notebooks[0].grades] for name, one in found.items()}


def test_nbgraders_own_commands_see_the_same_course(course, tmp_path):
    """Released, graded, told and exported by nbgrader alone, with nothing but the configuration of this repository."""
    shutil.copytree(course.build, tmp_path / "build")
    shutil.copy(ROOT / CONFIG_FILE, tmp_path)
    classroom = tmp_path / "classroom"
    hand_in(course, classroom, "ada")
    hand_in(course, classroom, "bob", without_answer)
    hand_in(course, classroom, "eve").write_text('{"cells": [')
    hand_in(course, classroom, "fay").rename(classroom / "submitted" / "fay" / LESSON / "other.ipynb")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{Path(NBGRADER).parent}:{os.environ['PATH']}"}
    results = [
        subprocess.run([NBGRADER, *words.split()], cwd=tmp_path, env=environment, capture_output=True, text=True)
        for words in (f"generate_assignment {LESSON}", f"autograde {LESSON}", f"generate_feedback {LESSON}", "export")
    ]
    assert results[0].returncode == 0, results[0].stderr
    assert (tmp_path / "lessons" / LESSON / NOTEBOOK).read_bytes() == (course.lessons / LESSON / NOTEBOOK).read_bytes()
    assert "the file is cut off or damaged" in results[1].stderr
    assert {name: found for name, found in scores(classroom).items() if found != [None]} == {"ada": [1.0], "bob": [0.0]}
    assert "Right, 1 point" in (classroom / "feedback" / "ada" / LESSON / "start_here.html").read_text()
    with open(classroom / "grades.csv", newline="") as file:
        assert {row["student_id"]: row["score"] for row in csv.DictReader(file)} == {
            "ada": "1.0", "bob": "0.0", "eve": "", "fay": "",
        }  # fmt: skip


def test_a_run_that_is_interrupted_leaves_nothing_broken_and_goes_on_later(course, tmp_path):
    classroom = Course(course.root, tmp_path)  # with the limits that the command has too
    hand_in(course, tmp_path, "ada")
    slow = hand_in(course, tmp_path, "bob", on_top("import time; time.sleep(600)"))
    hand_in(course, tmp_path, "cyn")
    words = [sys.executable, "-m", "autograder", "grade", LESSON, "--classroom", str(tmp_path)]
    started = subprocess.Popen(words, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / "autograded" / "cyn" / LESSON / NOTEBOOK, tmp_path / "feedback" / "ada" / LESSON)
    os.killpg(started.pid, signal.SIGINT)
    told = started.communicate(timeout=60)[1]
    assert started.returncode == 130 and "what was finished is kept" in told and "Traceback" not in told
    assert scores(tmp_path)["ada"] == [1.0]
    first = (tmp_path / "autograded" / "ada" / LESSON / NOTEBOOK).stat().st_mtime_ns
    shutil.rmtree(slow.parents[1])
    hand_in(course, tmp_path, "bob")
    assert [row.points for row in grade_lesson(classroom, LESSON)] == [1.0, 1.0, 1.0]
    assert (tmp_path / "autograded" / "ada" / LESSON / NOTEBOOK).stat().st_mtime_ns == first


def wait_for(*paths: Path, seconds: int = 120) -> None:
    end = time.monotonic() + seconds
    while missing := [path for path in paths if not path.exists()]:
        assert time.monotonic() < end, f"{missing} did not appear"
        time.sleep(0.2)


def test_points_given_by_hand_reach_feedback_and_survive_the_next_run(course, tmp_path):
    classroom = replace(course, classroom=tmp_path)
    hand_in(course, tmp_path, "ada", without_answer)
    assert [row.points for row in grade_lesson(classroom, LESSON)] == [0.0]
    with Gradebook(classroom.db_url) as gradebook:
        gradebook.find_grade("slope-tests", "start_here", LESSON, "ada").manual_score = 0.5
        gradebook.db.commit()
    assert [row.points for row in grade_lesson(classroom, LESSON)] == [0.5]
    assert "Score: 0.5 / 1.0" in (tmp_path / "feedback" / "ada" / LESSON / "start_here.html").read_text()
    again = grade_lesson(classroom, LESSON, again=True)
    assert [(row.points, row.pending) for row in again] == [(0.5, 1)]


def test_a_lesson_that_got_other_exercises_is_not_mixed_with_the_old_one(course, tmp_path):
    shutil.copytree(course.solutions, tmp_path / "solutions")
    changed = replace(course, root=tmp_path, classroom=tmp_path / "classroom")
    hand_in(course, changed.classroom, "ada")
    grade_lesson(changed, LESSON)
    script = tmp_path / "solutions" / LESSON / "start_here.py"
    script.write_text(script.read_text() + '\n# %% [markdown] manual="new" points=1\nr"""\nx\n"""\n')
    with pytest.raises(CourseError, match="has other exercises now"):
        grade_lesson(changed, LESSON)
    assert scores(changed.classroom) == {"ada": [1.0]}


def test_our_own_failure_is_no_score(course, tmp_path, monkeypatch):
    classroom = replace(course, classroom=tmp_path)
    hand_in(course, tmp_path, "ada")
    monkeypatch.setattr("autograder.asking.judge", lambda *arguments: 1 / 0)
    (row,) = grade_lesson(classroom, LESSON)
    assert (row.points, row.pending) == (None, 1)
    assert "slope: Not graded automatically: the check itself failed (ZeroDivisionError" in row.note


def test_a_folder_that_nbgrader_takes_for_a_pattern_is_refused(course, tmp_path):
    classroom = tmp_path / "class [a]"
    (classroom / "submitted").mkdir(parents=True)
    with pytest.raises(CourseError, match="for a pattern"):
        grade_lesson(replace(course, classroom=classroom), LESSON)
