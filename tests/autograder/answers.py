"""Every line that only a solution has, and where such lines can be found."""

import re
from pathlib import Path

import jupytext
import nbformat

REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
MARKED = re.compile(r"(.*?)\s*# answer$", re.MULTILINE)
FRAME = re.compile(r"(return|if|elif|else|for|while)\b[^-+*/@]*")  # "return gradients" occurs in any program
SHORT = 8  # a line of fewer characters, such as "t = {}", says nothing


def answers(script: Path) -> set[str]:
    """The lines inside BEGIN/END SOLUTION, those marked `# answer`, and the written answers."""
    lines = []
    for cell in jupytext.read(script, fmt="py:percent").cells:
        lines += [line for region in REGION.findall(cell.source) for line in region.splitlines()]
        lines += MARKED.findall(cell.source)
        lines += cell.source.splitlines() if "manual" in cell.metadata else []
    assert lines, f"{script} has no answers"
    return {line.strip() for line in lines if len(line.strip()) >= SHORT}


def computations(lines: set[str]) -> set[str]:
    """The lines that compute something; the others may well stand in the course's own code."""
    return {line for line in lines if not FRAME.fullmatch(line)}


def leaks(lines: set[str], folder: Path) -> dict[str, list[str]]:
    """File -> the answer lines that are in it, as lines of its own."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        present = {line.strip() for line in text_of(path).splitlines()}
        if both := sorted(lines & present):
            found[str(path.relative_to(folder))] = both
    return found


def text_of(path: Path) -> str:
    """A file's text, with a notebook's cells as they read."""
    if path.suffix == ".ipynb":
        return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    return path.read_text(encoding="utf-8", errors="replace")
