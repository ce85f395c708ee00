"""From a notebook that ran to its record, and from the record back into the notebook."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_records import CONDITIONS

from autograder.asking import BLOCKED
from autograder.course import Course
from autograder.outcome import Outcome, failed, undecided
from autograder.recording import MOST_OUTPUTS, make_record, put_record
from autograder.records import dump, load
from autograder.restore import submission_digest
from autograder.showing import LARGEST, LONGEST


def graded_cell(name: str, points: float = 2.0):
    labels = {"grade": True, "solution": False, "locked": True, "grade_id": name, "points": points}
    return new_code_cell("check()", metadata={"nbgrader": labels})


def notebook():
    return new_notebook(
        cells=[new_code_cell("1"), new_markdown_cell("a"), graded_cell("f-tests"), graded_cell("g-tests")]
    )


class Asker:
    """Stands in for AskExercises: no kernel, but its outputs and outcomes."""

    outputs: list = []
    outcomes = {"f-tests": Outcome(1.5, "a", "<p>a</p>", answered=True), "g-tests": undecided("x")}
    count: object = 7

    def __init__(self, **config):
        pass

    def preprocess(self, nb, resources):
        nb.cells[0].update(outputs=self.outputs, execution_count=self.count)
        return nb, resources | {"outcomes": self.outcomes, "layers": ["b", "a"]}


@pytest.fixture
def asked(monkeypatch):
    """The record of a notebook whose first cell puts out what the test says."""
    monkeypatch.setattr("autograder.recording.AskExercises", Asker)

    def ask(outputs: list = (), **changes) -> dict:
        for name, value in {"outputs": list(outputs), **changes}.items():
            monkeypatch.setattr(Asker, name, value)
        made = make_record(notebook(), CONDITIONS, Course().config())
        return load(dump(made), CONDITIONS, submission_digest(notebook()))

    return ask


def test_a_record_is_put_into_its_notebook(asked):
    found, resources = notebook(), {}
    put_record(
        asked([new_output("stream", text="hello"), new_output("execute_result", data={"text/plain": "1"})]),
        found,
        resources,
    )
    assert resources["layers"] == ["a", "b"]
    assert {name: one.points for name, one in resources["outcomes"].items()} == {"f-tests": 1.5, "g-tests": None}
    assert [output.output_type for output in found.cells[0].outputs] == ["stream", "execute_result"]
    assert found.cells[0].execution_count == found.cells[0].outputs[1].execution_count == 7
    assert found.cells[2].outputs[0].data["text/html"] == "<p>a</p>"


def odd(kind: str, **parts):
    """An output as a hostile kernel sends it: new_output would refuse some."""
    made = new_output(kind)
    made.update(parts)
    return made


ODD_OUTPUTS = [
    odd("stream", name="stdlog", text="x" * (LONGEST + 99)),
    odd("stream", name="stdout", text="a\0b\ud800c"),
    odd("stream", name=["stdout"], text={"a": 1}),
    odd("error", ename=3, evalue=None, traceback="x"),
    odd("error", ename="x" * (LONGEST + 99), evalue="", traceback=[1, "b"] * 999),
    odd(
        "display_data", data={"application/javascript": "alert(1)", "text/plain": ["a"], "image/png": "AA==", "x/y": {}}
    ),
    odd("display_data", data={"text/html": "&" * (LARGEST - 1)}),
    odd("display_data", data={"text/html": "<script>alert(1)</script>"}, metadata={"a": [1]}),
]


@pytest.mark.parametrize("number", range(len(ODD_OUTPUTS)))
def test_whatever_a_kernel_puts_out_a_record_of_it_can_be_made_and_read(asked, number):
    made = asked([ODD_OUTPUTS[number]])
    assert "alert(1)" not in dump(made)
    assert "\\u0000" not in dump(made) and "\\ud800" not in dump(made)
    put_record(made, notebook(), {})


def test_endless_outputs_are_left_out(asked):
    many = asked([new_output("stream", text="x")] * (MOST_OUTPUTS + 1))
    assert len(many["cells"][0]["outputs"]) == MOST_OUTPUTS
    large = asked([new_output("display_data", data={"text/plain": "x" * LONGEST})] * (MOST_OUTPUTS + 1))
    assert large["cells"][0]["outputs"] == []


@pytest.mark.parametrize(
    "text", ["<a.B object at 0x7f2ead13dfd0>", "/tmp/ipykernel_4711/12.py:1: Warning", "/tmp/learner-a1b2c3_d/x.py"]
)
def test_what_differs_from_run_to_run_is_left_out(asked, text):
    outputs = [new_output("stream", text=text), new_output("error", ename="E", evalue=text, traceback=[text])]
    outputs += [new_output("display_data", data={"text/plain": text})]
    told = dump(asked(outputs, outcomes={"f-tests": failed(text), "g-tests": undecided(text)}))
    assert not any(chance in told for chance in ("7f2ead13dfd0", "_4711", "a1b2c3_d"))


@pytest.mark.parametrize("count", [-1, 1.5, True, "7", 10**9, None])
def test_an_odd_count_of_executions_is_none(asked, count):
    assert asked(count=count)["cells"][0]["execution_count"] is None


def test_a_cell_that_ended_its_kernel_is_not_counted(asked):
    assert asked([new_output("stream", name="stderr", text=BLOCKED)])["cells"][0]["execution_count"] is None


def test_a_long_card_loses_its_html_only(asked):
    outcomes = {"f-tests": Outcome(1.0, "a", "x" * (LARGEST + 1)), "g-tests": failed("y" * LARGEST)}
    told = asked(outcomes=outcomes)["outcomes"]
    assert (told["f-tests"]["text"], told["f-tests"]["html"]) == ("a", "")
    assert len(told["g-tests"]["text"]) == LONGEST


def test_an_outcome_of_other_points_or_none_is_no_score(asked):
    made, resources = asked(), {}
    del made["outcomes"]["g-tests"]
    made["outcomes"]["f-tests"]["max_points"] = 3.0
    put_record(made, notebook(), resources)
    assert [one.points for one in resources["outcomes"].values()] == [None, None]


def test_a_record_of_other_cells_does_not_fit(asked):
    made = asked()
    with pytest.raises(ValueError):
        put_record(made, new_notebook(cells=[new_code_cell("1")]), {})
