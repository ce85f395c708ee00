"""Lesson 03: what its cards say of slips that are no known mistake, and of crashes."""

from dataclasses import replace

import numpy as np
from learners import verdict_on
from styles import STYLES

from backprop.exercises import find
from backprop.exercises.matrix_backprop import activations, cross_entropy, hunting, losses, network, training


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
    class Silent(network.ByHand):
        def backward(self, gradient):
            super().backward(gradient)

    assert verdict_on(find("network"), Silent).points == 7.5


def test_parameters_come_as_lists_tables_and_stacks():
    assert {case["theta"].ndim for case in find("numeric-gradient").inputs(np.random.default_rng(5))} == {1, 2, 3}


def test_an_entry_that_is_off_by_little_is_shown_with_its_digits():
    mistaken = next(m for m in find("numeric-gradient").mistakes if m.id == "not-put-back")
    after = replace(find("numeric-gradient"), parts=dict(theta_after=1))
    assert "0.99999" in verdict_on(after, mistaken.wrong).html()


def test_what_is_nan_is_shown_where_it_is_nan():
    found = verdict_on(
        find("softmax-cross-entropy"),
        lambda A, labels: cross_entropy.unsafe(A, labels, 0.0) | {"P": A * (np.nan if A.max() > 700 else 1)},
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


def _without(net):
    net.dW, net.db = [None] * len(net.W), [None] * len(net.W)
