"""From a percent script to an instructor's notebook: roles become nbgrader metadata, every cell gets a stable id."""

import ast
import hashlib
import re
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.clearing import marked, without_answers
from backprop import exercises

ROLES = {  # the one word an author writes -> the cell types that may carry it, what nbgrader stores
    "locked": ({"code", "markdown"}, dict(grade=False, locked=True, solution=False)),
    "solution": ({"code"}, dict(grade=False, locked=False, solution=True)),
    "tests": ({"code"}, dict(grade=True, locked=True, solution=False)),
    "manual": ({"markdown"}, dict(grade=True, locked=False, solution=True)),
}
MARKER_WORDS = ROLES.keys() | {"points", "tags"}
JUPYTEXT_WORDS = {"cell_marker", "lines_to_next_cell"}  # how the script was laid out, of no use in a notebook
SAFE_ID = re.compile(r"[A-Za-z0-9-]{1,58}")
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class AuthoringError(Exception):
    """A lesson's script cannot become a notebook; the message names the file and the cell."""


def author(script: Path) -> NotebookNode:
    """The instructor's notebook of a percent script, answers included; AuthoringError names file and cell."""
    notebook = jupytext.reads(_text(script), fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            _author_cell(cell)
        except ValueError as problem:
            raise AuthoringError(f"{shown(script)}, cell {number} ({_first_line(cell)}): {problem}") from None
    _check_pairs(script, notebook)
    _number_plain_cells(notebook)
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def _text(script: Path) -> str:
    try:
        return script.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise AuthoringError(f"{shown(script)}: not UTF-8 text ({problem}); save it as UTF-8") from None


def _author_cell(cell: NotebookNode) -> None:
    """Turn the words in one cell's marker into nbgrader metadata."""
    words = {word: value for word, value in cell.metadata.items() if word not in JUPYTEXT_WORDS}
    _check_words(words)
    _check_source(cell, "solution" in words)
    cell.metadata = nbformat.from_dict({"tags": words["tags"]} if "tags" in words else {})
    roles = ROLES.keys() & words.keys()
    if roles:
        cell.metadata.nbgrader = _nbgrader_metadata(cell, roles.pop(), words)
    cell.pop("id", None)


def _check_words(words: dict) -> None:
    unknown = sorted(words.keys() - MARKER_WORDS)
    if unknown:
        raise ValueError(f"the marker says {unknown[0]!r}; known words are {', '.join(sorted(MARKER_WORDS))}")
    roles = sorted(ROLES.keys() & words.keys())
    if len(roles) > 1:
        raise ValueError(f"a cell has one role, this one has {' and '.join(roles)}")
    if "points" in words and not {"tests", "manual"} & words.keys():
        raise ValueError("points belong to a tests or a manual cell")


def _check_source(cell: NotebookNode, is_solution: bool) -> None:
    marks = re.findall(r"(BEGIN|END) SOLUTION", cell.source)
    if marks and not is_solution:
        raise ValueError('it has a BEGIN/END SOLUTION region but its marker does not say solution="..."')
    if marks != ["BEGIN", "END"] * (len(marks) // 2):
        raise ValueError(f"BEGIN SOLUTION and END SOLUTION must alternate, they come as {' '.join(marks)}")
    if marked(cell.source) and not is_solution:
        raise ValueError('it has a line marked "# answer" but its marker does not say solution="..."')
    if is_solution and cell.cell_type == "code" and not marks and not marked(cell.source):
        raise ValueError('its answer is not marked: end its lines in "# answer", or put a BEGIN/END SOLUTION region')
    if cell.cell_type == "code":
        _check_python(cell.source)
        _check_python(without_answers(cell.source), "without its answers, ")


def _check_python(source: str, how: str = "") -> None:
    try:
        ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as problem:
        raise ValueError(f"{how}line {problem.lineno} is not Python: {problem.msg}") from None


def _nbgrader_metadata(cell: NotebookNode, role: str, words: dict) -> dict:
    types, flags = ROLES[role]
    name = words[role]
    if not isinstance(name, str) or not SAFE_ID.fullmatch(name):
        raise ValueError(f"{role}={name!r}: an id is up to 58 letters, digits and hyphens, in quotes")
    if cell.cell_type not in types:
        raise ValueError(f"a {role} cell is {' or '.join(sorted(types))}, this one is {cell.cell_type}")
    grade_id = f"{name}-tests" if role == "tests" else name
    points = {"points": _points(role, name, words.get("points"))} if flags["grade"] else {}
    return {**flags, **points, "grade_id": grade_id, "schema_version": 3, "task": False}


def _points(role: str, name: str, given: object) -> float:
    """Points of a graded cell: an exercise says them itself, a written answer's marker does."""
    if role == "tests":
        try:
            said = exercises.find(name).points
        except exercises.UnknownExercise as problem:
            raise ValueError(problem) from None
        if given is not None and given != said:
            raise ValueError(f"the marker gives {given} points but exercise {name!r} is worth {said}; remove points=")
        return said
    if isinstance(given, bool) or not isinstance(given, int | float) or given <= 0:
        raise ValueError(f"a manual cell needs points=, a number above 0, and has {given!r}")
    return given


def _check_pairs(script: Path, notebook: NotebookNode) -> None:
    """Every id once; a tests cell after each solution cell and the other way round."""
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    doubled = [name for name, times in Counter(ids).items() if times > 1]
    if doubled:
        raise AuthoringError(f"{shown(script)}: {len(doubled)} id(s) used twice: {', '.join(doubled)}")
    roles = {(cell.metadata.nbgrader.grade_id, _role(cell)) for cell in notebook.cells if "nbgrader" in cell.metadata}
    solutions = {name for name, role in roles if role == "solution"}
    tests = {name.removesuffix("-tests") for name, role in roles if role == "tests"}
    for name in sorted(solutions ^ tests):
        has, lacks = ("solution", "tests") if name in solutions else ("tests", "solution")
        raise AuthoringError(f'{shown(script)}: there is a cell {has}="{name}" but no cell {lacks}="{name}"')


def _role(cell: NotebookNode) -> str:
    flags = {flag: cell.metadata.nbgrader[flag] for flag in ("grade", "locked", "solution")}
    return next(role for role, (_, stored) in ROLES.items() if stored == flags)


def _number_plain_cells(notebook: NotebookNode) -> None:
    """A cell's id is its grade_id, or a hash of its source; equal cells are told apart by counting them."""
    seen = Counter()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.id = cell.metadata.nbgrader.grade_id
        else:
            seen[cell.source] += 1
            cell.id = hashlib.sha256(f"{seen[cell.source]} {cell.source}".encode()).hexdigest()[:12]


def shown(script: Path) -> str:
    """A script's name as an author knows it: solutions/01-chain-rule/chain_rule.py."""
    return "/".join(script.parts[-3:])


def _first_line(cell: NotebookNode) -> str:
    lines = cell.source.strip().splitlines()
    return repr(lines[0][:50]) if lines else "empty"
