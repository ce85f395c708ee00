"""The bug hunt: each suspect has exactly one bad line, the gradient check sees it, and mending it makes all right."""

from dataclasses import replace

import numpy as np
import pytest

from backprop.bug_hunt import CAUSES, Suspect, bug_hunt, plans
from backprop.bug_hunt._source import source
from backprop.exercises.matrix_backprop.hunting import PARAMETERS, right_gradient

NUMBERS = [0, 1, 7, 4711, 20_261_122, 10**9, 10**12 - 1]


def difference(expected, given):
    """Relative, by norm; what has another shape is as wrong as can be."""
    return np.linalg.norm(given - expected) / np.linalg.norm(expected) if given.shape == expected.shape else np.inf


def bad_lines(plan):
    """The numbers of the lines that differ from the right code, and their right text."""
    pairs = zip(source(plan), source(replace(plan, cause="none")), strict=True)
    return [(number, right) for number, (came, right) in enumerate(pairs, 1) if came != right]


def measured(suspect, name, step=1e-5):
    """Central differences of the suspect's loss by one parameter."""
    theta, slopes = suspect.parameters[name], np.zeros(suspect.parameters[name].shape)
    for at in np.ndindex(theta.shape):
        unit = np.zeros(theta.shape)
        unit[at] = step
        up, down = (suspect.loss(**{name: theta + way * unit}) for way in (1, -1))
        slopes[at] = (up - down) / (2 * step)
    return slopes


@pytest.mark.parametrize("number", NUMBERS)
def test_each_number_has_each_cause_once_in_a_layer_that_can_have_it(number):
    assert sorted(plan.cause for plan in plans(number)) == sorted(CAUSES)
    assert all(plan.layer in CAUSES[plan.cause] for plan in plans(number))
    assert plans(number) == plans(number)


@pytest.mark.parametrize("hundred", range(3))
def test_one_line_is_bad_and_mending_it_makes_every_gradient_right(hundred):
    numbers = range(100 * hundred, 100 * hundred + 100)
    for plan, suspect in (pair for n in numbers for pair in zip(plans(n), bug_hunt(n).values(), strict=True)):
        ((line, right),) = bad_lines(plan)
        assert difference(right_gradient(plan), suspect.gradient()) > 1e-5, plan
        assert difference(right_gradient(plan), suspect.mended(line, right).gradient()) < 1e-12, plan


@pytest.mark.parametrize("number", NUMBERS)
def test_the_gradient_check_points_at_the_layer(number):
    """From the loss back, the first gradient that is wrong belongs to the layer, or to the one above its delta."""
    for plan, suspect in zip(plans(number), bug_hunt(number).values(), strict=True):
        wrong = [
            name
            for name in reversed(PARAMETERS)
            if not difference(measured(suspect, name), suspect.gradients()[name]) < 1e-5
        ]
        below = plan.cause == "b" and not plan.turn % 2  # W transposed on the way to the layer below
        assert wrong[0][1:] == str(plan.layer - below), plan
        assert (len(wrong) == 1) == (plan.cause in "de" or (plan.cause == "b" and not below)), plan


def test_neighbours_do_not_share_their_answers():
    answers = [tuple((plan.cause, plan.layer) for plan in plans(number)) for number in range(1, 201)]
    assert len(set(answers)) > 190
    assert max(np.mean([one == other for one in answers]) for other in answers) < 0.02


def test_mending_leaves_the_suspect_as_it_was(capsys):
    suspect = bug_hunt(3)[1]
    before = suspect.gradient()
    suspect.mended(2, "Z1 = 0 * X @ W1.T + b1")
    assert (suspect.gradient() == before).all()
    suspect.show()
    assert capsys.readouterr().out.startswith(" 1  def loss_and_gradients(X, Y, W1, b1")


@pytest.mark.parametrize("line, text", [(0, "x"), (1, "x"), (99, "x"), ("12", "x"), (12, ...)])
def test_a_line_that_is_not_there_cannot_be_mended(line, text):
    with pytest.raises(ValueError, match="expected a line from 2 to .* show\\(\\) prints the numbers"):
        bug_hunt(3)[1].mended(line, text)


@pytest.mark.parametrize("number", [-1, 1.5, "7", "0123", True, np.True_, None, 10**12])
def test_a_number_that_no_check_takes_is_refused(number):
    with pytest.raises(ValueError, match="such as your student number; use only the digits, .* without a leading zero"):
        bug_hunt(number)


@pytest.mark.parametrize("number", [12345678, 123456789012, np.int64(7)])
def test_student_numbers_of_eight_to_twelve_digits_do(number):
    assert plans(int(number))[0] == bug_hunt(number)[1]._plan


def test_dots_give_suspects_that_are_not_the_worked_example(capsys):
    assert bug_hunt(...)[1]._plan != bug_hunt(0)[1]._plan
    assert "Put your own number in place of the dots" in capsys.readouterr().out
    assert isinstance(bug_hunt(0)[1], Suspect)
