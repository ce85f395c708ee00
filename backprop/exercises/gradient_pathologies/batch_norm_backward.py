"""Batch normalisation, the way back: in training mean and variance move with every example."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises.gradient_pathologies.batch_norm import (
    BATCH_NORM,
    EPS,
    batch_norm_by_hand,
    draw_forward,
    normalise,
)


def _backward(F, dY, X_hat, spread, gamma, training) -> dict:
    """Forward again, from an X with mean 0 whose normalised form and spread are the given ones."""
    beta = gamma * 0.0  # a node, for its gradient
    X = X_hat * spread
    nodes = normalise(F, X, gamma, beta, spread * 0.0, spread * spread - EPS, training)
    again = {"normalised": nodes.pop("X_hat")}
    return nodes | again | {"X": X, "beta": beta, "training": training, "L": F.sum(nodes["Y"] * dY)}


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


def draw_backward(rng) -> Values:
    """As on the way forward, and a random gradient from the loss."""
    case = draw_forward(rng)
    return _normalised_case(case, rng.normal(size=case["X"].shape))


def _normalised_case(case, dY) -> Values:
    """What the way back gets: the normalised batch and the spread, computed from a batch."""
    nodes = batch_norm_by_hand(**case)
    given = dict(dY=dY, X_hat=nodes["X_hat"], spread=np.sqrt(nodes["var"] + EPS))
    return given | {name: case[name] for name in ("gamma", "training")}


BATCH_NORM_BACKWARD = Exercise(
    id="batch-norm-backward",
    name="batch_norm_backward",
    parts=dict(dL_dbeta=0.5, dL_dgamma=1, dL_dX_hat=0.5, dL_dX=3),
    truth=Autodiff(_backward, names={"dL_dnormalised": "dL_dX_hat", "dL_dX_hat": "dL_dX_hat_given"}),
    draw=draw_backward,
    shown=_normalised_case(BATCH_NORM.shown, np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, 0.5]])),
    noun="batches",
    upstream="dY",
    census=("in evaluation", lambda truth: not truth["training"]),
    mistakes=(
        backward_by_hand.mistake(
            "all-constant",
            "when mean and variance are treated as constants",
            "They were computed from X. Each example moved them, so each gradient has two terms more.",
            dL_dX=lambda dL_dX_hat, spread: dL_dX_hat / spread,
        ),
        backward_by_hand.mistake(
            "mean-constant",
            "when the mean is treated as a constant",
            "Every example moved the mean, and the mean moved every example. Subtract the mean of dL/dX_hat.",
            dL_dX=lambda X_hat, dL_dX_hat, spread, training: (
                (dL_dX_hat - training * X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread
            ),
        ),
        backward_by_hand.mistake(
            "variance-constant",
            "when the variance is treated as a constant",
            "Every example moved the variance. Take the mean of (dL/dX_hat * X_hat); subtract X_hat times that mean.",
            dL_dX=lambda dL_dX_hat, spread, training: (dL_dX_hat - training * dL_dX_hat.mean(axis=0)) / spread,
        ),
        backward_by_hand.mistake(
            "evaluated-as-trained",
            "with training's formula in evaluation",
            "In evaluation mean and variance are the running ones: constants, which this batch did not move.",
            dL_dX=lambda X_hat, spread, dL_dX_hat: _through(X_hat, spread, dL_dX_hat, True),
        ),
        backward_by_hand.mistake(
            "gain-forgotten",
            "without the gain",
            "Y is gamma times X_hat, so dL/dX_hat is dY times gamma.",
            dL_dX_hat=lambda dY: dY,
        ),
        backward_by_hand.mistake(
            "gain-forgotten-at-the-end",
            "with dY in place of dL/dX_hat in the last step",
            "From Y to X_hat the gradient was multiplied by gamma. The last step begins with dL/dX_hat.",
            dL_dX=lambda X_hat, spread, dY, training: _through(X_hat, spread, dY, training),
        ),
        backward_by_hand.mistake(
            "gain-forgotten-in-evaluation",
            "when the gain is forgotten in evaluation",
            "gamma is a factor in both modes: in evaluation too it is dL/dX_hat that is divided by the spread.",
            dL_dX=lambda X_hat, spread, dL_dX_hat, dY, training: _through(
                X_hat, spread, dL_dX_hat if training else dY, training
            ),
        ),
        backward_by_hand.mistake(
            "sums-for-means",
            "with sums in place of the two means",
            "mu and v are means: each example has a share of one Nth in them, so the formula has .mean, not .sum.",
            dL_dX=lambda X_hat, spread, dL_dX_hat, training: (
                (dL_dX_hat - training * (dL_dX_hat.sum(axis=0) + X_hat * (dL_dX_hat * X_hat).sum(axis=0))) / spread
            ),
        ),
        backward_by_hand.mistake(
            "means-without-axis",
            "with means over the whole array",
            "Each unit has its own mean, over the examples: .mean(axis=0). Without an axis all units are mixed.",
            dL_dX=lambda X_hat, spread, dL_dX_hat, training: (
                (dL_dX_hat - training * (dL_dX_hat.mean() + X_hat * (dL_dX_hat * X_hat).mean())) / spread
            ),
        ),
        backward_by_hand.mistake(
            "second-mean-bare",
            "without X_hat before the second mean",
            "How far the variance moves an example depends on where it lies: X_hat stands before the second mean too.",
            dL_dX=lambda X_hat, spread, dL_dX_hat, training: (
                (dL_dX_hat - training * (dL_dX_hat.mean(axis=0) + (dL_dX_hat * X_hat).mean(axis=0))) / spread
            ),
        ),
        backward_by_hand.mistake(
            "spread-forgotten",
            "when the division by the spread is forgotten",
            "X_hat is X divided by the spread. So is the gradient on its way back.",
            dL_dX=lambda X_hat, dL_dX_hat, training: (
                dL_dX_hat - training * (dL_dX_hat.mean(axis=0) + X_hat * (dL_dX_hat * X_hat).mean(axis=0))
            ),
        ),
        backward_by_hand.mistake(
            "gamma-without-x-hat",
            "when gamma's factor is forgotten",
            "gamma was multiplied by X_hat, so X_hat is its local derivative.",
            dL_dgamma=lambda dY: dY.sum(axis=0),
        ),
        backward_by_hand.mistake(
            "meant-not-summed",
            "by averaging over the batch",
            "gamma and beta were used once for each example: their gradients are sums. A 1/N comes from the loss only.",
            dL_dbeta=lambda dY: dY.mean(axis=0),
            dL_dgamma=lambda dY, X_hat: (dY * X_hat).mean(axis=0),
        ),
    ),
)
