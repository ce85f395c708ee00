"""The way back through broadcasting: what was repeated is summed."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values

SHAPES = {  # of the gradient: the shapes that broadcast to it
    (4, 3): [(3,), (4, 1), (1, 3), (1, 1), (), (4, 3)],
    (2, 5): [(5,), (2, 1), (1, 5)],
    (2, 4, 3): [(3,), (4, 3), (4, 1), (2, 1, 3), (2, 1, 1), (1, 4, 1)],
}


def _forward(F, x, gradient) -> dict:
    return {"L": F.sum((x + 0.0 * gradient) * gradient)}


def drive_unbroadcast(unbroadcast, x, gradient):
    """The learner gets the shape, as the sweep has it."""
    yield "summed", unbroadcast(gradient, np.shape(x))


def draw_unbroadcast(rng) -> Values:
    """A random pair of shapes, random numbers."""
    large = [*SHAPES][rng.integers(len(SHAPES))]
    small = SHAPES[large][rng.integers(len(SHAPES[large]))]
    return dict(x=rng.normal(size=small) if small else float(rng.normal()), gradient=rng.normal(size=large))


def summed(gradient, shape, *, new=True, stretched=True, keep=True, how=np.sum):
    """The sum by hand; the keywords are the ways to get it wrong."""
    if new:
        gradient = how(gradient, axis=tuple(range(gradient.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and axis < gradient.ndim) if stretched else ()
    return how(gradient, axis=axes, keepdims=keep) if axes else gradient


def last_axes(gradient, shape):
    """Sums the axes at the wrong end."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=-1)
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=axes, keepdims=True) if axes else gradient


def unbroadcast_mistake(id: str, title: str, sentence: str, wrong=None, **ways) -> Mistake:
    """A mistake made in the sum."""
    return Mistake(id, title, sentence, wrong or (lambda gradient, shape: summed(gradient, shape, **ways)))


UNBROADCAST = Exercise(
    id="unbroadcast",
    name="unbroadcast",
    parts={"summed": 3},
    truth=Autodiff(_forward, names={"dL_dx": "summed"}),
    drive=drive_unbroadcast,
    draw=draw_unbroadcast,
    shown=dict(x=np.array([0.5, -1.0, 2.0]), gradient=np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])),
    noun="pairs of shapes",
    mistakes=(
        unbroadcast_mistake(
            "wrong-axis",
            "by summing the last axes in place of the first",
            "Broadcasting adds new axes in front. So the axes that are too many are the first ones.",
            last_axes,
        ),
        unbroadcast_mistake(
            "stretched-forgotten",
            "when the stretched axes are not summed",
            "An axis of size 1 was repeated too. Sum over it and keep it: keepdims=True.",
            stretched=False,
        ),
        unbroadcast_mistake(
            "new-forgotten",
            "when the new axes are not summed",
            "Where the shape is shorter than the gradient's, axes were added in front. Sum over these first.",
            new=False,
        ),
        unbroadcast_mistake(
            "axis-dropped",
            "when the axes of size 1 are dropped",
            "The answer must have the shape that was asked for, with its axes of size 1: keepdims=True.",
            keep=False,
        ),
        unbroadcast_mistake(
            "mean",
            "with the mean in place of the sum",
            "Every copy moves the loss by its own share, and the shares add. Nothing is divided.",
            how=np.mean,
        ),
        unbroadcast_mistake(
            "all-summed",
            "by summing everything",
            "Sum only over the axes along which the array was repeated.",
            lambda gradient, shape: np.full(shape, gradient.sum()),
        ),
        unbroadcast_mistake(
            "untouched",
            "by passing the gradient on as it is",
            "Its shape is that of the result. The parent's own shape is asked for: sum over what was repeated.",
            lambda gradient, shape: gradient,
        ),
    ),
)
