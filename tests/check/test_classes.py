"""Exercises that ask for a class: a toy layer, driven in practice and as the grader drives it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from learners import verdict_on

from backprop.check import driving, judge, wire
from backprop.exercises import Autodiff, Exercise, Mistake


class Layer:
    """A right answer: Z = A @ W.T + b, and the way back."""

    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, A):
        self.A = A
        return A @ self.W.T + self.b

    def backward(self, G):
        self.dW, self.db = G.T @ self.A, G.sum(axis=0)
        return G @ self.W


class Untransposed(Layer):
    def forward(self, A):
        super().forward(A)
        return A @ self.W.T - self.b


def drive(Layer, W, b, A, G):
    layer = Layer(W, b)
    yield "Z", layer.forward(A)
    yield "dL_dA", layer.backward(G)
    yield "dL_dW", layer.dW
    yield "dL_db", layer.db


def draw(rng):
    rows, out, into = rng.permutation([3, 4, 5])
    shapes = {"W": (out, into), "b": out, "A": (rows, into), "G": (rows, out)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def forward(F, W, b, A, G):
    Z = F.linear(A, W, b)
    return {"Z": Z, "L": F.sum(Z * G)}


TOY = Exercise(
    id="layer",
    name="Layer",
    style="class",
    parts={"Z": 1, "dL_dA": 1, "dL_dW": 1, "dL_db": 1},
    truth=Autodiff(forward),
    drive=drive,
    draw=draw,
    shown=draw(np.random.default_rng(0)),
    cases=10,
    mistakes=(Mistake("bias-subtracted", "by subtracting the bias", "Add it.", Untransposed),),
)


def as_graded(answer):
    """The verdict when the question travels as text."""
    told = [{"Layer": answer}, TOY.name, TOY.style, driving.as_text(drive)]
    return judge(TOY, lambda c: wire.unpack_replies(wire.answer(wire.pack_cases(c), *told), len(c)), b"test")


def in_practice(answer):
    return verdict_on(TOY, answer)


class BeforeTheLesson:
    def __init__(self, W, b): ...
    def forward(self, A): ...
    def backward(self, G): ...


class ForwardOnly(Layer):
    def backward(self, G): ...


class Stops(Layer):
    def backward(self, G):
        raise ValueError("not today")


class NoGradients(Layer):
    def backward(self, G):
        return G @ self.W


class OtherName(Layer):
    forward = None

    def forwards(self, A):
        return A


class Forgets(Layer):
    def forward(self, A):
        type(self).first = getattr(type(self), "first", A)
        self.A = self.first if self.first.shape == A.shape else A
        return A @ self.W.T + self.b


class InPlace(Layer):
    def backward(self, G):
        G *= 2
        return super().backward(G / 2)


def make_layer(W, b):
    """A factory with a closure instead of a class."""
    kept = {}
    layer = SimpleNamespace(forward=lambda A: kept.setdefault("A", A) @ W.T + b)

    def backward(G):
        layer.dW, layer.db = np.einsum("bo,bi->oi", G, kept["A"]), np.ones(len(G)) @ G
        return G.dot(W)

    layer.backward = backward
    return layer


@pytest.mark.parametrize("ask", [in_practice, as_graded])
@pytest.mark.parametrize("right", [Layer, make_layer, type("Sub", (Layer,), {})])
def test_a_right_class_passes(ask, right):
    verdict = ask(right)
    assert (verdict.status, verdict.points) == ("right", 4), verdict.text()


@pytest.mark.parametrize("ask", [in_practice, as_graded])
@pytest.mark.parametrize(
    ("answer", "status", "points", "words"),
    [
        (BeforeTheLesson, "blank", 0, "does your function end with a `return`"),
        (..., "blank", 0, "Fill in the cell above"),
        (3.0, "problem", 0, "A float came; a class was expected"),
        (ForwardOnly, "wrong", 1, "Right so far: Z. First that differs: dL_dA."),
        (Stops, "wrong", 1, "ValueError: not today"),
        (NoGradients, "wrong", 2, 'the check wrote `yield "dL_dW", layer.dW` and got AttributeError'),
        (OtherName, "blank", 0, ""),
        (Untransposed, "wrong", 3, "by subtracting the bias"),
        (InPlace, "problem", 0, "changes its input G in place"),
        (lambda W: Layer(W, 0), "problem", 0, "The check wrote `layer = Layer(W, b)` and got TypeError"),
    ],
)
def test_a_wrong_class_is_told_what_is_wrong(ask, answer, status, points, words):
    verdict = ask(answer)
    assert (verdict.status, verdict.points) == (status, points), verdict.text()
    assert words.replace("`", "") in verdict.text().replace("`", "")


def test_a_cache_that_is_not_renewed_earns_nothing_for_what_it_spoils():
    verdict = in_practice(Forgets)
    assert [part.name for part in verdict.parts if not part.right] == ["dL_dW"]


@pytest.mark.parametrize("kind", [np.array, list])
def test_a_part_is_taken_as_it_is_when_it_comes_back(kind):
    class Reuses(Layer):
        def forward(self, A):
            self.Z = kind(super().forward(A))
            return self.Z

        def backward(self, G):
            self.Z[0] = 0 * self.Z[0]  # its own array or list, which the check has seen by now
            return super().backward(G)

    assert in_practice(Reuses).status == "right"


def test_known_mistakes_of_a_class_are_named():
    assert in_practice(Untransposed).mistake == "bias-subtracted"


PERSONAL = Exercise(
    id="own",
    name="answers",
    style="values",
    parts={"twice": 1},
    personal="my_number",
    truth=lambda my_number=7: {"twice": 2.0 * my_number},
    mistakes=(Mistake("same", "by repeating", "Double it.", lambda my_number=7: {"twice": 1.0 * my_number}),),
)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (dict(my_number=21, twice=42), "right", "Right"),
        (dict(my_number=22, twice=42), "wrong", "You have twice = 42"),
        (dict(my_number=21, twice=21), "wrong", "by repeating"),
        (dict(my_number=..., twice=42), "problem", "a whole number from 1"),
        (dict(my_number=True, twice=2), "problem", "your own number"),
        (dict(my_number=2.5, twice=5), "problem", "your own number"),
        (dict(my_number=-1, twice=-2), "problem", "your own number"),
        (dict(my_number=[7], twice=14), "problem", "your own number"),
        (dict(twice=14), "problem", "your own number"),
        (dict(my_number=21, twice=...), "blank", "Not done yet"),
    ],
)
def test_a_learners_own_number_decides_what_is_right(answer, status, words):
    verdict = verdict_on(PERSONAL, answer)
    assert verdict.status == status and words.lower() in verdict.text().lower(), verdict.text()


def test_one_part_may_come_bare_from_truth_and_mistakes():
    bare = replace(PERSONAL, style="function", name="f", personal=None, parts={"twice": 1}, truth=lambda x: 2 * x,
                   draw=lambda rng: {"x": float(rng.normal())}, shown={"x": 1.5},
                   mistakes=(Mistake("once", "by repeating", "Double it.", lambda x: x),))  # fmt: skip
    assert verdict_on(bare, lambda x: x + x).status == "right"
    assert verdict_on(bare, lambda x: x * 1.0).mistake == "once"
