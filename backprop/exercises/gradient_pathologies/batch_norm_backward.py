"""Batch normalisation, the way back: in training mean and variance move with every example."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies.batch_norm import BATCH_NORM, draw_forward, normalise


def _backward(F, dY, X, gamma, running_mean, running_var, training) -> dict:
    beta = gamma * 0.0  # a node, for its gradient
    nodes = normalise(F, X, gamma, beta, running_mean, running_var, training)
    return nodes | {"beta": beta, "training": training, "L": F.sum(nodes["Y"] * dY)}


def drive_backward(batch_norm_backward, dY, X, gamma, running_mean, running_var, training):
    mean, var = (X.mean(axis=0), X.var(axis=0)) if training else (running_mean, running_var)
    spread = np.sqrt(var + 1e-5)
    yield from batch_norm_backward(dY, (X - mean) / spread, spread, gamma, training).items()


def _through(X_hat, spread, dL_dX_hat, training):
    if not training:
        return dL_dX_hat / spread
    return (dL_dX_hat - dL_dX_hat.mean(axis=0) - X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread


backward_by_hand = Derivation(
    dL_dbeta=lambda dY: dY.sum(axis=0),
    dL_dgamma=lambda dY, X_hat: (dY * X_hat).sum(axis=0),
    dL_dX_hat=lambda dY, gamma: dY * gamma,
    dL_dX=_through,
)


GIVEN = ("dY", "X_hat", "spread", "gamma", "training")


def draw_backward(rng) -> Values:
    """As on the way forward, and a random gradient from the loss."""
    case = draw_forward(rng)
    del case["beta"]
    return {"dY": rng.normal(size=case["X"].shape)} | case


def backward_mistake(id: str, title: str, sentence: str, **steps) -> Mistake:
    """A slip on the way back; what follows from it follows it."""
    wrong = backward_by_hand.but(**steps)
    return Mistake(id, title, sentence, lambda *given: wrong(**dict(zip(GIVEN, given, strict=True))))


BATCH_NORM_BACKWARD = Exercise(
    id="batch-norm-backward",
    name="batch_norm_backward",
    parts=dict(dL_dbeta=0.5, dL_dgamma=1, dL_dX_hat=0.5, dL_dX=3),
    truth=Autodiff(_backward),
    drive=drive_backward,
    draw=draw_backward,
    shown={"dY": np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, 0.5]])}
    | {name: value for name, value in BATCH_NORM.shown.items() if name != "beta"},
    noun="batches",
    upstream="dY",
    census=("in evaluation", lambda truth: not truth["training"]),
    mistakes=(
        backward_mistake(
            "all-constant",
            "when mean and variance are treated as constants",
            "They were computed from X. Each example moved them, so each gradient has two terms more.",
            dL_dX=lambda dL_dX_hat, spread: dL_dX_hat / spread,
        ),
        backward_mistake(
            "mean-constant",
            "when the mean is treated as a constant",
            "Every example moved the mean, and the mean moved every example. Subtract the mean of dL/dX_hat.",
            dL_dX=lambda X_hat, dL_dX_hat, spread, training: (
                (dL_dX_hat - training * X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread
            ),
        ),
        backward_mistake(
            "variance-constant",
            "when the variance is treated as a constant",
            "Every example moved the variance. Subtract X_hat times the mean of dL/dX_hat times X_hat.",
            dL_dX=lambda dL_dX_hat, spread, training: (dL_dX_hat - training * dL_dX_hat.mean(axis=0)) / spread,
        ),
        backward_mistake(
            "evaluated-as-trained",
            "with training's formula in evaluation",
            "In evaluation mean and variance are the running ones: constants, which this batch did not move.",
            dL_dX=lambda X_hat, spread, dL_dX_hat: _through(X_hat, spread, dL_dX_hat, True),
        ),
        backward_mistake(
            "gain-forgotten",
            "without the gain",
            "Y is gamma times X_hat, so dL/dX_hat is dY times gamma.",
            dL_dX_hat=lambda dY: dY,
        ),
        backward_mistake(
            "spread-forgotten",
            "when the division by the spread is forgotten",
            "X_hat is X divided by the spread. So is the gradient on its way back.",
            dL_dX=lambda X_hat, dL_dX_hat, training: (
                dL_dX_hat - training * (dL_dX_hat.mean(axis=0) + X_hat * (dL_dX_hat * X_hat).mean(axis=0))
            ),
        ),
        backward_mistake(
            "gamma-without-x-hat",
            "when gamma's factor is forgotten",
            "gamma was multiplied by X_hat, so X_hat is its local derivative.",
            dL_dgamma=lambda dY: dY.sum(axis=0),
        ),
        backward_mistake(
            "meant-not-summed",
            "by averaging over the batch",
            "gamma and beta were used once for each example: their gradients are sums. A 1/N comes from the loss only.",
            dL_dbeta=lambda dY: dY.mean(axis=0),
            dL_dgamma=lambda dY, X_hat: (dY * X_hat).mean(axis=0),
        ),
    ),
)
