"""A sample of the mutation run; `make mutants` runs all of it."""

import pytest
from mutants import ROOT, answer_lines, mutants, solutions, survivors

SAMPLE = 29  # one in so many


@pytest.mark.parametrize("lesson", sorted((ROOT / "solutions").glob("*/*.py")), ids=lambda path: path.parent.name)
def test_no_mutant_of_a_reference_answer_passes(lesson):
    for exercise_id, source, namespace in solutions(lesson):
        assert survivors(exercise_id, source, namespace, every=SAMPLE)[1] == [], exercise_id


def test_mutants_change_the_answer_and_nothing_else():
    source = "def f(x, y):\n    a = x + 1\n    b = a * y  # answer\n    return b"
    assert answer_lines(source) == {3}
    lines = {mutant.line for mutant in mutants(source)}
    assert {"b = a / y", "b = a", "b = y", "b = x * y"} <= lines and all(line.startswith("b = ") for line in lines)


def test_a_hole_in_a_check_is_seen():
    source = "def slope(x):\n    return 2 * x + 0 * x  # answer"
    tried, lived = survivors("slope", source, {})
    assert tried > len(lived) > 0
