"""The check in the notebook: what it lets through, what it says, and how it looks."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest

from backprop.check import NotYet, check
from backprop.check._practice import outside
from backprop.exercises import find


class EqualsEverything:
    __array_priority__ = 1e9

    def __eq__(self, other):
        return True

    def __float__(self):
        return 6.0


class FloatThatLies(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0


def right_on_the_example(x):
    return 6.0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: None, "Not done yet"),
        (lambda x: ..., "Not done yet"),
        (lambda x: [], "a list of 0 numbers came, a single number was expected"),
        (lambda x: [2 * x], "a list of 1 number came, a single number was expected"),
        (lambda x: np.array([[2 * x]]), "an array of shape (1, 1) came"),
        (lambda x: True, "True or False came, a number was expected"),
        (lambda x: "6", "the text “6” came, a number was expected"),
        (lambda x: 2j * x, "a complex came, a number was expected"),
        (lambda x: object(), "an object came"),
        (lambda x: {2 * x}, "a set of 1 came"),
        (lambda x: [[1], [1, 2]], "a list of 2 that makes no array (ValueError) came"),
        (lambda x: float("nan"), "slope is nan"),
        (lambda x: np.inf, "slope is inf"),
        (lambda x: EqualsEverything(), "an EqualsEverything came"),
        (lambda x: FloatThatLies(1.0), "slope is 1, and 6 is expected"),
        (lambda x: -2 * x, "of the opposite sign"),
        (lambda x: 4 * x, "twice too large"),
        (lambda x: ((x + 1e-6) ** 2 - x**2) / 1e-6, "an approximation"),
        (lambda x: np.float32(2.0000002) * np.float32(x), "computed in float32"),
        (right_on_the_example, "on the lesson's example only"),
        (lambda x: {"slope": 2 * x, "score": 100} if x < 0 else {"slope": 0}, "0 of 1 point"),
        (6.0, "A float came; a function was expected."),
        (None, "A NoneType came; a function was expected."),
        (lambda: 6.0, "takes 0 positional arguments"),
    ],
)
def test_a_wrong_answer_is_told_in_words(answer, words):
    card = check("slope", answer)
    assert words.replace("takes 0 positional arguments", "unexpected keyword argument 'x'") in repr(card)
    assert card.verdict.points == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([1, 1, 1.5, 2.25], "A list of 4 came; a dict was expected."),
        ({"z1": 1, "a1": 1, "z2": 1.5}, "Right so far: z1, a1, z2. First that differs: L."),
        ({"z1": 1, "a1": 1, "z2": 1.5, "L": ...}, "L: not filled in."),
        ({"z1": ..., "a1": ..., "z2": 7, "L": ...}, "You have z2 = 7."),
        ({"z1": 2.0, "a1": 2.0, "z2": 3.0, "L": 0.0}, "when w1 is left out"),
        ({"z1": "1", "a1": 1, "z2": 1.5, "L": 2.25}, "z1: the text “1” came, a number was expected."),
        ({"z1": ..., "a1": ..., "z2": ..., "L": ...}, "Not done yet: 0 of 2 points."),
    ],
)
def test_typed_in_answers_are_told_in_words(answer, words):
    assert words in repr(check("forward-numbers", answer))


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        (
            "one-step",
            {"w1_new": 1.4, "z2_new": 4.2, "L_new": 1.44, "loss_fell": "True"},
            "True or False, without quotes",
        ),
        ("learning-rates", {"best": 0.056, "largest": 0.111}, "Right, 2 points."),
        ("learning-rates", {"best": 0.06, "largest": 0.12}, "You have best = 0.06."),
        ("backward-numbers", dict(dL_dz2=-3, dz2_da1=1.5, da1_dz1=1, dz1_dw1=2, dL_dw1=9), "One of them is negative"),
        ("match-steps", dict(zip(find("match-steps").parts, "CFBEAD", strict=True)), "Right, 3 points."),
    ],
)
def test_answers_that_a_learner_really_typed(exercise, answer, words):
    assert words in repr(check(exercise, answer))


def test_the_expected_number_of_a_typed_in_answer_is_not_given_away():
    assert "2.25" not in repr(check("forward-numbers", {"z1": 1, "a1": 1, "z2": 1.5, "L": 3})).replace("2.25,", "")


def test_a_quiz_says_nothing_of_its_key():
    text = repr(check("match-steps", dict.fromkeys(find("match-steps").parts, "z")))
    assert "First that differs: forward" in text and "“z”" in text and "Sealed" not in text


def crashing(x):
    factor = {"two": 2}
    return factor["tow"] * x


def test_a_crash_shows_the_learners_lines_only():
    text = repr(check("slope", crashing))
    assert "Your code stopped with an error" in text and "KeyError: 'tow'" in text and 'factor["tow"]' in text
    assert "backprop" not in text


def endless(x):
    while x:
        pass


def silent(x):
    if x < 0:
        return 2 * x


def test_a_loop_that_does_not_end_is_stopped_and_named(monkeypatch):
    monkeypatch.setattr("backprop.check.reply.SECONDS", 0.2)
    text = repr(check("slope", endless))
    assert "Your code did not come to an end." in text and "while x:" in text


def test_a_missing_return_is_asked_for():
    assert "does your function end with a return?" in repr(check("slope", lambda x: None))
    assert "With x = 3: slope: nothing came back." in repr(check("slope", silent))


def test_a_renamed_argument_is_named():
    assert "Keep the names of the function and of its arguments" in repr(check("slope", lambda t: 2 * t))


def test_an_open_blank_is_named_as_one():
    assert "A blank is still open" in repr(check("slope", lambda x: ... * x))


def hostile(x):
    raise ValueError("<script>alert(1)</script> `x` **y**")


@pytest.mark.parametrize("answer", [hostile, lambda x: "<img src=x onerror=alert(1)>", lambda x: {"<b>": 1}, crashing])
def test_the_card_is_well_formed_and_escapes_the_learner(answer):
    html = check("slope", answer)._repr_html_()
    root = ElementTree.fromstring(html)
    assert {element.tag for element in root.iter()} <= {"section", "p", "strong", "code", "pre", "div", "span"}
    assert root.get("aria-label") == "Result of the check"


def test_ctrl_c_is_the_learners():
    def stopped(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("slope", stopped)


def test_fractions_count_as_typed_in_numbers():
    answer = {"best": Fraction(1, 18), "largest": Decimal(1) / 9}
    assert check("learning-rates", answer).verdict.status == "right"


def test_what_was_not_asked_costs_nothing():
    assert check("slope", lambda x: {"slope": 2 * x, "cache": {}, "gate": lambda: 1}).verdict.status == "right"


def test_the_card_marks_each_part_with_a_word_and_not_only_a_colour():
    html = check("forward-numbers", {"z1": 1, "a1": 1, "z2": 1.5, "L": 3})._repr_html_()
    marks = [e.get("aria-label") for e in ElementTree.fromstring(html).iter() if e.get("role") == "img"]
    assert marks == ["right", "right", "right", "not yet"]


def test_the_same_cases_come_again():
    seen = []
    for _ in range(2):
        asked = []
        check("slope", lambda x, asked=asked: asked.append(x))
        seen.append(asked)
    assert seen[0] == seen[1] and len(set(seen[0])) > 10


def test_validate_notices_a_wrong_answer(monkeypatch):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    with pytest.raises(NotYet, match="Not yet: 0 of 1 point"):
        check("slope", lambda x: x)
    assert check("slope", lambda x: 2 * x).verdict.status == "right"


def test_the_learners_side_works_where_the_exercises_are_not_installed():
    hide = "import sys; sys.modules['backprop.exercises'] = sys.modules['backprop.engine'] = None\n"
    code = hide + "import backprop.check.wire as w; from backprop.check import check; w.pack_cases([{'x': 1.0}])"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(("missing", "shown"), [("backprop.exercises", True), ("html", False), ("backprop_x", False)])
def test_only_what_is_missing_on_purpose_is_taken_for_grading(missing, shown):
    error = ModuleNotFoundError(missing, name=missing)
    if shown:
        assert repr(outside(error)()) == "Checks run outside while this is graded."
    else:
        with pytest.raises(ModuleNotFoundError, match=missing):
            outside(error)
