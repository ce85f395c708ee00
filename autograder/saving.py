"""Write outcomes into the gradebook, in the place of nbgrader's guess from a cell's outputs."""

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.asking import is_tests
from autograder.outcome import Outcome, undecided


class SaveOutcomes(NbGraderPreprocessor):
    """Last step of autograding: one score for each graded cell, one comment for each answer."""

    def preprocess(self, nb, resources):
        """Write all of one submission, then commit: a stop in between leaves the old scores."""
        about = resources["nbgrader"]
        where = (about["notebook"], about["assignment"], about["student"])
        with Gradebook(about["db_url"]) as gradebook:
            for cell in nb.cells:
                if is_tests(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    missing = undecided("no outcome was recorded")
                    save_outcome(gradebook, where, grade_id, resources["outcomes"].get(grade_id, missing))
                elif utils.is_grade(cell):
                    save_written(gradebook, where, cell)
            gradebook.db.commit()
        return nb, resources


def save_outcome(gradebook: Gradebook, where: tuple, grade_id: str, outcome: Outcome) -> None:
    """The score of an asked exercise; its text is the comment at the learner's answer."""
    save_score(gradebook, where, grade_id, outcome.points)
    gradebook.find_comment(grade_id.removesuffix("-tests"), *where).auto_comment = outcome.text


def save_written(gradebook: Gradebook, where: tuple, cell: NotebookNode) -> None:
    """An untouched written answer is worth 0; any other waits for the instructor."""
    grade_id = cell.metadata.nbgrader.grade_id
    untouched = utils.compute_checksum(cell) == cell.metadata.nbgrader.checksum
    save_score(gradebook, where, grade_id, 0.0 if untouched else None)
    gradebook.find_comment(grade_id, *where).auto_comment = "No response." if untouched else None


def save_score(gradebook: Gradebook, where: tuple, grade_id: str, points: float | None) -> None:
    """A score given by hand stays, and is to be looked at again."""
    grade = gradebook.find_grade(grade_id, *where)
    grade.auto_score = points
    grade.needs_manual_grade = points is None or grade.manual_score is not None
