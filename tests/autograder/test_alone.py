"""One notebook in, one JSON text out."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import records
from autograder.__main__ import main
from autograder.alone import lesson_of
from autograder.reader import Unreadable

SOLUTION = "solutions/00-start-here/start_here.ipynb"


def run(path, classroom, capsys) -> tuple[int, dict]:
    status = main(["grade", str(path), "--json", "--classroom", str(classroom)])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_notebook_by_any_name_gives_its_record(course, tmp_path, capsys):
    path = tmp_path / "my homework.ipynb"
    path.write_bytes((course.build / SOLUTION).read_bytes())
    status, told = run(path, tmp_path / "class", capsys)
    assert status == 0 and told["lesson"] == "00-start-here"
    assert (told["outcomes"]["slope-tests"]["points"], told["outcomes"]["slope-tests"]["max_points"]) == (1, 1)
    assert records._validator()(told) == told
    assert run(path, tmp_path / "class", capsys) == (status, told)
    assert [entry.name for entry in (tmp_path / "class").iterdir()] == ["course.key"]


@pytest.mark.parametrize("content", [None, b"", b"{", json.dumps(new_notebook(cells=[new_code_cell("1")])).encode()])
def test_what_cannot_be_run_is_told_in_json_too(tmp_path, capsys, content):
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_bytes(content)
    status, told = run(path, tmp_path, capsys)
    assert status == 1 and told.keys() == {"schema", "problem"} and told["problem"]


def test_the_lesson_is_the_one_whose_exercises_are_in_the_notebook():
    labels = {"nbgrader": {"grade_id": "dL-dw1"}}
    assert lesson_of(new_notebook(cells=[new_code_cell("1", metadata=labels)])) == "02-two-layer-trace"
    assert lesson_of(new_notebook(cells=[new_code_cell("1", id="slope")])) == "00-start-here"
    with pytest.raises(Unreadable, match="no lesson's exercises"):
        lesson_of(new_notebook(cells=[new_code_cell("1")]))
