"""Two more normalisations, on the way back: layer normalisation and weight normalisation."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes
from backprop.exercises.gradient_pathologies.batch_norm import EPS


def _layer_norm(F, dY, X, gamma) -> dict:
    beta = gamma * 0.0  # a node, for its gradient
    centred = X - F.mean(X, axis=1, keepdims=True)
    X_hat = centred / (F.mean(centred * centred, axis=1, keepdims=True) + EPS) ** 0.5
    return dict(beta=beta, X_hat=X_hat, L=F.sum((gamma * X_hat + beta) * dY))


def _row(array):
    return array.mean(axis=1, keepdims=True)


layer_norm_by_hand = Derivation(
    spread=lambda X: np.sqrt(X.var(axis=1, keepdims=True) + EPS),
    X_hat=lambda X, spread: (X - _row(X)) / spread,
    dL_dbeta=lambda dY: dY.sum(axis=0),
    dL_dgamma=lambda dY, X_hat: (dY * X_hat).sum(axis=0),
    dL_dX_hat=lambda dY, gamma: dY * gamma,
    dL_dX=lambda dL_dX_hat, X_hat, spread: (dL_dX_hat - _row(dL_dX_hat) - X_hat * _row(dL_dX_hat * X_hat)) / spread,
)


def draw_layer_norm(rng) -> Values:
    """Rows of a few units each, one of them hardly varying in some cases."""
    rows, units = sizes(rng, 2, 3, 7)
    case = arrays(rng, dY=(rows, units), X=(rows, units), gamma=(units,))
    if rng.random() < 0.4:
        case["X"][0] = 0.5 + 0.03 * rng.normal(size=units)
    return case


LAYER_NORM_BACKWARD = Exercise(
    id="layer-norm-backward",
    name="layer_norm_backward",
    parts=dict(dL_dbeta=0.5, dL_dgamma=0.5, dL_dX_hat=0.5, dL_dX=1.5),
    truth=Autodiff(_layer_norm),
    draw=draw_layer_norm,
    shown=dict(
        dY=np.array([[1.0, 0.5, -1.0], [-2.0, 1.0, 0.5]]),
        X=np.array([[1.0, 4.0, 2.0], [3.0, 0.0, -1.0]]),
        gamma=np.array([2.0, -1.0, 0.5]),
    ),
    noun="batches",
    upstream="dY",
    mistakes=(
        layer_norm_by_hand.mistake(
            "all-constant",
            "when mean and variance are treated as constants",
            "They were computed from the row, so every unit of the row moved them: two terms more.",
            dL_dX=lambda dL_dX_hat, spread: dL_dX_hat / spread,
        ),
        layer_norm_by_hand.mistake(
            "mean-constant",
            "when the mean is treated as a constant",
            "Every unit of the row moved its mean. Subtract the row's mean of dL/dX_hat.",
            dL_dX=lambda dL_dX_hat, X_hat, spread: (dL_dX_hat - X_hat * _row(dL_dX_hat * X_hat)) / spread,
        ),
        layer_norm_by_hand.mistake(
            "variance-constant",
            "when the variance is treated as a constant",
            "Every unit moved its row's variance. Take the mean of (dL/dX_hat * X_hat) and subtract X_hat times it.",
            dL_dX=lambda dL_dX_hat, spread: (dL_dX_hat - _row(dL_dX_hat)) / spread,
        ),
        layer_norm_by_hand.mistake(
            "normalised-by-columns",
            "with the mean and variance of a column",
            "Layer normalisation looks along the row of one example: axis 1, with keepdims.",
            spread=lambda X: np.sqrt(X.var(axis=0) + EPS),
            X_hat=lambda X, spread: (X - X.mean(axis=0)) / spread,
            dL_dX=lambda dL_dX_hat, X_hat, spread: (
                (dL_dX_hat - dL_dX_hat.mean(axis=0) - X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread
            ),
        ),
        layer_norm_by_hand.mistake(
            "epsilon-forgotten",
            "without epsilon",
            "It is the root of (variance + epsilon). Where a row hardly varies, that counts.",
            spread=lambda X: X.std(axis=1, keepdims=True),
        ),
        layer_norm_by_hand.mistake(
            "gain-at-the-end",
            "by multiplying by the gain at the end",
            "Here gamma differs along the row over which the means are taken: multiply by it first.",
            dL_dX=lambda dY, gamma, X_hat, spread: gamma * (dY - _row(dY) - X_hat * _row(dY * X_hat)) / spread,
        ),
        layer_norm_by_hand.mistake(
            "gain-forgotten",
            "without the gain",
            "Y is gamma times X_hat, so dL/dX_hat is dY times gamma.",
            dL_dX_hat=lambda dY: dY,
        ),
        layer_norm_by_hand.mistake(
            "columns-for-rows",
            "with the means of batch normalisation",
            "Layer normalisation takes its means over a row, axis 1, and each row is on its own.",
            dL_dX=lambda dL_dX_hat, X_hat, spread: (
                (dL_dX_hat - dL_dX_hat.mean(axis=0) - X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread
            ),
        ),
        layer_norm_by_hand.mistake(
            "n-minus-one",
            "with N - 1 in place of N",
            "The variance divides by the number of units in the row.",
            spread=lambda X: np.sqrt(X.var(axis=1, ddof=1, keepdims=True) + EPS),
        ),
        layer_norm_by_hand.mistake(
            "epsilon-outside",
            "with epsilon outside the root",
            "It is the root of (variance + epsilon).",
            spread=lambda X: X.std(axis=1, keepdims=True) + EPS,
        ),
    ),
)


def _weight_norm(F, dW, V, g) -> dict:
    length = F.sum(V * V, axis=1, keepdims=True) ** 0.5
    return {"L": F.sum(g * F.sum(V / length * dW, axis=1))}


weight_norm_by_hand = Derivation(
    length=lambda V: np.linalg.norm(V, axis=1, keepdims=True),
    direction=lambda V, length: V / length,
    dL_dg=lambda dW, direction: (dW * direction).sum(axis=1),
    dL_dV=lambda dW, g, direction, length, dL_dg: g[:, None] * (dW - dL_dg[:, None] * direction) / length,
)


def draw_weight_norm(rng) -> Values:
    """A few rows that are not too short, and a length for each."""
    out, into = sizes(rng, 2, 2, 7)
    return arrays(rng, dW=(out, into), V=(out, into), g=(out,))


WEIGHT_NORM_BACKWARD = Exercise(
    id="weight-norm-backward",
    name="weight_norm_backward",
    parts=dict(dL_dg=1, dL_dV=2),
    truth=Autodiff(_weight_norm),
    draw=draw_weight_norm,
    shown=dict(dW=np.array([[1.0, 2.0], [-1.0, 0.5]]), V=np.array([[3.0, 4.0], [0.0, 2.0]]), g=np.array([10.0, -1.0])),
    noun="layers",
    upstream="dW",
    mistakes=(
        weight_norm_by_hand.mistake(
            "length-constant",
            "when the length is treated as a constant",
            "The length was computed from V. Take away the part of dW that points along V.",
            dL_dV=lambda dW, g, length: g[:, None] * dW / length,
        ),
        weight_norm_by_hand.mistake(
            "direction-left-long",
            "with V in place of U in what is taken away",
            "What points along V is dL/dg times the direction, and a direction has length 1: U, not V.",
            dL_dV=lambda dW, g, V, length, dL_dg: g[:, None] * (dW - dL_dg[:, None] * V) / length,
        ),
        weight_norm_by_hand.mistake(
            "added-not-taken",
            "by adding the part along V",
            "Along V nothing can be learned: that part of dW is taken away.",
            dL_dV=lambda dW, g, direction, length, dL_dg: g[:, None] * (dW + dL_dg[:, None] * direction) / length,
        ),
        weight_norm_by_hand.mistake(
            "gain-forgotten",
            "without the gain g",
            "W is g times the direction, so what reaches the direction is dW times g.",
            dL_dV=lambda dW, direction, length, dL_dg: (dW - dL_dg[:, None] * direction) / length,
        ),
        weight_norm_by_hand.mistake(
            "one-length",
            "with one length for the whole matrix",
            "Each unit, that is each row, has its own length: axis 1, with keepdims.",
            length=lambda V: np.full((len(V), 1), np.linalg.norm(V)),
        ),
        weight_norm_by_hand.mistake(
            "columns",
            "with the lengths of the columns",
            "A unit's weights are a row of W. Take the length along axis 1.",
            length=lambda V: np.resize(np.linalg.norm(V, axis=0), (len(V), 1)),
        ),
        weight_norm_by_hand.mistake(
            "division-forgotten",
            "when the division by the length is forgotten",
            "The direction is V divided by its length. So is the gradient on its way back.",
            dL_dV=lambda dW, g, direction, dL_dg: g[:, None] * (dW - dL_dg[:, None] * direction),
        ),
        weight_norm_by_hand.mistake(
            "length-kept",
            "with V in place of its direction",
            "g was multiplied by V / |V|, whose length is 1.",
            dL_dg=lambda dW, V: (dW * V).sum(axis=1),
        ),
    ),
)
