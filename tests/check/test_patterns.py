"""General patterns on a toy exercise: a layer's weight gradient, asked without any catalogue of mistakes."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from learners import verdict_on

from backprop.check._heatmap import heatmap
from backprop.exercises import Exercise


def draw(rng):
    rows, out, into = rng.permutation([3, 4, 5])
    return {"X": rng.normal(size=(rows, into)), "G": rng.normal(size=(rows, out))}


def truth(X, G):
    return {"dW": G.T @ X / len(X), "db": G.mean(axis=0)}


SHOWN = {"X": np.arange(12.0).reshape(4, 3) / 7, "G": np.arange(20.0).reshape(4, 5) / 11 - 1}
TOY = Exercise(id="toy", name="toy", parts={"dW": 1, "db": 1}, truth=truth, draw=draw, shown=SHOWN, upstream="G")


def only_dw(change):
    """A learner who is right but for dW."""
    return lambda X, G: truth(X, G) | {"dW": change(X, G)}


def only_db(change):
    """A learner who is right but for db."""
    return lambda X, G: truth(X, G) | {"db": change(X, G)}


def right_once(X, G):
    return truth(X, G) if np.array_equal(X, SHOWN["X"]) else truth(X + 1, G)


def in_place(X, G):
    G *= 2
    return truth(X, G / 2)


def with_nan(X, G):
    dW = truth(X, G)["dW"]
    dW[1, 0] = np.nan
    return dW


@pytest.mark.parametrize(
    ("learner", "words"),
    [
        (only_dw(lambda X, G: -G.T @ X / len(X)), "of the opposite sign"),
        (only_dw(lambda X, G: 2 * G.T @ X / len(X)), "twice too large"),
        (only_dw(lambda X, G: G.T @ X / len(X) / 2), "half of what it should be"),
        (only_dw(lambda X, G: X.T @ G / len(X)), "transposed"),
        (only_dw(lambda X, G: G.T @ X), "too large by the number of the rows of X"),
        (only_dw(lambda X, G: G.T @ X / len(X) ** 2), "too small by the number of the rows of X"),
        (only_dw(lambda X, G: G.T @ X / len(X) / G.shape[1]), "too small by the number of the columns of G"),
        (only_dw(lambda X, G: np.einsum("bo,bi->boi", G, X) / len(X)), "not summed over axis 0"),
        (only_dw(lambda X, G: np.ones_like(G).T @ X / len(X)), "without the upstream gradient"),
        (only_dw(lambda X, G: (G.T @ X / len(X)).astype(np.float32)), "computed in float32"),
        (only_dw(lambda X, G: (G.T @ X / len(X)).astype(int)), "cut to whole numbers"),
        (only_dw(lambda X, G: (G.T @ X / len(X)).round(6)), "an approximation"),
        (only_dw(with_nan), "nan, first at dW[1, 0]"),
        (only_dw(lambda X, G: G.T @ X / 0), "infinite, first at dW[0, 0]"),
        (only_db(lambda X, G: G.mean(axis=0, keepdims=True)), "right in its numbers, but not in its shape"),
        (only_db(lambda X, G: G / len(X)), "not summed over axis 0"),
        (only_db(lambda X, G: G.sum(axis=0)), "too large by the number of the rows of X"),
        (right_once, "right on the lesson's example only"),
        (in_place, "Your code changes its input G in place; work on a copy."),
        (lambda X, G: {"dW": G.T @ X / len(X)}, "db: it is missing."),
        (only_db(lambda X, G: []), "a list of 0 numbers came"),
        (only_db(lambda X, G: 0.0), "a single number came"),
        (only_db(lambda X, G: G.mean(axis=0).astype(complex)), "complex128 came, an array of numbers was expected"),
        (only_db(lambda X, G: G.mean(axis=0).astype(object)), "db: an array of object came"),
        (only_db(lambda X, G: G.mean(axis=0) > 0), "True or False came, an array of numbers was expected"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_pattern_is_named(learner, words):
    verdict = verdict_on(TOY, learner)
    assert words in verdict.text(), verdict.text()
    assert verdict.points < 2 and verdict.mistake is None
    ElementTree.fromstring(verdict.html())


def test_a_wrong_answer_without_a_pattern_is_not_given_one():
    verdict = verdict_on(TOY, only_dw(lambda X, G: np.sin(G.T @ X)))
    assert verdict.diagnosis is None and "First that differs: dW." in verdict.text()


@pytest.mark.parametrize("framework", ["torch", "engine"])
def test_a_frameworks_tensor_is_no_derivation(framework):
    if framework == "torch":
        wrap = pytest.importorskip("torch").tensor
    else:
        from backprop.engine import Tensor as wrap  # noqa: PLC0415
    verdict = verdict_on(TOY, only_db(lambda X, G: wrap(G.mean(axis=0))))
    assert "which differentiates by itself" in verdict.text() and verdict.points == 1


def test_partial_credit_is_for_parts_that_are_right_in_every_case():
    verdict = verdict_on(TOY, only_db(lambda X, G: G.mean(axis=0) + (len(X) == 5)))
    assert (verdict.points, [part.right for part in verdict.parts]) == (1, [True, False])


def test_the_heatmap_marks_what_is_wrong_with_more_than_a_colour():
    expected = np.arange(6.0).reshape(2, 3)
    given = expected.copy()
    given[1, 2] = 7.5
    root = ElementTree.fromstring(f"<div>{heatmap('dW', expected, given, 1e-10)}</div>")
    assert [cell.text for cell in root.iter("td") if "✗" in cell.text] == ["7.5 ✗"]
    assert root.find("table").get("aria-label") == (
        "1 of 6 entries of dW differ (marked ✗); the farthest is [1, 2]: 7.5 instead of 5."
    )


@pytest.mark.parametrize("given", [np.zeros(3), np.zeros((2, 2, 2)), np.array(1.0), np.zeros((3, 2))])
def test_no_heatmap_where_there_is_nothing_to_map(given):
    expected = given if given.ndim in (0, 3) else np.zeros((2, 3))
    assert heatmap("a", expected, given, 1e-10) == ""


def test_a_known_mistake_comes_before_a_pattern():
    from backprop.exercises import Mistake  # noqa: PLC0415

    lost = Mistake("mean-lost", "by summing", "Divide.", lambda X, G: truth(X, G) | {"dW": G.T @ X})
    assert verdict_on(replace(TOY, mistakes=(lost,)), lost.wrong).mistake == "mean-lost"
