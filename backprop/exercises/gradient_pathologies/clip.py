"""Clipping: one factor for all gradients, so that their common norm is at most the limit."""

import numpy as np

from backprop import engine
from backprop.engine import Tensor
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes

CLIPPED = ("dW1", "db1", "dW2")


def true_clipping(dW1, db1, dW2, limit) -> Values:
    """The engine's clipping."""
    parameters = [Tensor(gradient, requires_grad=True) for gradient in (dW1, db1, dW2)]
    for parameter, gradient in zip(parameters, (dW1, db1, dW2), strict=True):
        parameter.grad = gradient.copy()
    engine.clip_grad_norm_(parameters, limit)
    return dict(zip(CLIPPED, (parameter.grad for parameter in parameters), strict=True))


def drive_clipping(clip_by_global_norm, dW1, db1, dW2, limit):
    yield from zip(("dW1", "db1", "dW2"), clip_by_global_norm([dW1, db1, dW2], limit), strict=False)


def draw_gradients(rng) -> Values:
    """Three gradients whose common norm is over the limit in two cases of three."""
    out, hidden, into = sizes(rng, 3)
    case = arrays(rng, dW1=(hidden, into), db1=(hidden,), dW2=(out, hidden))
    whole = np.sqrt(sum((gradient**2).sum() for gradient in case.values()))
    share = rng.uniform(0.1, 0.6) if rng.random() < 2 / 3 else rng.uniform(1.1, 2)
    return case | {"limit": float(share * whole)}


def _whole(gradients, power=0.5):
    return sum((gradient**2).sum() for gradient in gradients) ** power


def _unsquared(gradients):
    return max(sum(gradient.sum() for gradient in gradients), 1e-12) ** 0.5


CLIP = Exercise(
    id="clip-by-global-norm",
    name="clip_by_global_norm",
    parts=dict.fromkeys(CLIPPED, 1),
    truth=true_clipping,
    drive=drive_clipping,
    draw=draw_gradients,
    shown=dict(
        dW1=np.array([[3.0, 0.0], [0.0, 4.0]]), db1=np.array([12.0, 0.0]), dW2=np.array([[0.5, 1.0]]), limit=6.5
    ),
    noun="sets of gradients",
    mistakes=(
        Mistake(
            "per-tensor",
            "by clipping each array by itself",
            "Small gradients then keep their size while large ones shrink, and the step turns. One factor for all.",
            lambda gradients, limit: [g * min(1, limit / np.linalg.norm(g)) for g in gradients],
        ),
        Mistake(
            "by-value",
            "by cutting every number by itself",
            "Numbers below the limit stay while others are cut, and the direction is lost. Shrink all by one factor.",
            lambda gradients, limit: [np.clip(g, -limit, limit) for g in gradients],
        ),
        Mistake(
            "always",
            "by scaling small gradients up",
            "A norm below the limit stays as it is: the factor is never above 1.",
            lambda gradients, limit: [g * limit / _whole(gradients) for g in gradients],
        ),
        Mistake(
            "squared",
            "without the root of the sum of squares",
            "The norm is the square root of the sum of all squares.",
            lambda gradients, limit: [g * min(1, limit / _whole(gradients, 1)) for g in gradients],
        ),
        Mistake(
            "norm-over-limit",
            "with the norm over the limit",
            "To come down from the norm to the limit one multiplies by limit / norm.",
            lambda gradients, limit: [g * min(1, _whole(gradients) / limit) for g in gradients],
        ),
        Mistake(
            "upside-down",
            "by multiplying by norm / limit where the norm is above the limit",
            "To come down from the norm to the limit one multiplies by limit / norm.",
            lambda gradients, limit: [g * max(1, _whole(gradients) / limit) for g in gradients],
        ),
        Mistake(
            "unsquared",
            "by adding the numbers without squaring them",
            "The norm is the root of the sum of the squares. Unsquared, numbers of opposite sign cancel.",
            lambda gradients, limit: [g * min(1, limit / _unsquared(gradients)) for g in gradients],
        ),
        Mistake(
            "largest-norm",
            "with the largest of the arrays' norms",
            "All arrays together are one long vector. Its square is the sum of all squares.",
            lambda gradients, limit: [g * min(1, limit / max(map(np.linalg.norm, gradients))) for g in gradients],
        ),
        Mistake(
            "norms-added",
            "by adding the arrays' norms",
            "Norms do not add, their squares do: it is one long vector that happens to lie in three arrays.",
            lambda gradients, limit: [g * min(1, limit / sum(map(np.linalg.norm, gradients))) for g in gradients],
        ),
        Mistake(
            "to-one",
            "by scaling to a norm of 1",
            "Afterwards the common norm is the limit. Multiply by it.",
            lambda gradients, limit: [g / max(_whole(gradients), 1) for g in gradients],
        ),
    ),
)
