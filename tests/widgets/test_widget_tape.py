"""The tape stepper walks a graph that a learner made: in order, with or without gradients, however deep."""

from types import SimpleNamespace

import numpy as np
import pytest

import backprop.widgets as widgets


def node(value, *parents, gradient=1.0):
    """What a learner's node may look like."""
    return SimpleNamespace(value=value, parents=parents, gradient=gradient, label="")


def test_the_tape_visits_a_node_after_everyone_who_uses_it():
    a = node(1.0)
    b = node(2.0, a, a)
    tape = widgets.TapeStepper(node(3.0, b, a))
    visits = [caption for caption in tape.captions if caption.startswith("Visit")]
    assert [visit.split(":")[1].split()[0] for visit in visits] == ["v₂", "v₁", "v₀"]


def test_the_tape_shows_no_gradient_that_is_not_there():
    tape = widgets.TapeStepper(node(3.0, node(1.0, gradient=None)))
    assert "holds no gradient" in tape.captions[-1]


def test_a_deep_graph_is_refused_and_does_not_overflow():
    deep = node(0.0)
    for _ in range(5000):
        deep = node(0.0, deep)
    with pytest.raises(ValueError, match="at most 20 nodes"):
        widgets.TapeStepper(deep)


def test_arrays_are_shown_by_their_shape():
    tape = widgets.TapeStepper(node(np.ones((3, 4)), node(1.0), gradient=np.ones((3, 4))))
    assert "(3, 4)" in tape.frames[-1]
