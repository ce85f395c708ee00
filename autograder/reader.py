"""Read a submitted notebook: keep each cell's kind, text and claimed id, drop everything else it carries."""

import codecs
import json
from collections.abc import Iterator

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

LIMIT = 20 << 20  # bytes; a lesson's notebook without outputs has about 50,000
PICTURES = {"image/png", "image/jpeg", "image/gif"}  # what a learner may paste into a written answer


class Unreadable(Exception):
    """A submitted file is not a notebook we can grade; the message says why in words for the instructor."""


class SubmissionExporter(NotebookExporter):
    """nbgrader's notebook-to-notebook exporter, but reading as `read_notebook` does."""

    def from_file(self, file_stream, resources=None, **kw):
        """Read the bytes below the text stream: the encoding is part of what may be wrong with them."""
        return self.from_notebook_node(read_notebook(file_stream.buffer.read()), resources, **kw)


def read_notebook(data: bytes) -> NotebookNode:
    """A clean notebook from a file's bytes; Unreadable says what is wrong with a file that has none."""
    if len(data) > LIMIT:
        raise Unreadable(f"the file has {len(data) >> 20} MB; at most {LIMIT >> 20} MB are read")
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("the file is empty")
    found = _parse(_decode(data))
    notebook = nbformat.v4.new_notebook(cells=list(_clean_cells(_cells(found))))
    notebook.nbformat_minor = 5
    return notebook


def _decode(data: bytes) -> str:
    """UTF-8, with or without a byte order mark, or UTF-16 as some Windows editors save it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1:2] == b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0":
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("the file is not text; a notebook is JSON in UTF-8") from None


def _parse(text: str) -> dict:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as problem:
        whole = "cut off or damaged" if problem.pos > len(text) * 0.9 else "not JSON"
        raise Unreadable(f"the file is {whole} (line {problem.lineno}: {problem.msg})") from None
    except (RecursionError, ValueError) as problem:
        raise Unreadable(f"the file's JSON is not a notebook's ({type(problem).__name__})") from None
    if not isinstance(found, dict):
        raise Unreadable(f"the file holds a JSON {type(found).__name__}, a notebook is an object")
    return found


def _cells(found: dict) -> list:
    """The raw cells of any format version we know; version 3 had them in worksheets."""
    version = found.get("nbformat", 4)
    if isinstance(version, int) and version > 4:
        raise Unreadable(f"the notebook's format is {version}; save it as format 4")
    cells = found.get("cells")
    if cells is None and isinstance(found.get("worksheets"), list):
        sheets = [sheet for sheet in found["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON but has no list of cells; it is not a notebook")
    return cells


def _clean_cells(cells: list) -> Iterator[NotebookNode]:
    taken: set[str] = set()
    for number, cell in enumerate(cells):
        if isinstance(cell, dict):
            clean = _clean_cell(cell)
            clean.id = _unique_id(cell.get("id"), number, taken)
            yield clean


def _clean_cell(cell: dict) -> NotebookNode:
    """A new cell with only the old one's kind, text, pasted pictures and nbgrader's labels."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    clean = make.get(cell.get("cell_type"), nbformat.v4.new_raw_cell)(source if isinstance(source, str) else "")
    if labels := _labels(cell):
        clean.metadata.nbgrader = labels
    if clean.cell_type == "markdown" and (pictures := _pictures(cell.get("attachments"))):
        clean.attachments = nbformat.from_dict(pictures)
    return clean


def _labels(cell: dict) -> NotebookNode | None:
    metadata = cell.get("metadata")
    labels = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(labels, dict):
        return None
    return nbformat.from_dict({k: v for k, v in labels.items() if isinstance(v, str | int | float)})


def _pictures(attachments: object) -> dict:
    if not isinstance(attachments, dict):
        return {}
    kept = {}
    for name, kinds in attachments.items():
        if isinstance(kinds, dict):
            kept[name] = {kind: data for kind, data in kinds.items() if kind in PICTURES and isinstance(data, str)}
    return {name: kinds for name, kinds in kept.items() if kinds}


def _unique_id(claimed: object, number: int, taken: set[str]) -> str:
    """The cell's own id if it is usable and still free, so that a cell without labels can be recognised by it."""
    usable = isinstance(claimed, str) and 0 < len(claimed) <= 64 and claimed.isascii()
    usable = usable and claimed.replace("-", "").replace("_", "").isalnum() and claimed not in taken
    chosen = claimed if usable else f"cell-{number}"
    while chosen in taken:
        chosen += "-"
    taken.add(chosen)
    return chosen
