"""Every lesson: its frame, what it promises about its exercises, and that it runs from top to bottom."""

import re
from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest

from autograder.authoring import author
from backprop.exercises import LESSONS, find

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "solutions").glob("*/*.py"))
OPENS = ["**What you will be able to do**", "**What you need.**", "**How long.**"]
CLOSES = ["est yourself", "**Where it comes from.**"]
TURN = re.compile(r"\*Difficulty ([1-5]) of 5 · about (\d+) minutes · ([\d.]+) points?\*")
HINTS = ["Hint 1, a nudge", "Hint 2, a sketch", "Hint 3, a skeleton"]


def lesson(path) -> str:
    return path.parent.name


@pytest.fixture(params=SCRIPTS, ids=lesson)
def script(request):
    return request.param


@pytest.fixture
def cells(script):
    return jupytext.read(script, fmt="py:percent").cells


def with_role(cells, role) -> list[str]:
    return [cell.metadata[role] for cell in cells if role in cell.metadata]


def test_a_lesson_opens_and_closes_as_all_do(cells):
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert [part for part in OPENS + CLOSES if part not in prose] == []


def test_every_exercise_has_its_solution_and_its_check_in_the_lesson(script, cells):
    ids = [exercise.id for exercise in LESSONS[lesson(script)]]
    assert with_role(cells, "solution") == with_role(cells, "tests") == ids
    for cell in cells:
        if "tests" in cell.metadata:
            exercise = find(cell.metadata["tests"])
            assert cell.source == f'check("{exercise.id}", {exercise.name})'


def test_every_exercise_says_how_hard_it_is_and_has_a_hint_ladder(cells):
    for i, cell in enumerate(cells):
        if "solution" in cell.metadata:
            before = next(c.source for c in reversed(cells[:i]) if c.cell_type == "markdown")
            turn = TURN.search(before)
            assert turn, f"no difficulty, minutes and points before {cell.metadata['solution']}"
            assert float(turn[3]) == find(cell.metadata["solution"]).points
            assert re.findall(r"<summary>(Hint.*?)</summary>", before) == HINTS


def test_the_points_promised_at_the_top_are_those_there_are(script, cells):
    manual = sum(cell.metadata.get("points", 0) for cell in cells if "manual" in cell.metadata)
    whole = manual + sum(exercise.points for exercise in LESSONS[lesson(script)])
    promised = re.findall(r"(\d+) points?\b", cells[0].source)
    assert whole == 1 or float(promised[0]) == whole, (
        f"the first cell promises {promised[0]} points, there are {whole:g}"
    )
    row = re.search(rf"\| {lesson(script)[:2]} \|.*\| (\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert row and float(row[1]) == whole, f"README's table promises {row and row[1]} points, there are {whole:g}"


def test_the_points_of_written_answers_are_said(script, cells):
    manual = sum(cell.metadata.get("points", 0) for cell in cells if "manual" in cell.metadata)
    said = re.search(r"points, of which (\d+)", cells[0].source)
    assert not manual or float(said[1]) == manual


def test_code_cells_that_are_not_exercises_are_short(cells):
    for cell in cells:
        if cell.cell_type == "code" and "solution" not in cell.metadata:
            assert len(cell.source.splitlines()) <= 12, cell.source


def test_links_between_lessons_lead_somewhere(script, cells):
    for cell in cells:
        for link in re.findall(r"\]\((\.\./[^)]+)\)", cell.source):
            assert (ROOT / "lessons" / lesson(script) / link).resolve().is_file(), link


def test_an_untouched_lesson_runs_from_top_to_bottom(script):
    released = ROOT / "lessons" / lesson(script) / f"{script.stem}.ipynb"
    assert set(headlines(nbformat.read(released, as_version=4))) == {"Not done yet"}


def test_a_solved_lesson_runs_from_top_to_bottom(script):
    assert set(headlines(author(script))) == {"Right"}


def headlines(notebook) -> list[str]:
    """Run a notebook, which raises if any cell does; the first words of all cards."""
    nbclient.NotebookClient(notebook, timeout=60).execute()
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    return [re.split("[,:]", cell.outputs[-1].data["text/plain"])[0] for cell in checks]
