"""Lesson 03: its truths by another way, the code behind its mistakes, and what its draws promise."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from learners import verdict_on
from styles import STYLES

from backprop.exercises import find
from backprop.exercises.matrix_backprop import (
    activations,
    digits,
    gradient_check,
    hunting,
    layers,
    losses,
    network,
    training,
)
from backprop.exercises.matrix_backprop.counting import passes

BY_HAND = {  # what a mistake changes one thing in; unchanged it must be right
    "linear-backward": layers.back,
    "activations": activations.BY_HAND.__getitem__,
    "mse": losses.squares,
    "network": network.ByHand,
    "numeric-gradient": gradient_check.differences,
    "direction-check": gradient_check.along,
    "one-epoch": training.epoch,
    "softmax-cross-entropy": losses.classified,
}


@pytest.mark.parametrize("id", BY_HAND)
def test_the_code_behind_the_mistakes_is_right_where_nothing_is_changed(id):
    assert verdict_on(find(id), BY_HAND[id]).status == "right"


def cases(id, seed=5):
    return find(id).inputs(np.random.default_rng(seed))


def test_sizes_differ_so_that_a_wrong_transpose_does_not_fit():
    for case in cases("linear-forward")[1:]:
        assert len({*case["A"].shape, *case["W"].shape}) == 3


def test_in_square_layers_a_wrong_transpose_fits_and_is_seen():
    square = [len({*case["W"].shape}) == 1 for case in cases("linear-backward")]
    assert 5 < sum(square) < 25

    def where_it_fits(delta, A, W):
        return layers.back(delta, A, W, dL_dA=lambda delta, A, W: delta.dot(W.T if W.shape[0] == W.shape[1] else W))

    assert verdict_on(find("linear-backward"), where_it_fits).points == 3


def test_no_activation_is_asked_near_its_kink():
    assert min(np.abs(case["Z"]).min() for case in cases("activations")) >= 0.05
    assert min(np.abs(case["far"]).min() for case in cases("activations")) > 710


def test_networks_use_every_activation_and_other_depths():
    drawn = cases("network")[1:]
    assert {name for case in drawn for name in case["names"].split()} == {"relu", "sigmoid", "tanh", "swish"}
    assert {len(case["widths"]) - 1 for case in drawn} == {1, 2, 4}
    assert all(len({len(case["X"]), *map(int, case["sizes"])}) == 5 for case in drawn)


def test_flat_targets_and_columns_both_come():
    flat = sum(case["Y"].ndim == 1 for case in cases("mse"))
    assert 5 < flat < 46


class Counted(np.ndarray):
    """An array that counts what its products cost."""

    spent = 0

    def __matmul__(self, other):
        Counted.spent += self.shape[0] * self.shape[1] * other.shape[1]
        return (np.asarray(self) @ np.asarray(other)).view(Counted)


@pytest.mark.parametrize("sizes, batch", [((5, 2), 3), ((3, 4, 2), 5), ((7, 5, 6, 2), 4)])
def test_multiply_adds_are_those_that_a_network_spends(sizes, batch):
    rng, Counted.spent = np.random.default_rng(0), 0
    W = [rng.normal(size=(out, into)).view(Counted) for into, out in zip(sizes, sizes[1:], strict=False)]
    A = [rng.normal(size=(batch, sizes[0])).view(Counted)]
    for weights in W:
        A.append(A[-1] @ weights.T)
    forward, delta = Counted.spent, A[-1]
    for k in reversed(range(len(W))):
        delta.T @ A[k]
        delta = delta @ W[k] if k else None
    assert passes(np.array(sizes), batch) == {"forward": forward, "backward": Counted.spent - forward}


def test_the_share_of_digits_that_is_enough():
    labels = np.zeros(360, int)
    for hits, enough in ((342, True), (341, False), (360, True), (0, False)):
        assert digits.share_right(labels, np.arange(360) >= hits)[0] == enough


@pytest.mark.parametrize(
    "read",
    [
        lambda X: X.argmax(axis=1) % 10,
        lambda X: np.full(len(X), 3),
        lambda X: digits.held_out()[1],  # right answers in the order in which they were typed off
        lambda X: digits.labels_of(X)["labels"] + 0.4,
        lambda X: digits.labels_of(X)["labels"][:, None],
        lambda X: np.full(len(X), np.nan),
    ],
)
def test_digits_that_are_guessed_typed_or_misshapen_are_not_read(read):
    assert verdict_on(find("digits"), read).status == "wrong"


def test_the_card_for_digits_tells_the_share():
    reader = STYLES["digits"][1]
    assert verdict_on(find("digits"), reader).text().endswith("held-out digits are read right, and 95% is the goal.")
    told = verdict_on(find("digits"), lambda X: np.where(np.arange(len(X)) % 2, reader(X), -1)).text()
    assert "0 of 3 points" in told and "of 360 held-out digits are read right" in told


def test_a_product_that_does_not_fit_is_told_in_words():
    told = verdict_on(find("linear-forward"), lambda A, W, b: A @ W + b).text()
    assert "Two arrays do not fit together" in told and "mismatch in its core dimension" in told


def test_a_card_names_few_of_many_inputs():
    wrong = type("Wrong", (network.ByHand,), {"value": lambda net, k: net.Z[k] + 1})
    told = verdict_on(find("network"), wrong).text()
    assert "and 14 more inputs" in told and "`theta`" not in told


def test_a_network_that_is_half_done_keeps_its_points():
    half = type("Half", (network.ByHand,), {"backward": lambda net, gradient: None, "update": lambda net, rate: None})
    half.__init__ = lambda net, sizes, names: (network.ByHand.__init__(net, sizes, names), _without(net))[1]
    verdict = verdict_on(find("network"), half)
    assert (verdict.status, verdict.points) == ("wrong", 1.5)


def _without(net):
    net.dW = net.db = [None] * len(net.W)


def told_on(id, answer):
    return verdict_on(find(id), answer).text()


def test_shapes_that_met_entry_by_entry_are_told():
    told = told_on("linear-forward", lambda A, W, b: A.dot(W.T) + A)
    assert "met that do not fit entry by entry" in told and "keepdims=True" in told and "turned" not in told


def test_a_crash_on_the_way_back_keeps_what_came_before_and_is_explained():
    def piled(net, k, dW, db):
        net.dW[k] += dW

    told = told_on("network", _network(keep=piled))
    assert "1.5 of 8" in told and "with =, and not with +=" in told and "NoneType" in told


def test_gradients_that_are_appended_are_told():
    assert "it was appended behind the end" in told_on(
        "network", _network(keep=lambda net, k, dW, db: net.dW.append(dW))
    )


def _network(**methods):
    """A network by hand whose gradients are None before the first pass, as in the lesson."""
    bare = type("Bare", (network.ByHand,), methods)
    bare.__init__ = lambda net, sizes, names: (network.ByHand.__init__(net, sizes, names), _without(net))[1]
    return bare


def test_a_backward_pass_that_returns_nothing_lacks_a_part():
    silent = type(
        "Silent",
        (network.ByHand,),
        {"backward": lambda net, gradient: [network.ByHand.backward(net, gradient)][:0] or None},
    )
    assert verdict_on(find("network"), silent).points == 7.5


def test_parameters_come_as_lists_tables_and_stacks():
    assert {case["theta"].ndim for case in cases("numeric-gradient")} == {1, 2, 3}


def test_an_entry_that_is_off_by_little_is_shown_with_its_digits():
    mistaken = next(m for m in find("numeric-gradient").mistakes if m.id == "not-put-back")
    after = replace(find("numeric-gradient"), parts=dict(theta_after=1))
    assert "0.99999" in verdict_on(after, mistaken.wrong).html()


def test_what_is_nan_is_shown_where_it_is_nan():
    found = verdict_on(
        find("softmax-cross-entropy"),
        lambda A, labels: losses.unsafe(A, labels, 0.0) | {"P": A * (np.nan if A.max() > 700 else 1)},
    )
    assert found.example.inputs["A"].max() > 700


def test_a_list_of_dictionaries_is_called_so():
    def appended(net, X, Y, loss, rate, batch, rng):
        return training.epoch(net, X, Y, lambda A, Y: loss(A, Y) | {"L": loss(A, Y)}, rate, batch, rng)

    assert "each a dict of 2, came" in told_on("one-epoch", appended)


def test_a_value_that_is_not_summed_gets_no_advice_for_the_way_back():
    told = told_on(
        "mse", lambda A, Y: losses.squares(A, Y) | {"L": np.sum((A - np.reshape(Y, A.shape)) ** 2, axis=1) / len(A)}
    )
    assert "not summed over axis 0" in told and "way back" not in told


def test_booleans_are_told_how_to_become_numbers():
    def pairs(name):
        return (activations.BY_HAND[name][0], (lambda Z: Z > 0) if name == "relu" else activations.BY_HAND[name][1])

    assert "times 1.0 it is 1 or 0" in told_on("activations", pairs)


def test_labels_have_no_farthest_entry():
    reader = STYLES["digits"][1]
    assert "farthest" not in verdict_on(find("digits"), lambda X: np.where(np.arange(len(X)) % 2, reader(X), 0)).html()


def test_of_two_suspects_the_one_that_is_not_mended_is_named():
    right = find("bug-hunt-two").truth(my_number=5)
    plan = hunting.plans(5)
    answer = right | {f"cause_{k}": plan[k - 1].cause for k in (1, 2)} | hunting.as_it_came(2, 5) | {"my_number": 5}
    assert verdict_on(find("bug-hunt-two"), answer).mistake == "not-mended-2"
    lacking = verdict_on(find("bug-hunt-two"), {"my_number": 5, "layer_1": right["layer_1"]}).text()
    assert "what came is called" not in lacking


def test_typed_off_gradients_do_not_pass_for_a_neighbour():
    own, other = (find("bug-hunt-two").truth(my_number=number) for number in (5, 6))
    letters = dict(cause_1="a", cause_2="a")
    copied = {**other, **letters, "my_number": 5}
    assert verdict_on(find("bug-hunt-two"), copied).points < 2
    assert not np.array_equal(own["mended_1"], other["mended_1"])
    assert verdict_on(find("bug-hunt-two"), copied | {"my_number": 0}).status == "problem"
    assert "without a leading zero" in verdict_on(find("bug-hunt-two"), copied | {"my_number": 10**12}).text()
    assert verdict_on(find("bug-hunt-two"), other | letters | {"my_number": 123456789012}).status == "wrong"
    assert SimpleNamespace(**own).layer_1 in (1, 2, 3, 4)
