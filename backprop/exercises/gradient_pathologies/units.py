"""Dead units, counted and revived, and units with a hard threshold."""

import numpy as np

from backprop.engine import Tensor, clip, where
from backprop.engine import max as largest
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes, until
from backprop.functions import sigmoid


def true_revival(Z, W, b, W_new) -> Values:
    """A unit is dead if its largest pre-activation is not positive; by the engine's max and where."""
    dead = largest(Tensor(Z), axis=0).data <= 0
    return {
        "count": int(dead.sum()),
        "W": where(dead[:, None], Tensor(W_new), Tensor(W)).data,
        "b": where(dead, Tensor(0 * b), Tensor(b)).data,
    }


def revived(dead=lambda Z: (Z <= 0).all(axis=0), count=lambda Z, dead: int(dead.sum()), rows=None, bias=None):
    """A learner who finds, counts and revives in these ways."""

    def revive(Z, W, b, W_new):
        found = dead(Z)
        return {
            "count": count(Z, found),
            "W": rows(found, W, W_new) if rows else np.where(found[:, None], W_new, W),
            "b": bias(found, b) if bias else np.where(found, 0.0, b),
        }

    return revive


def draw_units(rng) -> Values:
    """Some units dead for the whole batch, some alive, some examples at which all units are shut."""

    return _units_case(rng, lambda: sizes(rng, 3, 3, 8))


def _units_case(rng, chosen) -> Values:
    def draw(rng):
        rows, units, into = chosen()
        case = arrays(rng, Z=(rows, units), W=(units, into), b=(units,), W_new=(units, into))
        case["Z"][:, rng.random(units) < 0.4] *= -1
        case["Z"] = np.where(rng.random(units) < 0.4, -np.abs(case["Z"]), case["Z"])
        return case

    def fits(case):
        dead = (case["Z"] <= 0).all(axis=0)
        return 0 < dead.sum() < len(dead) - 1 and dead.sum() != (case["Z"] <= 0).all(axis=1).sum()

    return until(rng, draw, fits)


DEAD_UNITS = Exercise(
    id="dead-units",
    name="revive",
    parts=dict(count=1, W=1, b=1),
    truth=true_revival,
    draw=draw_units,
    shown=_units_case(np.random.default_rng(3), lambda: (4, 3, 2)),
    noun="layers",
    mistakes=(
        Mistake(
            "shut-once",
            "if a unit were dead as soon as one example shuts it",
            "A unit is dead when no example opens it: all, not any.",
            revived(dead=lambda Z: (Z <= 0).any(axis=0)),
        ),
        Mistake(
            "entries-counted",
            "by counting shut gates, not dead units",
            "A shut gate is one example at one unit. A dead unit is shut for the whole batch.",
            revived(count=lambda Z, dead: int((Z <= 0).sum())),
        ),
        Mistake(
            "share-given",
            "by giving the share in place of the number",
            "Count them: a sum, not a mean.",
            revived(count=lambda Z, dead: float(dead.mean())),
        ),
        Mistake(
            "examples-for-units",
            "by counting examples in place of units",
            "Units are the columns of Z. Ask along axis 0, over the examples.",
            revived(count=lambda Z, dead: int((Z <= 0).all(axis=1).sum())),
        ),
        Mistake(
            "alive-counted",
            "by counting the living",
            "A unit is dead when its Z is negative for every example.",
            revived(count=lambda Z, dead: int((~dead).sum())),
        ),
        Mistake(
            "all-renewed",
            "when living units get new weights too",
            "What a living unit has learned is kept: only the rows of dead units are replaced.",
            revived(rows=lambda dead, W, W_new: W_new, bias=lambda dead, b: 0 * b),
        ),
        Mistake(
            "living-renewed",
            "when the living are replaced and the dead are kept",
            "np.where takes its first choice where the condition holds.",
            revived(rows=lambda dead, W, W_new: np.where(dead[:, None], W, W_new), bias=lambda dead, b: b * dead),
        ),
        Mistake(
            "bias-kept",
            "when a dead unit keeps its bias",
            "Often it is the bias that holds the unit below zero. Set it to 0.",
            revived(bias=lambda dead, b: b),
        ),
    ),
)


def true_straight_through(X, dB) -> Values:
    """The step's value; and, as if it had been a ramp from -1 to 1, the ramp's gradient by the engine."""
    ramp = Tensor(X, requires_grad=True)
    clip(ramp, -1.0, 1.0).backward(dB)
    return {"B": where(X > 0, Tensor(np.ones_like(X)), 0.0).data, "dL_dX": ramp.grad}


def straight(value=lambda X: (X > 0) * 1.0, back=lambda X, dB: dB * (np.abs(X) <= 1)):
    """A learner with this step and this way back."""
    return lambda X, dB: {"B": value(X), "dL_dX": back(X, dB)}


def draw_thresholds(rng) -> Values:
    """Numbers on both sides of 0, within and beyond 1, near none of the corners."""

    def draw(rng):
        rows, units = sizes(rng, 2, 3, 6)
        return {"X": 1.2 * rng.normal(size=(rows, units)), "dB": rng.normal(size=(rows, units))}

    def fits(case):
        far = np.abs(case["X"])
        return far.min() > 0.01 and np.abs(far - 1).min() > 0.01 and (case["X"] > 1).any() and (case["X"] < -1).any()

    return until(rng, draw, fits)


STRAIGHT_THROUGH = Exercise(
    id="straight-through",
    name="straight_through",
    parts=dict(B=1, dL_dX=1),
    truth=true_straight_through,
    draw=draw_thresholds,
    shown=dict(X=np.array([[0.5, -0.3, 2.0], [-1.5, 0.8, -0.6]]), dB=np.array([[1.0, -2.0, 3.0], [0.5, 0.7, -1.0]])),
    noun="layers",
    upstream="dB",
    mistakes=(
        Mistake(
            "true-slope",
            "with the step's own slope",
            "It is 0 everywhere, so nothing would ever be learned. The estimator lets the gradient pass.",
            straight(back=lambda X, dB: 0 * dB),
        ),
        Mistake(
            "window-forgotten",
            "when the gradient passes everywhere",
            "Where X is beyond -1 or 1 a small move will not reach the threshold: there the gradient stops.",
            straight(back=lambda X, dB: dB),
        ),
        Mistake(
            "upstream-clipped",
            "by clipping the gradient",
            "It is X that must lie between -1 and 1. The gradient itself passes as it is, or not at all.",
            straight(back=lambda X, dB: np.clip(dB, -1, 1)),
        ),
        Mistake(
            "upstream-clipped-inside",
            "by clipping the gradient that passes",
            "Where X lies between -1 and 1 the gradient passes as it is, however large it is.",
            straight(back=lambda X, dB: np.clip(dB, -1, 1) * (np.abs(X) <= 1)),
        ),
        Mistake(
            "range-of-upstream",
            "by asking whether dB lies between -1 and 1",
            "The window is one for X, what went into the threshold.",
            straight(back=lambda X, dB: dB * (np.abs(dB) <= 1)),
        ),
        Mistake(
            "upper-end-only",
            "with the upper end of the window alone",
            "Below -1 the gradient stops too: ask for the absolute value of X.",
            straight(back=lambda X, dB: dB * (X <= 1)),
        ),
        Mistake(
            "gated",
            "with ReLU's gate",
            "The gradient passes on both sides of the threshold, also where the unit is 0.",
            straight(back=lambda X, dB: dB * (X > 0) * (X <= 1)),
        ),
        Mistake(
            "gated-by-output",
            "by multiplying by the output",
            "The gradient passes on both sides of the threshold, also where the unit is 0.",
            straight(back=lambda X, dB: dB * (X > 0)),
        ),
        Mistake(
            "sigmoid-slope",
            "with sigmoid's slope",
            "That is another estimator. This one passes the gradient as it is, from -1 to 1.",
            straight(back=lambda X, dB: dB * sigmoid(X) * (1 - sigmoid(X))),
        ),
        Mistake(
            "sign",
            "with -1 where the unit is off",
            "This unit is 0 or 1.",
            straight(value=np.sign),
        ),
        Mistake(
            "not-hard",
            "with a sigmoid on the way forward",
            "Forward the threshold is hard: 0 or 1. Only the way back is softened.",
            straight(value=sigmoid),
        ),
    ),
)
