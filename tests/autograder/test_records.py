"""Records: the same conditions give the same one, and nothing else is taken for one."""

import json
from dataclasses import replace

import pytest

from autograder.course import Course
from autograder.records import SCHEMA, BadRecord, Conditions, Pool, dump, load
from autograder.showing import LARGEST

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
