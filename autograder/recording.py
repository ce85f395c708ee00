"""Make a submission's record by running it, and put a record into its notebook as if it had just been run."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput, NbGraderPreprocessor
from traitlets import Bool, Unicode
from traitlets.config import Config

from autograder.asking import BLOCKED, AskExercises, is_tests
from autograder.key import course_key
from autograder.outcome import Outcome, undecided
from autograder.records import Conditions, Pool
from autograder.restore import submission_digest
from autograder.showing import LARGEST, LONGEST, CleanOutputs

CHANCE = re.compile(r"(?<= at 0x)[0-9a-fA-F]{6,16}\b|(?<=/ipykernel_)\d+|(?<=/learner-)\w{8}\b")  # differs run by run
MOST_OUTPUTS = 1000  # of one cell
MOST_COUNTED = 1_000_000  # where In [] stops
MOST_SHOWN = 20_000_000  # characters that all cells together put out


class FromRecord(NbGraderPreprocessor):
    """First step of autograding: the submission's record is looked up, or made on the spot, and put into the notebook.

    The outcomes are left in `resources["outcomes"]` under the cells' grade_ids.
    """

    pool = Unicode("classroom/records/pool", help="The folder where records are kept.").tag(config=True)
    fresh = Bool(True, help="Run every submission, also one that has a record.").tag(config=True)

    def preprocess(self, nb, resources):
        """Find or make the record; `make_record`'s exceptions where the submission cannot be run."""
        secret = course_key(Path(AskExercises(config=self.config).course_key_file))
        conditions = Conditions.of(resources["nbgrader"]["assignment"], secret, self.config)
        pool = Pool(Path(self.pool))
        record = None if self.fresh else pool.find(conditions, submission_digest(nb))
        if record is None:
            record = make_record(nb, conditions, self.config)
            pool.keep(record)
        put_record(record, nb, resources)
        return nb, resources


def make_record(notebook: NotebookNode, conditions: Conditions, config: Config) -> dict:
    """Run a sanitized submission; what its cells put out is cleaned here, in the worker's time."""
    submission = submission_digest(notebook)
    asker = AskExercises(config=config, coalesce_streams=True)  # how output is cut into messages is a matter of chance
    about = {"course_key": conditions.secret, "nbgrader": {"assignment": conditions.lesson}}
    ran, resources = asker.preprocess(nbformat.from_dict(notebook), about)
    for cell in ran.cells:
        if cell.cell_type == "code":
            cell.outputs = [_plain(output) for output in cell.outputs[:MOST_OUTPUTS]]
    for step in (LimitOutput(config=config), CleanOutputs(config=config)):
        ran, _ = step.preprocess(ran, {})
    points = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in ran.cells if is_tests(cell)}
    return {
        "key": conditions.key(submission),
        **conditions.told(submission),
        "layers": sorted(resources.get("layers", [])),
        "outcomes": {name: _told(outcome, points[name]) for name, outcome in resources["outcomes"].items()},
        "cells": _within(MOST_SHOWN, [_shown(cell) for cell in ran.cells]),
    }


def _within(most: int, cells: list[dict]) -> list[dict]:
    """The same cells, without outputs from where all of them together are more than anybody will read."""
    for cell in cells:
        most -= len(repr(cell["outputs"]))
        if most < 0:
            cell["outputs"] = []
    return cells


def _plain(output: NotebookNode) -> NotebookNode:
    """Only what a page shows, and texts only: a kernel may send anything in their place."""
    kind = output.output_type
    if kind == "stream":
        name = output.name if output.name in ("stdout", "stderr") else "stdout"
        return NotebookNode(output_type=kind, name=name, text=_text(output.text, LONGEST))
    if kind == "error":
        lines = output.traceback if isinstance(output.traceback, list) else []
        told = {name: _text(output[name], LONGEST) for name in ("ename", "evalue")}
        return NotebookNode(output_type=kind, **told, traceback=[_text(line, LONGEST) for line in lines])
    data = {name: _text(shown) for name, shown in output.data.items() if isinstance(shown, str)}
    return NotebookNode(output_type=kind, data=NotebookNode(data), metadata=NotebookNode())


def _text(found: object, most: int = LARGEST) -> str:
    """A text without what chance put into it, as files and databases take it.

    PostgreSQL has no NUL, UTF-8 no half of a surrogate pair.
    """
    whole = CHANCE.sub("...", found[:most]) if isinstance(found, str) else ""
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _told(outcome: Outcome, most: float) -> dict:
    html = outcome.html if len(outcome.html) <= LARGEST else ""
    return {"points": outcome.points, "max_points": most, "text": _text(outcome.text, LONGEST), "html": _text(html)}


def _shown(cell: NotebookNode) -> dict:
    """A cell's outputs without what can be made again: a tests cell shows its outcome's card."""
    if cell.cell_type != "code" or is_tests(cell):
        return {"execution_count": None, "outputs": []}
    count = cell.execution_count
    blocked = any(output.get("text") == BLOCKED for output in cell.outputs)  # then it is chance whether it was counted
    counted = type(count) is int and 0 <= count <= MOST_COUNTED and not blocked
    return {"execution_count": count if counted else None, "outputs": [_kept(output) for output in cell.outputs]}


def _kept(output: NotebookNode) -> dict:
    parts = {name: part for name, part in output.items() if name != "metadata"}
    if "data" in parts:
        parts["data"] = {kind: text for kind, text in parts["data"].items() if len(text) <= LARGEST}
    return parts


def put_record(record: dict, notebook: NotebookNode, resources: dict) -> None:
    """Fill a sanitized notebook and nbgrader's resources with what a record says."""
    resources["outcomes"] = {}
    resources["layers"] = record["layers"]
    for cell, told in zip(notebook.cells, record["cells"], strict=True):
        if is_tests(cell):
            outcome = _outcome(record, cell.metadata.nbgrader)
            resources["outcomes"][cell.metadata.nbgrader.grade_id] = outcome
            data = {"text/plain": outcome.text, "text/html": outcome.html}
            cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        elif cell.cell_type == "code":
            cell.execution_count = told["execution_count"]
            cell.outputs = [_output(output, cell) for output in told["outputs"]]


def _outcome(record: dict, labels: NotebookNode) -> Outcome:
    told = record["outcomes"].get(labels.grade_id)
    if told is None:
        return undecided("no outcome was recorded")
    if told["max_points"] != labels.points:
        return undecided(f"its record is of {told['max_points']} points, the lesson's exercise has {labels.points}")
    return Outcome(told["points"], told["text"], told["html"])


def _output(told: dict, cell: NotebookNode) -> NotebookNode:
    count = {"execution_count": cell.execution_count} if told["output_type"] == "execute_result" else {}
    return nbformat.v4.new_output(**told, **count)
