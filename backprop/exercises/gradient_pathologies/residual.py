"""A residual block, on the way back: two paths from the output to the input."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes, until


def _block(F, dY, X, W1, b1, W2, b2) -> dict:
    Z = F.linear(X, W1, b1)
    A = F.relu(Z)
    return dict(Z=Z, A=A, L=F.sum((X + F.linear(A, W2, b2)) * dY))


residual_by_hand = Derivation(
    Z=lambda X, W1, b1: X @ W1.T + b1,
    A=lambda Z: np.maximum(Z, 0),
    dL_dW2=lambda dY, A: dY.T @ A,
    dL_db2=lambda dY: dY.sum(axis=0),
    dL_dA=lambda dY, W2: dY @ W2,
    dL_dZ=lambda dL_dA, Z: dL_dA * (Z > 0),
    dL_dW1=lambda dL_dZ, X: dL_dZ.T @ X,
    dL_db1=lambda dL_dZ: dL_dZ.sum(axis=0),
    dL_dX=lambda dY, dL_dZ, W1: dY + dL_dZ @ W1,
)


def draw_block(rng) -> Values:
    """A block with open and shut gates, none of them near its kink."""

    return _block_case(rng, lambda: sizes(rng, 3))


def _block_case(rng, chosen) -> Values:
    def draw(rng):
        rows, width, hidden = chosen()
        shapes = dict(dY=(rows, width), X=(rows, width), W1=(hidden, width), b1=(hidden,), W2=(width, hidden))
        return arrays(rng, **shapes, b2=(width,))

    def fits(case):
        Z = residual_by_hand(**case)["Z"]
        return np.abs(Z).min() > 0.01 and (Z < 0).any() and (Z > 0).any()

    return until(rng, draw, fits)


RESIDUAL_BACKWARD = Exercise(
    id="residual-backward",
    name="residual_backward",
    parts=dict(dL_dW2=0.5, dL_db2=0.5, dL_dA=0.5, dL_dZ=0.5, dL_dW1=0.5, dL_db1=0.5, dL_dX=1),
    truth=Autodiff(_block),
    draw=draw_block,
    shown=_block_case(np.random.default_rng(3), lambda: (2, 3, 2)),
    noun="blocks",
    upstream="dY",
    mistakes=(
        residual_by_hand.mistake(
            "identity-dropped",
            "when the identity path is dropped",
            "X reaches Y on two paths. On the short one nothing happens to it, so dY comes back as it is. Add both.",
            dL_dX=lambda dL_dZ, W1: dL_dZ @ W1,
        ),
        residual_by_hand.mistake(
            "branch-dropped",
            "when only the identity path is taken",
            "X reaches Y on two paths. Add what comes back through the two layers.",
            dL_dX=lambda dY: dY,
        ),
        residual_by_hand.mistake(
            "one-added",
            "with 1 in place of dY on the short path",
            "The local derivative of the short path is 1, and it multiplies what arrives: dY comes back.",
            dL_dX=lambda dL_dZ, W1: 1 + dL_dZ @ W1,
        ),
        residual_by_hand.mistake(
            "value-added",
            "by adding X itself",
            "Forward X is added. Backward it is the gradient that comes down the short path: dY.",
            dL_dX=lambda X, dL_dZ, W1: X + dL_dZ @ W1,
        ),
        residual_by_hand.mistake(
            "paths-multiplied",
            "by multiplying the two paths",
            "Along a path one multiplies. Where two paths meet, their contributions add.",
            dL_dX=lambda dY, dL_dZ, W1: dY * (dL_dZ @ W1),
        ),
        residual_by_hand.mistake(
            "gate-forgotten",
            "without ReLU's gate",
            "Where Z is negative nothing went forward, and nothing goes back.",
            dL_dZ=lambda dL_dA: dL_dA,
        ),
        residual_by_hand.mistake(
            "times-a",
            "by multiplying by A",
            "ReLU's slope is 1 where Z is positive and 0 elsewhere. A is its value.",
            dL_dZ=lambda dL_dA, A: dL_dA * A,
        ),
        residual_by_hand.mistake(
            "activation-of-wrong-layer",
            "with Z in place of A",
            "W2 was multiplied by A, what ReLU let through.",
            dL_dW2=lambda dY, Z: dY.T @ Z,
        ),
        residual_by_hand.mistake(
            "not-summed",
            "with the mean over the batch for the biases",
            "A bias was added to every example, so its gradient is the sum over the rows.",
            dL_db2=lambda dY: dY.mean(axis=0),
            dL_db1=lambda dL_dZ: dL_dZ.mean(axis=0),
        ),
    ),
)
