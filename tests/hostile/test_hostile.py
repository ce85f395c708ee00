"""Hostile and damaged submissions in one class with honest neighbours: nobody is paid, nobody else is touched."""

import os
import shutil
import socket
import subprocess
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from confined import needs_sandbox
from corpus import NEIGHBOURS, cases, damaged, exhausting, faking, neighbours, reaching, showing
from example_class import FULL, LESSON, NOTEBOOK, hand_in
from nbgrader.api import Gradebook
from reaching import CELLS

from autograder.build import build
from autograder.course import ROOT, Course, put_tools_on_path
from autograder.grading import grade_lesson
from autograder.sandbox import kernels

pytestmark = [needs_sandbox, pytest.mark.slow]


@dataclass(frozen=True)
class QuickCourse(Course):
    """A course whose cells may take 6 seconds, not 30."""

    def config(self):
        config = super().config()
        config.AskExercises.timeout = 6
        return config


@dataclass(frozen=True)
class Graded:
    """A class after grading: its course, its learners and rows by name, and what lay about before."""

    course: Course
    learners: dict
    rows: dict
    before: dict


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    put_tools_on_path()
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    made = QuickCourse(root, root / "classroom")
    build(made)
    return made


def grade(course: Course, class_: list) -> Graded:
    before = left_about()
    hand_in(course, class_)
    rows = {row.student: row for row in grade_lesson(course, LESSON)}
    kernels.end_zygotes()
    return Graded(course, {learner.name: learner for learner in class_}, rows, before)


@pytest.fixture(scope="module")
def alone(course) -> Graded:
    """The honest neighbours by themselves."""
    return grade(replace(course, classroom=course.root / "alone"), neighbours())


@pytest.fixture(scope="module")
def together(course, alone) -> Graded:
    """The same neighbours among the hostile, under the same course key."""
    course.classroom.mkdir()
    shutil.copy(alone.course.classroom / "course.key", course.classroom)
    with ExitStack() as open_things:
        about = things_to_reach(course, open_things)
        hostile = [*faking(), *reaching(about), *exhausting(), *damaged(), *showing()]
        return grade(course, [*neighbours(), *hostile])


def things_to_reach(course: Course, open_things: ExitStack) -> dict:
    """A port, sockets, a process and folders of the grader's."""
    port, abstract, path = (socket.socket(family) for family in (socket.AF_INET, socket.AF_UNIX, socket.AF_UNIX))
    folder = course.root / "learner-socket"
    for one, address in ((port, ("127.0.0.1", 0)), (abstract, f"\0backprop-{os.getpid()}"), (path, str(folder))):
        open_things.enter_context(closing(one))
        one.bind(address)
        one.listen()
    return dict(
        classroom=str(course.classroom), root=str(ROOT), port=port.getsockname()[1], path=str(folder),
        abstract=abstract.getsockname().decode(), pid=os.getpid(),
    )  # fmt: skip


def left_about() -> dict[str, set]:
    """Mounts, files and processes that a submission might leave."""
    shown = subprocess.run(["ps", "-e", "-o", "ppid=,args="], capture_output=True, text=True, check=True).stdout
    mine = {line for line in shown.splitlines() if line.split()[0] == str(os.getpid()) and "ps -e" not in line}
    return {
        "mounts": set(Path("/proc/self/mounts").read_text().splitlines()),
        "shared memory": {name for name in os.listdir("/dev/shm") if "bomb" in name},
        "processes": mine | {line for line in shown.splitlines() if "sleep 60" in line and ".7" in line},
    }


def scores(graded: Graded, student: str) -> dict[str, float | None]:
    with Gradebook(graded.course.db_url) as gradebook:
        return {g.name: g.auto_score for g in gradebook.find_submission(LESSON, student).notebooks[0].grades}


def test_there_are_many_cases():
    assert len(cases()) == len(set(cases())) >= 60


def test_everybody_has_the_points_that_were_earned(together):
    found = {name: (row.points, row.note) for name, row in together.rows.items()}
    wrong = {n: found[n] for n, learner in together.learners.items() if found[n][0] != learner.points}
    assert not wrong
    assert not {n: found[n] for n, learner in together.learners.items() if learner.says not in found[n][1]}


def test_no_unearned_point_in_any_exercise(together):
    for name, learner in together.learners.items():
        if learner.points == 0:
            assert not any(scores(together, name).values()), name


@pytest.mark.parametrize("student", NEIGHBOURS)
def test_neighbours_are_untouched(alone, together, student):
    assert everything_of(together, student) == everything_of(alone, student)


def everything_of(graded: Graded, student: str) -> dict:
    """A student's files, byte for byte, and rows in the gradebook."""
    classroom = graded.course.classroom
    files = [
        path for path in classroom.rglob("*") if path.is_file() and student in path.relative_to(classroom).as_posix()
    ]
    found = {str(path.relative_to(classroom)): path.read_bytes() for path in files}
    with Gradebook(graded.course.db_url) as gradebook:
        notebook = gradebook.find_submission(LESSON, student).notebooks[0]
        found["grades"] = sorted((g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades)
        found["comments"] = sorted((c.name, c.auto_comment or "") for c in notebook.comments)
    return found


def test_neighbours_records_are_the_same(alone, together):
    before, after = (pooled(graded.course.pool) for graded in (alone, together))
    assert len(before) == len(NEIGHBOURS) and before.items() <= after.items()


def pooled(pool: Path) -> dict[str, bytes]:
    """Every record, byte for byte."""
    return {path.name: path.read_bytes() for path in pool.glob("*.json")}


@pytest.mark.parametrize("name", CELLS)
def test_nothing_is_reached(together, name):
    told = outputs(together, "reaching")
    assert f"REACHED {name}" not in told
    assert told.count("refused:") + told.count("nothing there") == len(CELLS)


def outputs(graded: Graded, student: str) -> str:
    """All that a student's cells printed."""
    path = graded.course.classroom / "autograded" / student / LESSON / NOTEBOOK
    cells = nbformat.read(path, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


def test_nothing_is_left_behind(together):
    assert left_about() == together.before


class Scripts(HTMLParser):
    """What a page would run: scripts' texts, handlers, and addresses that are code."""

    def __init__(self, page: str):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.inside = tag == "script"
        for name, value in attributes:
            value = (value or "").strip()
            if name.startswith("on") or name == "srcdoc" or value.lower().startswith(("javascript:", "data:text")):
                self.found.append(value)
        if tag in ("iframe", "object", "embed", "form", "base"):
            self.found.append(tag)

    def handle_data(self, data):
        if self.inside:
            self.found.append(data)

    def handle_endtag(self, tag):
        self.inside = False


def test_feedback_runs_only_what_an_honest_page_runs(together):
    pages = {path.parts[-3]: path.read_text() for path in (together.course.classroom / "feedback").rglob("*.html")}
    honest = Scripts(pages[NEIGHBOURS[0]]).found
    assert set(pages) == {name for name, row in together.rows.items() if row.points is not None}
    for name, page in pages.items():
        assert Scripts(page).found == honest, name
        assert "\x1b" not in page, name


def test_a_spreadsheet_runs_nothing(together):
    table = (together.course.classroom / "grades.csv").read_text()
    assert not any(
        field.strip('"').startswith(("=", "@", "+")) for line in table.splitlines() for field in line.split(",")
    )
    assert FULL and "=1+1" in table
