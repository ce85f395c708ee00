"""Blanks inside a line: an answer that ends in `# answer` is replaced by dots, the rest of its line stays."""

import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_solution

ANSWER = re.compile(r"^(?P<kept>\s*(?:return\b|[\"'\w]+\s*[=:])\s*).+?(?P<comma>,?)[ ]*# answer$", re.MULTILINE)


def blank(source: str) -> str:
    """The source as a learner gets it.

    >>> blank("z1 = w1 * x + b1  # answer")
    'z1 = ...'
    """
    return ANSWER.sub(r"\g<kept>...\g<comma>", source)


class ClearAnswers(ClearSolutions):
    """nbgrader's ClearSolutions, which clears whole regions, and beside it single blanks."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Blank the marked lines; a cell without any is cleared as nbgrader does it."""
        learners = blank(cell.source)
        if not is_solution(cell) or learners == cell.source:
            return super().preprocess_cell(cell, resources, cell_index)
        if "# answer" in learners:
            form = "`name = value`, `key: value` or `return value`"
            raise ValueError(f"`# answer` stands at the end of a line of the form {form}:\n{learners}")
        cell.source = learners
        return cell, resources
