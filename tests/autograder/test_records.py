"""Records: the same conditions give the same one, and nothing else is taken for one."""

import json
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.asking import BLOCKED
from autograder.course import Course
from autograder.outcome import Outcome, failed, undecided
from autograder.recording import MOST_OUTPUTS, make_record, put_record
from autograder.records import SCHEMA, BadRecord, Conditions, Pool, dump, load
from autograder.restore import submission_digest
from autograder.showing import LARGEST, LONGEST

CONDITIONS = Conditions("01-x", b"secret", {"timeout": 30})
SUBMISSION = "ab" * 32
OUTCOME = {"points": 1.5, "max_points": 2.0, "text": "a", "html": "<p>a</p>"}
STREAM = {"output_type": "stream", "name": "stdout", "text": "hello"}
ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "x", "traceback": ["a", "b"]}
SHOWN = {"output_type": "execute_result", "data": {"text/plain": "1", "text/html": "<b>1</b>", "image/png": "AA=="}}


def record(**changes) -> dict:
    told = CONDITIONS.told(SUBMISSION) | {"key": CONDITIONS.key(SUBMISSION), "layers": ["a layer"]}
    told |= {"outcomes": {"f-tests": OUTCOME, "g-tests": OUTCOME | {"points": None}}}
    told |= {
        "cells": [{"execution_count": 1, "outputs": [STREAM, ERROR, SHOWN]}, {"execution_count": None, "outputs": []}]
    }
    return told | changes


def outcome(**changes) -> dict:
    return record(outcomes={"f-tests": OUTCOME | changes})


def output(**changes) -> dict:
    return record(cells=[{"execution_count": 1, "outputs": [changes]}])


def cell(**changes) -> dict:
    return record(cells=[{"execution_count": 1, "outputs": []} | changes])


def without(name: str) -> dict:
    return {key: value for key, value in record().items() if key != name}


def test_a_record_is_read_as_it_was_written():
    text = dump(record())
    assert load(text, CONDITIONS, SUBMISSION) == record()
    assert dump(load(text, CONDITIONS, SUBMISSION)) == text


BAD = {
    "extra field": record(more=1),
    "other schema": record(schema=SCHEMA + 1),
    "schema true": record(schema=True),
    "other submission": record(submission="cd" * 32),
    "other lesson": record(lesson="02-y"),
    "other checks": record(checks="0" * 64),
    "other limits": record(limits={"timeout": 31}),
    "other versions": record(versions={"numpy": "1"}),
    "other key": record(key="0" * 64),
    "key with a line end": record(key=CONDITIONS.key(SUBMISSION) + "\n"),
    "layers no list": record(layers="all"),
    "layers no texts": record(layers=[1]),
    "outcomes a list": record(outcomes=[]),
    "outcome extra": outcome(more=1),
    "points negative": outcome(points=-0.5),
    "points above": outcome(points=2.5),
    "points far above": outcome(points=1e9, max_points=1e9),
    "points true": outcome(points=True),
    "points a text": outcome(points="2"),
    "points a list": outcome(points=[2]),
    "no text": outcome(text=None),
    "long text": outcome(text="x" * (LARGEST + 101)),
    "cells an object": record(cells={}),
    "count negative": cell(execution_count=-1),
    "count a half": cell(execution_count=1.5),
    "count true": cell(execution_count=True),
    "cell extra": cell(metadata={}),
    "outputs a text": cell(outputs="x"),
    "output unknown": output(output_type="update_display_data"),
    "output extra": output(**STREAM, metadata={}),
    "stream elsewhere": output(**STREAM | {"name": "stdlog"}),
    "stream no text": output(**STREAM | {"text": ["a"]}),
    "error no lines": output(**ERROR | {"traceback": "a"}),
    "javascript": output(output_type="display_data", data={"application/javascript": "alert(1)"}),
    "svg": output(output_type="display_data", data={"image/svg+xml": "<svg/>"}),
    "data no text": output(output_type="display_data", data={"text/plain": {}}),
    **{f"no {name}": without(name) for name in record()},
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused(name):
    with pytest.raises(BadRecord):
        load(json.dumps(BAD[name]), CONDITIONS, SUBMISSION)


TEXTS = {
    "empty": "",
    "cut off": dump(record())[:-20],
    "a list": "[]",
    "nothing": "null",
    "not a number": dump(record()).replace("1.5", "NaN"),
    "infinite": dump(record()).replace("1.5", "Infinity"),
    "huge": dump(record()).replace("1.5", "1e999"),
    "twice": dump(record()).replace('"points": 1.5', '"points": 0.5, "points": 1.5'),
    "deep": "[" * 100_000,
    "long": " " * (64 << 20) + dump(record()),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_no_record_are_refused(name):
    with pytest.raises(BadRecord):
        load(TEXTS[name], CONDITIONS, SUBMISSION)


def test_the_key_depends_on_everything_that_can_change_a_grade(monkeypatch):
    keys = {CONDITIONS.key(SUBMISSION), CONDITIONS.key("cd" * 32)}
    limits = [{"timeout": 31}, {"timeout": 30, "sandbox": "trusted"}]
    changes = [{"lesson": "02-y"}, {"secret": b"other"}, *({"limits": other} for other in limits)]
    keys |= {replace(CONDITIONS, **change).key(SUBMISSION) for change in changes}
    monkeypatch.setattr("autograder.records.versions", lambda: {"numpy": "1"})
    keys.add(CONDITIONS.key(SUBMISSION))
    monkeypatch.setattr("autograder.records.checks_digest", lambda: "0" * 64)
    keys.add(CONDITIONS.key(SUBMISSION))
    assert len(keys) == 8


def test_the_limits_are_the_configured_ones_and_the_secret_is_not_told():
    config = Course().config()
    config.AskExercises.course_key_file = "/somewhere/course.key"
    told = Conditions.of("01-x", b"secret", config).told(SUBMISSION)
    assert told["limits"]["timeout"] == 30 and told["limits"]["revivals"] == 3
    assert "secret" not in dump(told) and "course.key" not in dump(told)


@pytest.mark.parametrize("damage", ["", "{", "[]", "\0"])
def test_a_damaged_record_in_the_pool_is_none(tmp_path, damage):
    pool = Pool(tmp_path / "pool")
    assert pool.find(CONDITIONS, SUBMISSION) is None
    pool.keep(record())
    assert pool.find(CONDITIONS, SUBMISSION) == record()
    assert [path.name for path in pool.folder.iterdir()] == [f"{CONDITIONS.key(SUBMISSION)}.json"]
    pool.path(CONDITIONS.key(SUBMISSION)).write_text(damage)
    assert pool.find(CONDITIONS, SUBMISSION) is None


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
