"""Reading a submission and bringing its graded cells back, cell by cell."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.reader import LIMIT, Unreadable, read_notebook
from autograder.restore import MISSING, Known, restore

KNOWN = [
    Known("setup", "code", "import this", "c0", True, False, None),
    Known("f", "code", "def f(): ...", "c1", False, True, None),
    Known("f-tests", "code", "check('f', f)", "c2", True, False, 2.0),
    Known("why", "markdown", "*Your answer*", "c3", False, True, 1.0),
]


def released() -> list:
    """The four cells as handed out."""
    make = {"code": new_code_cell, "markdown": new_markdown_cell}
    return [make[one.cell_type](one.source, id=one.name, metadata={"nbgrader": one.labels()}) for one in KNOWN]


def ids(cells) -> list[str]:
    return [cell.id if cell.metadata else cell.source for cell in cells]


def relabel(cells, name, **labels):
    next(cell for cell in cells if cell.id == name).metadata.nbgrader |= labels
    return cells


def extra(source, name=None):
    labels = {"nbgrader": {"grade_id": name}} if name else {}
    return new_code_cell(source, id="x", metadata=labels)


ORDERS = {
    "untouched": (lambda c: c, ["setup", "f", "f-tests", "why"]),
    "tests deleted": (lambda c: [c[0], c[1], c[3]], ["setup", "f", "f-tests", "why"]),
    "tests and next cell deleted": (
        lambda c: [c[0], c[1], extra("helper")],
        ["setup", "f", "helper", "f-tests", "why"],
    ),
    "setup deleted": (lambda c: c[1:], ["setup", "f", "f-tests", "why"]),
    "answer deleted": (lambda c: [c[0], c[2], c[3]], ["setup", "f-tests", "why"]),
    "tests above answer": (lambda c: [c[2], c[0], c[1], c[3]], ["setup", "f", "f-tests", "why"]),
    "answer split": (lambda c: [c[0], c[1], extra("more"), *c[2:]], ["setup", "f", "more", "f-tests", "why"]),
    "tests copied": (lambda c: [*c, extra("check('f', f)", "f-tests")], ["setup", "f", "f-tests", "why"]),
    "stranger's id": (lambda c: [*c, extra("y = 1", "g-tests")], ["setup", "f", "f-tests", "why", "y = 1"]),
}


@pytest.mark.parametrize("name", ORDERS)
def test_every_known_cell_is_there_once_and_in_a_place_where_it_can_be_graded(name):
    change, expected = ORDERS[name]
    assert ids(restore(change(released()), KNOWN)) == expected


@pytest.mark.parametrize("field", ["points", "grade", "solution", "locked", "schema_version", "checksum", "task"])
@pytest.mark.parametrize("value", [True, False, 1e9, -1, 0, None, "x"])
def test_edited_labels_are_the_gradebooks_again(field, value):
    cells = released()
    for one in KNOWN:
        relabel(cells, one.name, **{field: value})
    assert [cell.metadata.nbgrader for cell in restore(cells, KNOWN)] == [one.labels() for one in KNOWN]


def test_locked_text_is_the_gradebooks_and_the_learners_stays():
    cells = released()
    for cell in cells:
        cell.source = "changed"
    sources = [cell.source for cell in restore(cells, KNOWN)]
    assert sources == ["import this", "changed", "check('f', f)", "changed"]


def test_cell_types_are_the_gradebooks():
    cells = [
        new_markdown_cell(c.source, id=c.id) if c.cell_type == "code" else new_code_cell(c.source, id=c.id)
        for c in released()
    ]
    assert [cell.cell_type for cell in restore(cells, KNOWN)] == [one.cell_type for one in KNOWN]


@pytest.mark.parametrize("copies", [["*Your answer*", "Mine."], ["Mine.", "*Your answer*"]])
def test_of_two_copies_the_changed_one_is_the_answer(copies):
    cells = released()[:3] + [new_markdown_cell(s, metadata={"nbgrader": {"grade_id": "why"}}) for s in copies]
    answer = next(cell for cell in restore(cells, KNOWN) if cell.id == "why")
    assert answer.source == "Mine."


def test_a_deleted_written_answer_is_not_taken_for_an_untouched_one():
    cells = restore(released()[:3], KNOWN)
    assert cells[-1].source == MISSING + "*Your answer*"


def test_cells_without_labels_or_ids_are_known_by_their_locked_text():
    cells = [
        new_code_cell(cell.source) if cell.cell_type == "code" else new_markdown_cell(cell.source)
        for cell in released()
    ]
    assert [cell.id for cell in restore(cells, KNOWN) if cell.metadata] == ["setup", "f-tests", "why"]


def test_tags_are_gone():
    cells = released()
    cells[2].metadata["tags"] = ["skip-execution"]
    assert all(set(cell.metadata) <= {"nbgrader"} for cell in restore(cells, KNOWN))


def test_another_notebook_is_refused():
    with pytest.raises(Unreadable, match="none of this lesson's cells"):
        restore([new_code_cell("1")], KNOWN)


def packed(*cells, **fields) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | fields).encode()


CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": ["x = 1\n", "y"], "outputs": [], "execution_count": 3}

ODD = {
    "plain": (packed(CELL), ["x = 1\ny"]),
    "byte order mark": (b"\xef\xbb\xbf" + packed(CELL), ["x = 1\ny"]),
    "utf-16 with mark": (packed(CELL).decode().encode("utf-16"), ["x = 1\ny"]),
    "utf-16 little": (packed(CELL).decode().encode("utf-16-le"), ["x = 1\ny"]),
    "utf-16 big": (packed(CELL).decode().encode("utf-16-be"), ["x = 1\ny"]),
    "no metadata": (packed(CELL, metadata=None), ["x = 1\ny"]),
    "strange cells": (packed(None, 3, [], {}, {"source": {}}, CELL), ["", "", "x = 1\ny"]),
    "strange lines": (packed(CELL | {"source": ["a", 1, None, "b"]}), ["ab"]),
    "version 3": (
        json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}).encode(),
        ["x"],
    ),
    "same id twice": (packed(CELL, CELL), ["x = 1\ny", "x = 1\ny"]),
    "unusable id": (packed(CELL | {"id": "a b/../c"}), ["x = 1\ny"]),
}


@pytest.mark.parametrize("name", ODD)
def test_what_can_be_read_is_read(name):
    data, sources = ODD[name]
    notebook = read_notebook(data)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == sources


def test_only_text_labels_and_pictures_survive():
    cell = CELL | {
        "outputs": [{"output_type": "stream"}],
        "metadata": {"tags": ["skip-execution"], "nbgrader": {"grade_id": "a", "evil": {"deep": []}}},
    }
    text = {"cell_type": "markdown", "source": "![](attachment:a.png)", "metadata": {},
            "attachments": {"a.png": {"image/png": "AA==", "text/html": "<script>"}, "b": 3}}  # fmt: skip
    code, prose = read_notebook(packed(cell, text)).cells
    assert (code.outputs, code.execution_count, code.metadata) == ([], None, {"nbgrader": {"grade_id": "a"}})
    assert prose.attachments == {"a.png": {"image/png": "AA=="}}


REFUSED = {
    "empty": (b" \n", "the file is empty"),
    "zeros": (b"\0" * 99, "the file is empty"),
    "binary": (b"PK\x03\x04\xff\xfe\xfd", "not text"),
    "cut off": (packed(CELL)[:-9], "cut off"),
    "prose": (b"Dear teacher, my dog ate it. " * 9, "not JSON"),
    "list": (b"[]", "holds a JSON list"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "RecursionError"),
    "big number": (b'{"cells": ' + b"9" * 5000 + b"}", "ValueError"),
    "no cells": (b"{}", "no list of cells"),
    "newer": (packed(CELL, nbformat=5), "the notebook's format is 5"),
    "large": (b"x" * (LIMIT + 1), "at most 20 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(name):
    data, reason = REFUSED[name]
    with pytest.raises(Unreadable, match=reason):
        read_notebook(data)
