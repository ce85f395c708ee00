"""Softmax with cross-entropy and its gradient."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.matrix_backprop.layers import sizes


def _softmax_cross_entropy(F, A, labels) -> dict:
    return dict(P=F.softmax(A, -1), L=F.cross_entropy(A, labels))


def draw_labelled(rng) -> Values:
    """Outputs of a network and the right classes; in some cases one output is so large that exp overflows."""
    n, classes = sizes(rng, 2, 3, 7)
    A = rng.normal(size=(n, classes)) * 1.5
    labels = rng.integers(0, classes, n)
    if rng.random() < 0.4:
        A[0, (labels[0] + 1) % classes] = rng.uniform(760, 1000)  # a probability on its far side is 0
    return dict(A=A, labels=labels)


def classified(A, labels, *, axis=1, share=None, sign=1.0, whole=False) -> Values:
    """Probabilities, loss and gradient by hand; the keywords are the ways to get them wrong."""
    largest = A.max() if whole else A.max(axis=axis, keepdims=True)
    odds = np.exp(A - largest)
    total = odds.sum() if whole else odds.sum(axis=axis, keepdims=True)
    chances, right = odds / total, np.eye(A.shape[1])[labels]
    logs = (A - largest - np.log(total))[np.arange(len(A)), labels]
    return {"P": chances, "L": -logs.mean(), "dL_dA": sign * (chances - right) / (share or len(A))}


def unsafe(A, labels, largest, odds_axis=1) -> Values:
    """The same from exponentials of A minus `largest`, whatever becomes of them."""
    with np.errstate(all="ignore"):
        odds = np.exp(A - largest)
        total = odds.sum(axis=odds_axis, keepdims=True)
        chances, right = odds / total, np.eye(A.shape[1])[labels]
        return {"P": chances, "L": -np.log(chances[right > 0]).mean(), "dL_dA": (chances - right) / len(A)}


def _top(A):
    return A.max(axis=1, keepdims=True)


def _loss_of_both(A, labels):
    """The logarithm of the shifted sum, minus the outputs as they came."""
    return classified(A, labels)["L"] - np.mean(_top(A))


def but(**changed):
    """The right answer with some parts computed otherwise."""
    return lambda A, labels: classified(A, labels) | {name: way(A, labels) for name, way in changed.items()}


def _diagonal(A, labels):
    """The softmax's own slope p (1 - p) times -y / p: what is left without the other entries of its Jacobian."""
    chances, right = classified(A, labels)["P"], np.eye(A.shape[1])[labels]
    return -right * (1 - chances) / len(A)


SOFTMAX_CROSS_ENTROPY = Exercise(
    id="softmax-cross-entropy",
    name="softmax_cross_entropy",
    parts=dict(P=1, L=2, dL_dA=2),
    truth=Autodiff(_softmax_cross_entropy),
    draw=draw_labelled,
    shown=dict(A=np.array([[1.0, 2.0, -1.0], [0.0, 0.5, 3.0]]), labels=np.array([1, 0])),
    noun="batches",
    census=("with an output so large that its exp overflows", lambda truth: np.max(truth["A"]) > 700),
    mistakes=(
        Mistake(
            "over-the-batch",
            "when softmax runs over the examples",
            "Each row is one example, and its probabilities add up to 1. Sum along axis 1, and keep the axis.",
            lambda A, labels: classified(A, labels, axis=0),
        ),
        Mistake(
            "over-everything",
            "when softmax runs over the whole array",
            "Each row is one example, and its probabilities add up to 1. Sum along axis 1, and keep the axis.",
            lambda A, labels: classified(A, labels, whole=True),
        ),
        Mistake(
            "one-sum",
            "with one sum for the whole array",
            "`E.sum()` adds up all examples. Each row has a sum of its own: axis=1, with keepdims=True.",
            lambda A, labels: unsafe(A, labels, _top(A), odds_axis=None),
        ),
        Mistake(
            "overflow",
            "with an exp that overflows",
            "exp(800) is larger than any float64. Take the largest output of each row away from the row before `exp`.",
            lambda A, labels: unsafe(A, labels, 0.0),
        ),
        Mistake(
            "one-maximum",
            "with the largest output of the whole array taken away from every row",
            "Then all exponentials of another row can become 0, and 0/0 is nan. Each row takes away its own maximum: "
            "axis=1, with keepdims=True.",
            lambda A, labels: unsafe(A, labels, A.max()),
        ),
        Mistake(
            "log-of-p",
            "of the logarithm of P",
            "A probability can round to 0, and log(0) is minus infinity. Take the loss from the shifted outputs: "
            "the logarithm of the row's sum of exponentials, minus the right label's output.",
            but(L=lambda A, labels: unsafe(A, labels, _top(A))["L"]),
        ),
        Mistake(
            "shifted-and-unshifted",
            "with a shifted sum and outputs that are not shifted",
            "The two parts of the loss belong together: log of the sum and the right label's output, "
            "both after the maximum is taken away.",
            but(L=_loss_of_both),
        ),
        Mistake(
            "mean-over-entries",
            "with a mean over all entries in the loss",
            "An example's loss is one number. Sum along the row first, then take the mean over the examples.",
            but(L=lambda A, labels: classified(A, labels)["L"] / A.shape[1]),
        ),
        Mistake(
            "diagonal",
            "when softmax's Jacobian is treated as diagonal",
            "Raising one output lowers the probability of all others. In a row of P minus Y no entry is zero.",
            but(dL_dA=_diagonal),
        ),
        Mistake(
            "gradient-of-the-sum",
            "when the mean is in the loss but not in its gradient",
            "The loss is a mean over the examples, so its gradient is divided by their number as well.",
            lambda A, labels: classified(A, labels, share=1),
        ),
        Mistake(
            "sum-for-mean",
            "with a sum over the examples in place of the mean",
            "Divide by the number of examples, in the loss and in its gradient.",
            lambda A, labels: classified(A, labels, share=1) | {"L": classified(A, labels)["L"] * len(A)},
        ),
        Mistake(
            "divided-by-classes",
            "with a mean over the classes as well as the examples",
            "An example's loss is one number. Divide by the number of examples only.",
            lambda A, labels: classified(A, labels, share=A.size),
        ),
        Mistake(
            "sign",
            "with y - p in place of p - y",
            "To lower the loss the right class's output must grow, so its gradient is negative: p - 1.",
            lambda A, labels: classified(A, labels, sign=-1.0),
        ),
        Mistake(
            "probabilities-alone",
            "when the right class's 1 is not taken away",
            "The gradient is P minus Y, and Y has a 1 in the column of each row's label.",
            but(dL_dA=lambda A, labels: classified(A, labels)["P"] / len(A)),
        ),
        Mistake(
            "log-with-its-sign",
            "when the minus in front of the logarithm is missing",
            "A probability is below 1, so its logarithm is negative. The loss is minus that.",
            but(L=lambda A, labels: -classified(A, labels)["L"]),
        ),
    ),
)
