"""Take the answers out of a lesson: nbgrader's BEGIN/END SOLUTION regions, and single lines marked `# answer`."""

import re

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions

MARK = re.compile(r"\s*# answer$")
ENTRY = re.compile(r"""(\s*(?:"[^"]*"|'[^']*'): ).*""")  # one line of a dict
ASSIGNMENT = re.compile(r"(\s*[A-Za-z_][\w.]*(?:\[[^\]]*\])* = ).*")
STUB = "...  # your code here"


class ClearAnswers(ClearSolutions):
    """nbgrader's ClearSolutions, which also knows lines marked `# answer`; only their right-hand sides go."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int):
        """Clear one cell; a cell with marked lines keeps all its other lines."""
        if not (utils.is_solution(cell) and marked(cell.source)):
            return super().preprocess_cell(cell, resources, cell_index)
        cell.source = without_answers(cell.source)
        if self.begin_solution_delimeter in cell.source:
            return super().preprocess_cell(cell, resources, cell_index)
        return cell, resources


def marked(source: str) -> bool:
    """Does any line end in `# answer`?"""
    return any(MARK.search(line) for line in source.splitlines())


def without_answers(source: str) -> str:
    """The text with `...` in place of what stands in its marked lines."""
    return "\n".join(_blank(line) if MARK.search(line) else line for line in source.splitlines())


def _blank(line: str) -> str:
    """`"z1": 1.0,` keeps its key, `gate = z1 > 0` its name; of any other statement only the place is left."""
    if entry := ENTRY.fullmatch(MARK.sub("", line)):
        return f"{entry[1]}...,"
    if assignment := ASSIGNMENT.fullmatch(MARK.sub("", line)):
        return f"{assignment[1]}..."
    return line[: len(line) - len(line.lstrip())] + STUB
