"""The mean of squares and its gradient."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.matrix_backprop.layers import sizes


def _mse(F, A, Y) -> dict:
    n, k = A.shape
    return dict(L=F.sum((A - Y.reshape(n, k)) ** 2) / n)


def draw_mse(rng) -> Values:
    """Predictions of one or more outputs; targets of the same shape, but a flat list for one output."""
    n, k = sizes(rng, 2, 2, 6)
    if rng.random() < 0.4:
        return dict(A=rng.normal(size=(n, 1)), Y=rng.normal(size=n))
    return dict(A=rng.normal(size=(n, k)), Y=rng.normal(size=(n, k)))


def squares(A, Y, *, factor=2.0, value=1.0, over="examples") -> Values:
    """The loss and its gradient by hand; the keywords are the ways to get it wrong."""
    miss = A - np.reshape(Y, A.shape)
    share = {"examples": len(A), "entries": A.size, "nothing": 1, "value only": len(A)}[over]
    gradient_share = 1 if over == "value only" else share
    return {"L": value * np.sum(miss * miss) / share, "dL_dA": factor * miss / gradient_share}


def mse_mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made in the mean of squares."""
    return Mistake(id, title, sentence, lambda A, Y: squares(A, Y, **ways))


def broadcast(A, Y) -> Values:
    """(n, 1) minus (n,) is (n, n): every prediction against every target."""
    miss = A - Y
    return {"L": np.sum(miss**2) / len(A), "dL_dA": 2 * miss / len(A)}


MSE = Exercise(
    id="mse",
    name="mse",
    parts=dict(L=1, dL_dA=2),
    truth=Autodiff(_mse),
    draw=draw_mse,
    shown=dict(A=np.array([[1.5], [-0.5], [1.0]]), Y=np.array([1.0, 0.5, 2.0])),
    noun="batches",
    mistakes=(
        Mistake(
            "broadcast",
            "when (n, 1) meets (n,)",
            "NumPy stretches both to (n, n): every prediction minus every target, without an error. "
            "Give Y the shape of A first.",
            broadcast,
        ),
        mse_mistake(
            "sum-for-mean",
            "with a sum over the examples in place of the mean",
            "Divide by the number of examples, len(A), in the loss and in its gradient.",
            over="nothing",
        ),
        mse_mistake(
            "gradient-of-the-sum",
            "when the mean is in the loss but not in its gradient",
            "The 1/N in front of the loss stands in front of its gradient too.",
            over="value only",
        ),
        mse_mistake(
            "mean-over-outputs",
            "with a mean over the outputs as well as the examples",
            "This loss adds up the outputs of an example and takes the mean over the examples only: divide by len(A).",
            over="entries",
        ),
        mse_mistake(
            "two-lost",
            "when the gradient has lost its 2",
            "The loss is the full square, so the 2 comes down. Only a loss with a half in front loses it.",
            factor=1.0,
        ),
        mse_mistake(
            "half-loss",
            "for a loss with a half in front",
            "This loss is the full square, in its value and in its gradient.",
            factor=1.0,
            value=0.5,
        ),
        mse_mistake(
            "sign",
            "with target minus prediction",
            "The derivative of (a - y)^2 contains a - y, prediction minus target.",
            factor=-2.0,
        ),
    ),
)
