"""An example class, graded once through nbgrader: one row a student, and nobody's trouble is another's."""

import csv
from dataclasses import replace

import pytest
from example_class import ATTACKS, EXERCISES, FULL, LESSON, ROUNDS, WRITTEN, hand_in, learners, mistakes_of_round
from nbgrader.api import Gradebook

from autograder.grading import grade_lesson
from autograder.rows import Row

CLASS = {learner.name: learner for learner in learners()}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def graded(course) -> dict[str, Row]:
    hand_in(course, list(CLASS.values()))
    return {row.student: row for row in grade_lesson(course, LESSON)}


@pytest.fixture(scope="module")
def gradebook(course, graded):
    with Gradebook(course.db_url) as opened:
        yield opened


def scores(gradebook, student: str) -> dict[str, float | None]:
    grades = gradebook.find_submission(LESSON, student).notebooks[0].grades
    return {grade.name: grade.auto_score for grade in grades}


def test_one_row_a_student(graded):
    assert list(graded) == sorted(CLASS)


@pytest.mark.parametrize("name", [name for name in CLASS if not name.startswith("round-")])
def test_points_are_as_earned(graded, name):
    row, learner = graded[name], CLASS[name]
    assert row.points == learner.points, row.note
    assert learner.says in row.note
    assert row.max_points == FULL + WRITTEN


@pytest.mark.parametrize("name", [name for name, one in CLASS.items() if one.points == FULL])
def test_a_right_answer_is_right_in_every_exercise(gradebook, name):
    found = scores(gradebook, name)
    assert {f"{id}-tests": exercise.points for id, exercise in EXERCISES.items()}.items() <= found.items()


@pytest.mark.parametrize(
    "name", ["right", "utf-16-and-labels-stripped", "ids-stripped", "cells-copied", "types-changed"]
)
def test_written_answers_wait_for_the_instructor(graded, gradebook, name):
    assert graded[name].pending == 2
    assert (scores(gradebook, name)["why-sign"], scores(gradebook, name)["which-way"]) == (None, None)


@pytest.mark.parametrize("name", ["untouched", *ATTACKS])
def test_without_an_answer_the_score_is_exactly_zero(gradebook, name):
    assert set(scores(gradebook, name).values()) == {0.0}


@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_known_mistakes_are_named_in_the_comments(gradebook, number):
    notebook = gradebook.find_submission(LESSON, f"round-{number:02}").notebooks[0]
    comments = {comment.name: comment.auto_comment for comment in notebook.comments}
    grades = {grade.name: grade.auto_score for grade in notebook.grades}
    for exercise, mistake in mistakes_of_round(number):
        assert mistake.title in comments[exercise.id], (exercise.id, mistake.id, comments[exercise.id])
        assert grades[f"{exercise.id}-tests"] < exercise.points


def test_every_known_mistake_is_made_by_somebody():
    made = {(exercise.id, mistake.id) for n in range(1, ROUNDS + 1) for exercise, mistake in mistakes_of_round(n)}
    assert made == {(exercise.id, mistake.id) for exercise in EXERCISES.values() for mistake in exercise.mistakes}


def test_feedback_shows_the_card(course, graded):
    page = (course.classroom / "feedback" / "round-01" / LESSON / "two_layer_trace.html").read_text()
    title = mistakes_of_round(1)[0][1].title
    assert title in page and "<script>alert" not in page


def test_csv_has_one_line_a_graded_student_and_no_zero_for_others(course, graded):
    with open(course.classroom / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in rows.items() if row["score"]} == {
        name: row.points for name, row in graded.items() if row.points is not None
    }


def everything(course) -> dict[str, bytes]:
    """All that an instructor looks at: every file but the database, and the database's rows."""
    files = sorted(path for path in course.classroom.rglob("*") if path.is_file() and path.name != "gradebook.db")
    found = {str(path): path.read_bytes() for path in files}
    with Gradebook(course.db_url) as gradebook:
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student", "source_cell"):
            with gradebook.engine.connect() as connection:
                rows = connection.exec_driver_sql(f"select * from {table}").fetchall()
            found[table] = repr(sorted(map(repr, rows))).encode()
    return found


def test_a_second_run_changes_nothing_and_a_changed_submission_only_itself(course, graded):
    before = everything(course)
    assert {row.student: row for row in grade_lesson(course, LESSON)} == graded
    assert everything(course) == before
    mine = course.classroom / "submitted" / "right" / LESSON / "two_layer_trace.ipynb"
    mine.write_text(mine.read_text().replace("* w2 * gate", "* gate"))
    after = {row.student: row for row in grade_lesson(course, LESSON)}
    assert after == graded | {"right": replace(graded["right"], points=FULL - EXERCISES["dL-dw1"].points)}


def test_an_earlier_grade_stands_when_the_new_submission_is_damaged(course, graded):
    mine = course.classroom / "submitted" / "cells-copied" / LESSON / "two_layer_trace.ipynb"
    mine.write_bytes(mine.read_bytes()[:500])
    row = next(iter(grade_lesson(course, LESSON, "cells-copied")))
    assert row.points == FULL and "the grade of an earlier submission stands" in row.note
