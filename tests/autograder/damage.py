"""Submissions that came to harm: notebooks with changed cells, labels or format, and folders with something else."""

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat

LESSON = "02-two-layer-trace"
NOTEBOOK = "two_layer_trace.ipynb"


def notebook_edit(edit: Callable, start: str = "solution") -> Callable:
    """Fill the folder with an edited solution or release."""

    def fill(folder: Path, solution: Path, released: Path) -> None:
        notebook = json.loads((solution if start == "solution" else released).read_text())
        edited = edit(notebook)
        (folder / NOTEBOOK).write_text(json.dumps(notebook if edited is None else edited))

    return fill


def raw(make: Callable[[bytes], bytes], name: str = NOTEBOOK) -> Callable:
    """Fill the folder with changed bytes of the solution."""
    return lambda folder, solution, released: (folder / name).write_bytes(make(solution.read_bytes())) and None


def edited(data: bytes, edit: Callable) -> bytes:
    notebook = json.loads(data)
    edit(notebook)
    return json.dumps(notebook).encode()


def labelled(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]


def tests_cells(notebook: dict) -> list[dict]:
    return [cell for cell in labelled(notebook) if cell["id"].endswith("-tests")]


def find_cell(notebook: dict, name: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def source(cell: dict) -> str:
    return "".join(cell["source"])


# known mistakes


# damage that is repaired


def strip_labels(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def strip_labels_and_ids(notebook: dict) -> None:
    strip_labels(notebook)
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]


def delete_tests(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-tests")]


def copy_cells(notebook: dict) -> None:
    """Every labelled cell twice, as after copy and paste, which copies labels and ids too."""
    notebook["cells"] += copy.deepcopy(tests_cells(notebook))
    notebook["cells"].insert(0, copy.deepcopy(find_cell(notebook, "why-sign")))


def tests_first(notebook: dict) -> None:
    moved = tests_cells(notebook)
    notebook["cells"] = moved + [cell for cell in notebook["cells"] if cell not in moved]


def edit_flags(notebook: dict) -> None:
    for number, cell in enumerate(labelled(notebook)):
        labels = cell["metadata"]["nbgrader"]
        labels |= {"schema_version": [0, 1, 2, 4, 99, "3", None][number % 7], "points": 1000, "checksum": "0" * 32}
        labels |= {"grade": number % 2 == 0, "solution": number % 3 == 0, "locked": number % 5 == 0, "task": True}


def change_types(notebook: dict) -> None:
    for cell in labelled(notebook):
        cell["cell_type"] = "raw" if cell["cell_type"] == "markdown" else "markdown"
        cell.pop("outputs", None), cell.pop("execution_count", None)


def change_kernel(notebook: dict) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "nowhere", "display_name": "x", "language": "cobol"}, "widgets": [1]}


def split_answer(notebook: dict) -> None:
    """The answer's helper in a cell of its own, below the answer."""
    cell = find_cell(notebook, "dL-dw1")
    place = notebook["cells"].index(cell)
    helper = nbformat.v4.new_code_cell("def gate_of(z1):\n    return 1.0 if z1 > 0 else 0.0")
    notebook["cells"].insert(place + 1, dict(helper))
    cell["source"] = source(cell).replace("1.0 if z1 > 0 else 0.0", "gate_of(z1)")


def junk_cells(notebook: dict) -> None:
    notebook["cells"] = [None, 7, {}, {"cell_type": "alien", "source": 3, "metadata": []}, *notebook["cells"]]
    notebook["metadata"] = None


def make_noise(notebook: dict) -> None:
    """Warnings, text on stderr, failing cells in between: none of it is a wrong answer."""
    cell = find_cell(notebook, "dL-dw1")
    noise = "\n    import sys, warnings; print('noise', file=sys.stderr); warnings.warn('careful')"
    cell["source"] = source(cell).replace(":\n    z1", f":{noise}\n    z1", 1)
    notebook["cells"].insert(1, dict(nbformat.v4.new_code_cell("raise ValueError('half an idea')")))


def older_format(notebook: dict) -> dict:
    return nbformat.convert(nbformat.reads(json.dumps(notebook), as_version=4), 3)


# handing in something else


def as_folder(folder: Path, solution: Path, released: Path) -> None:
    (folder / NOTEBOOK).mkdir()


def as_link(folder: Path, solution: Path, released: Path) -> None:
    (folder / NOTEBOOK).symlink_to(solution)


def with_pipe(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    os.mkfifo(folder / "data.csv")


def with_large_file(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    with open(folder / "data.bin", "wb") as file:
        file.truncate(101 << 20)  # takes no room on the disk


def with_bad_time(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    (folder / "timestamp.txt").write_text("the day before yesterday")


def with_second_notebook(folder: Path, solution: Path, released: Path) -> None:
    raw(bytes)(folder, solution, released)
    (folder / "scratch.ipynb").write_text("{}")


def no_lesson_folder(folder: Path, solution: Path, released: Path) -> None:
    folder.rename(folder.with_name("02_two_layers"))


def other_lesson(folder: Path, solution: Path, released: Path) -> None:
    other = next((solution.parents[1] / "00-start-here").glob("*.ipynb"))
    (folder / NOTEBOOK).write_bytes(other.read_bytes())
