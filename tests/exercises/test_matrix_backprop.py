"""Lesson 03: its truths by another way, the code behind its mistakes, and what its draws promise."""

from types import SimpleNamespace

import numpy as np
import pytest
from learners import verdict_on
from styles import STYLES

from backprop.exercises import find
from backprop.exercises.matrix_backprop import (
    activations,
    cross_entropy,
    digits,
    gradient_check,
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
    "softmax-cross-entropy": cross_entropy.classified,
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
