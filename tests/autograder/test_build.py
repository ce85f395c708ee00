"""From a percent script to the learners' notebook."""

import shutil
from dataclasses import replace
from pathlib import Path

import jupytext
import nbformat
import pytest
from answers import answers, leaks
from jupytext.config import load_jupytext_config

from autograder.authoring import AuthoringError
from autograder.build import build, scripts
from autograder.clearing import without_answers
from autograder.course import ROOT, Course

SCRIPTS = sorted((ROOT / "solutions").glob("*/*.py"))
SMALL = """# %% [markdown]
r\"\"\"
# A title with $\\frac{a}{b}$ and "quotes"
\"\"\"

# %% locked="setup"
from backprop.check import check

# %% solution="slope"
def slope(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% tests="slope"
check("slope", slope)

# %% [markdown] manual="why" points=1.5
r\"\"\"
Because.
\"\"\"

# %%
1

# %%
1
"""


@pytest.fixture
def small(tmp_path) -> Course:
    """A course of one lesson."""
    script = tmp_path / "solutions" / "01-small" / "small.py"
    script.parent.mkdir(parents=True)
    script.write_text(SMALL)
    return Course(tmp_path, tmp_path / "classroom")


def script_of(course: Course) -> Path:
    return course.solutions / "01-small" / "small.py"


def released(course: Course) -> nbformat.NotebookNode:
    return nbformat.read(course.lessons / "01-small" / "small.ipynb", as_version=4)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_roles_become_nbgraders_metadata(small):
    build(small)
    found = {cell.id: cell.metadata.get("nbgrader", {}) for cell in released(small).cells}
    flags = {name: (m["grade"], m["locked"], m["solution"], m.get("points")) for name, m in found.items() if m}
    assert flags == {
        "setup": (False, True, False, None),
        "slope": (False, False, True, None),
        "slope-tests": (True, True, False, 1),
        "why": (True, False, True, 1.5),
    }
    assert all((m["schema_version"], m["task"], m["grade_id"]) == (3, False, name) for name, m in found.items() if m)


def test_answers_are_gone_and_prose_is_plain(small):
    build(small)
    sources = [cell.source for cell in released(small).cells]
    assert sources == [
        '# A title with $\\frac{a}{b}$ and "quotes"',
        "from backprop.check import check",
        "def slope(x):\n    ...  # your code here",
        'check("slope", slope)',
        "*Your answer here: double-click this cell, write, then run it.*",
        "1",
        "1",
    ]


def test_notebooks_carry_no_outputs_and_no_more_metadata_than_needed(small):
    build(small)
    notebook = released(small)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_a_second_build_changes_no_byte_and_no_file(small):
    build(small)
    first = files(small.lessons), (small.lessons / "01-small" / "small.ipynb").stat().st_mtime_ns
    build(small)
    again = files(small.lessons), (small.lessons / "01-small" / "small.ipynb").stat().st_mtime_ns
    shutil.rmtree(small.build)
    build(small)
    assert first == again and files(small.lessons) == first[0]


def test_lessons_of_removed_and_renamed_scripts_go(small):
    other = small.solutions / "02-other" / "other.py"
    other.parent.mkdir()
    other.write_text("# %%\n1\n")
    build(small)
    shutil.rmtree(other.parent)
    script_of(small).rename(script_of(small).with_name("renamed.py"))
    build(small)
    assert list(files(small.lessons)) == ["01-small/renamed.ipynb"]


ERRORS = {
    "misspelt role": ('# %% solution="slope"', '# %% solutoin="slope"', "cell 3 .*'solutoin'; known words are"),
    "two roles": ('# %% tests="slope"', '# %% tests="slope" locked="x"', "cell 4 .*locked and tests"),
    "unknown exercise": ('tests="slope"', 'tests="slop"', "cell 4 .*there is no exercise 'slop'; there are: slope"),
    "points that disagree": ('tests="slope"', 'tests="slope" points=7', "gives 7 points but .* is worth 1"),
    "points without a grade": ('locked="setup"', 'locked="setup" points=1', "points belong to"),
    "written answer without points": (" points=1.5", "", "a manual cell needs points="),
    "no Python": ("return 2 * x", "return 2 *", "cell 3 .*is not Python"),
    "solution left open": ("    ### END SOLUTION\n", "", "cell 3 .*must alternate, they come as BEGIN"),
    "solution elsewhere": ("\n1\n", "\n### BEGIN SOLUTION\n### END SOLUTION\n", "cell 6 .*does not say solution"),
    "answer elsewhere": ("\n1\n", "\nx = 1  # answer\n", "cell 6 .*does not say solution"),
    "code as written answer": ("[markdown] manual", "manual", "cell 5 .*a manual cell is markdown, this one is code"),
    "id with a space": ('"why"', '"why not"', "letters, digits and hyphens"),
    "doubled id": ('"why"', '"setup"', "used twice: setup"),
    "no tests": ('# %% tests="slope"\n', "# %%\n", 'a cell solution="slope" but no cell tests="slope"'),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_names_file_and_cell_and_leaves_the_lessons(small, name):
    build(small)
    before = files(small.lessons)
    there, instead, message = ERRORS[name]
    script_of(small).write_text(SMALL.replace(there, instead, 1))
    with pytest.raises(AuthoringError, match=message) as caught:
        build(small)
    assert "01-small/small.py" in str(caught.value)
    assert files(small.lessons) == before


def test_a_folder_with_two_scripts_is_named(small):
    shutil.copy(script_of(small), script_of(small).with_name("second.py"))
    with pytest.raises(AuthoringError, match="exactly one script, this one has second.py, small.py"):
        build(small)


def test_points_may_be_repeated_if_they_agree(small):
    script_of(small).write_text(SMALL.replace('tests="slope"', 'tests="slope" points=1'))
    assert build(small)


@pytest.mark.parametrize(
    ("line", "blank"),
    [
        ('    "z1": 1.0,  # answer', '    "z1": ...,'),
        ("    'a b': f(x, y),  # answer", "    'a b': ...,"),
        ("    gate = z1 > 0  # answer", "    gate = ..."),
        ('    t["z1"] = w * x == 3  # answer', '    t["z1"] = ...'),
        ("    return 2 * x  # answer", "    ...  # your code here"),
        ("    x == 2 or f(a=3)  # answer", "    ...  # your code here"),
        ("    x = 1  # answers nothing", "    x = 1  # answers nothing"),
    ],
)
def test_marked_lines_keep_their_names(line, blank):
    assert without_answers(line) == blank


# the lessons as they are


def test_the_committed_lessons_are_those_the_scripts_give(course):
    assert files(ROOT / "lessons") == files(course.lessons), "run `make lessons` and commit what it changes"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_no_line_of_an_answer_is_in_any_lesson(script):
    found = leaks(answers(script), ROOT / "lessons")
    assert found == {}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_jupyter_writes_a_script_back_as_it_was(script):
    options = dict(fmt="py:percent", config=load_jupytext_config(str(script)))
    text = script.read_text()
    assert jupytext.writes(jupytext.reads(text, **options), **options) == text


def test_only_scripts_lie_beside_scripts():
    """nbgrader hands every file of a source folder to the learners."""
    for lesson, script in scripts(replace(Course(), root=ROOT)).items():
        assert [p.name for p in (ROOT / "solutions" / lesson).iterdir() if p.name != "__pycache__"] == [script.name]
