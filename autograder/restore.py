"""Bring a submission's graded cells back to what the gradebook says they are, whatever became of them."""

import hashlib
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.reader import Unreadable

MISSING = "*The cell for this answer was missing from the submission; it was added back for the instructor.*\n\n"


@dataclass(frozen=True)
class Known:
    """One cell of the released lesson that nbgrader keeps track of."""

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    points: float | None

    @property
    def role(self) -> str:
        """locked, solution, tests or manual."""
        if self.points is None:
            return "solution" if self.solution else "locked"
        return "manual" if self.solution else "tests"

    def labels(self) -> NotebookNode:
        """nbgrader's metadata of this cell."""
        points = {} if self.points is None else {"points": self.points}
        return nbformat.from_dict(
            {
                "grade": self.points is not None,
                "grade_id": self.name,
                "locked": self.locked,
                "solution": self.solution,
                "task": False,
                "schema_version": 3,
                "checksum": self.checksum,
                "cell_type": self.cell_type,
                **points,
            }
        )


def known_cells(notebook: Notebook) -> list[Known]:
    """The lesson's cells as the gradebook keeps them, in their order."""
    points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    return [
        Known(c.name, c.cell_type, c.source, c.checksum, c.locked, c.name in solutions, points.get(c.name))
        for c in notebook.source_cells
    ]


class RestoreCells(NbGraderPreprocessor):
    """First step of sanitizing: after it, flags, points, ids and locked text are the gradebook's."""

    def preprocess(self, nb, resources):
        """Restore one notebook; Unreadable if it is not this lesson's notebook at all."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = known_cells(gradebook.find_notebook(about["notebook"], about["assignment"]))
        nb.cells = restore(nb.cells, known)
        return nb, resources


def restore(cells: list[NotebookNode], known: list[Known]) -> list[NotebookNode]:
    """The same cells with every known cell once, labelled and in a place where it can be graded."""
    claims = _claims(cells, known)
    if not any(claims.values()):
        raise Unreadable("none of this lesson's cells is in it; it is the notebook of something else")
    kept = {one.name: _pick(claims[one.name], one) for one in known if claims[one.name]}
    tests = {k.name for k in known if k.role == "tests"}
    copies = [cell for name in tests for cell in claims[name] if cell is not kept.get(name)]
    cells = [cell for cell in cells if not any(cell is copy for copy in copies)]
    for cell in cells:
        cell.metadata = NotebookNode()
    for one in known:
        if one.name in kept:
            _label(kept[one.name], one)
    for position, one in enumerate(known):
        if one.name not in kept and one.role != "solution":
            kept[one.name] = _insert_missing(cells, one, [later.name for later in known[position + 1 :]], kept)
    _tests_after_solutions(cells, kept, claims)
    _rename(cells)
    return cells


def _claims(cells: list[NotebookNode], known: list[Known]) -> dict[str, list[NotebookNode]]:
    """Which cells say, by label, by id or by their unchanged locked text, that they are which known cell."""
    claims: dict[str, list[NotebookNode]] = {one.name: [] for one in known}
    texts = {one.source: one.name for one in known if one.locked}
    for cell in cells:
        ids = (cell.metadata.get("nbgrader", {}).get("grade_id"), cell.id, texts.get(cell.source))
        name = next((name for name in ids if name in claims), None)
        if name is not None:
            claims[name].append(cell)
    return claims


def _pick(copies: list[NotebookNode], one: Known) -> NotebookNode:
    """Of several answers the last that was changed, since an untouched copy is none; of locked cells the first."""
    if one.locked:
        return copies[0]
    return next((cell for cell in reversed(copies) if cell.source != one.source), copies[-1])


def _label(cell: NotebookNode, one: Known) -> None:
    cell.metadata = NotebookNode(nbgrader=one.labels())
    if one.locked:
        cell.source = one.source
    if cell.cell_type != one.cell_type:
        make = nbformat.v4.new_code_cell if one.cell_type == "code" else nbformat.v4.new_markdown_cell
        fresh = make(cell.source, metadata=cell.metadata, id=cell.id)
        cell.clear()
        cell.update(fresh)


def _insert_missing(cells: list, one: Known, later: list[str], kept: dict) -> NotebookNode:
    """Put a deleted cell back before the next known cell: by then all of the learner's code for it has run.

    A written answer gets a note, so that it differs from an untouched one: it is looked at, not scored 0.
    """
    make = nbformat.v4.new_code_cell if one.cell_type == "code" else nbformat.v4.new_markdown_cell
    cell = make(MISSING + one.source if one.role == "manual" else one.source)
    _label(cell, one)
    following = next((kept[name] for name in later if name in kept), None)
    cells.insert(len(cells) if following is None else _place(cells, following), cell)
    return cell


def _tests_after_solutions(cells: list, kept: dict, claims: dict) -> None:
    """A tests cell that was moved above the answer it asks about goes right below it."""
    for name, copies in claims.items():
        tests = kept.get(f"{name}-tests")
        if tests is None or not copies:
            continue
        answer = min(_place(cells, cell) for cell in copies)
        if _place(cells, tests) < answer:
            cells.pop(_place(cells, tests))
            cells.insert(answer, tests)


def _place(cells: list, wanted: NotebookNode) -> int:
    return next(place for place, cell in enumerate(cells) if cell is wanted)


def _rename(cells: list[NotebookNode]) -> None:
    """Known cells carry their grade_id as id, as in the lesson; others a number-free hash that cannot clash."""
    for number, cell in enumerate(cells):
        labels = cell.metadata.get("nbgrader")
        plain = hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()[:12]
        cell.id = labels.grade_id if labels else f"plain-{plain}"


def submission_digest(notebook: NotebookNode) -> str:
    """A hash of what a learner handed in: the cells' kinds, labels and texts, nothing that running them changes."""
    told = [[cell.cell_type, cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source] for cell in notebook.cells]
    return hashlib.sha256(repr(told).encode()).hexdigest()
