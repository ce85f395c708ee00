"""Every exercise: its form, its truth, its known mistakes, and right answers in other styles."""

import re
from dataclasses import replace

import numpy as np
import pytest
from learners import FUNCTIONS, MISTAKES, mistaken_answer, names, right_answer, verdict_on
from styles import STYLES

from backprop.exercises import Derivation, Sealed, UnknownExercise, all_exercises, find, seal
from backprop.exercises.two_layer_trace.network_a import relu_by_hand
from backprop.exercises.two_layer_trace.network_b import sigmoid_by_hand

BY_HAND = {
    "dL-dw1": relu_by_hand,
    "trace-relu": relu_by_hand,
    "trace-sigmoid": sigmoid_by_hand,
}


def test_ids_are_unique_and_fit_a_cell_id():
    ids = [exercise.id for exercise in all_exercises()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,58}", id) for id in ids)


@pytest.mark.parametrize("exercise", all_exercises(), ids=names)
def test_the_ids_of_an_exercises_mistakes_are_unique(exercise):
    ids = [mistake.id for mistake in exercise.mistakes]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=names)
def test_a_mistake_earns_the_same_on_every_seed(exercise):
    for mistake in exercise.mistakes:
        earned = {verdict_on(exercise, mistake.wrong, seed.to_bytes(4, "little")).points for seed in range(4)}
        assert len(earned) == 1, (mistake.id, earned)


def test_an_unknown_exercise_lists_those_there_are():
    with pytest.raises(UnknownExercise, match="there is no exercise 'slop'; there are: slope, "):
        find("slop")


@pytest.mark.parametrize("exercise", all_exercises(), ids=names)
def test_the_right_answer_earns_every_point(exercise):
    verdict = verdict_on(exercise, right_answer(exercise))
    assert (verdict.status, verdict.points) == ("right", exercise.points), verdict.text()


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=names)
def test_a_known_mistake_is_rejected_and_named(exercise, mistake):
    verdict = verdict_on(exercise, mistaken_answer(exercise, mistake))
    assert (verdict.status, verdict.mistake) == ("wrong", mistake.id), verdict.text()
    assert verdict.points < exercise.points
    assert mistake.title in verdict.text() and mistake.sentence.replace("`", "") in verdict.text()


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=names)
def test_three_right_styles_pass(exercise):
    assert len(STYLES.get(exercise.id, ())) >= 3, f"{exercise.id}: list three right answers in tests/exercises/styles/"
    for style in STYLES[exercise.id]:
        verdict = verdict_on(exercise, style)
        assert verdict.status == "right", verdict.text()


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=names)
def test_a_thousand_seeds_without_a_false_failure(exercise):
    few = replace(exercise, cases=2)
    for seed in range(1000):
        verdict = verdict_on(few, STYLES[exercise.id][1], seed.to_bytes(4, "little"))  # three are asked for above
        assert verdict.status == "right", verdict.text()


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=names)
def test_every_mistake_is_named_on_every_seed(exercise):
    for seed in range(3):
        for mistake in exercise.mistakes:
            verdict = verdict_on(exercise, mistake.wrong, seed.to_bytes(4, "little"))
            assert verdict.mistake == mistake.id, verdict.text()


@pytest.mark.parametrize("id", BY_HAND)
def test_the_derivation_by_hand_agrees_with_the_engine(id):
    exercise = find(id)
    for case in exercise.inputs(np.random.default_rng(1)):
        truth, by_hand = exercise.right(case), BY_HAND[id](**{"x": 0} | case)
        for part in exercise.parts:
            assert by_hand[part] == pytest.approx(truth[part], rel=1e-12), (part, case)


def test_the_worked_example_has_the_numbers_of_the_lesson():
    expected = dict(z1=1, a1=1, z2=1.5, L=2.25)
    assert {k: find("forward-numbers").truth()[k] for k in expected} == expected
    expected = dict(dL_dz2=-3, dz2_da1=1.5, da1_dz1=1, dz1_dw1=2, dL_dw1=-9)
    assert {k: find("backward-numbers").truth()[k] for k in expected} == expected
    assert find("one-step").truth() == pytest.approx(dict(w1_new=1.4, z2_new=4.2, L_new=1.44, loss_fell=True))
    assert find("learning-rates").truth() == pytest.approx(dict(best=1 / 18, largest=1 / 9))


def test_draws_hold_what_they_promise():
    for case in find("trace-relu").inputs(np.random.default_rng(4))[1:]:
        trace = relu_by_hand(**case)
        assert min(abs(trace["z1"]), abs(trace["z2"]), abs(trace["dL_dz2"])) > 0.02
    gates = [relu_by_hand(**case)["a1"] > 0 for case in find("trace-relu").inputs(np.random.default_rng(5))]
    assert 5 < sum(gates) < len(gates) - 5


def test_a_sealed_answer_opens_only_for_itself():
    sealed = seal("quiz", "part", "B")
    assert sealed.opens("quiz", "part", " b ")
    for wrong in ("a", "", None, 2.0, np.array("b")):
        assert not sealed.opens("quiz", "part", wrong)
    assert "b" not in repr(Sealed("0123")).removeprefix("Sealed(digest=")


def test_a_derivation_refuses_to_replace_a_step_it_does_not_have():
    with pytest.raises(KeyError, match="no such step: areas; the steps are area"):
        Derivation(area=lambda x: x).but(areas=lambda x: x)
