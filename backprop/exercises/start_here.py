"""Lesson 00, start here: one exercise, to learn how a check reads."""

from backprop.engine import grad
from backprop.exercises._form import Exercise, Mistake
from backprop.exercises._scalars import some


def true_slope(x):
    """The derivative of x squared."""
    return {"slope": float(grad(lambda x: x * x)(x))}


SLOPE = Exercise(
    id="slope",
    name="slope",
    parts={"slope": 1},
    truth=true_slope,
    draw=lambda rng: some(rng, ["x"], 0.5, 4),
    shown={"x": 3.0},
    noun="points",
    census=("left of zero", lambda truth: truth["slope"] < 0),
    mistakes=(
        Mistake(
            "value-for-slope",
            "by returning the height of the curve",
            "x squared says how high the curve is at x. Its slope says how steep it is there.",
            lambda x: {"slope": x * x},
        ),
        Mistake(
            "factor-lost",
            "when the 2 in front is lost",
            "The power comes down as a factor: the derivative of x squared starts with a 2.",
            lambda x: {"slope": x},
        ),
        Mistake(
            "constant-slope",
            "for a straight line",
            "The line 2x has slope 2 everywhere. This curve gets steeper as x grows: x belongs in the answer.",
            lambda x: {"slope": 2.0},
        ),
    ),
)

EXERCISES = [SLOPE]
