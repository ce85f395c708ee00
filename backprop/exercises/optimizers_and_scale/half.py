"""A step in half precision: the loss scaled so that small gradients survive, the scale taken out again."""

import numpy as np

from backprop.engine import Tensor
from backprop.engine import sum as total
from backprop.exercises._form import Exercise, Mistake, Values

LARGEST = 65504.0  # of float16


def drive(scaled_step, w, X, upstream, scale, lr):
    """The backward pass of the scaled loss, in float16."""

    def backward(scale):
        with np.errstate(all="ignore"):
            return (X.astype(np.float16) * (scale * upstream).astype(np.float16)[:, None]).sum(axis=0)

    found = scaled_step(backward, w, scale, lr)
    yield "moved_millionths", (np.asarray(found["w"], float) - w) * 1e6
    yield "scale", found["scale"]


def true_step(w, X, upstream, scale, lr) -> Values:
    """The exact gradient, which half precision comes near; no step where the scaled one is too large for float16."""
    weights = Tensor(w, requires_grad=True)
    total((X @ weights) * upstream).backward()
    if np.abs(scale * upstream).max() > LARGEST:
        return {"moved_millionths": np.zeros_like(w), "scale": scale / 2}
    return {"moved_millionths": -lr * weights.grad * 1e6, "scale": scale}


def draw_step(rng) -> Values:
    """Gradients far below float16's smallest number; in every fourth case the scale is far too large."""
    rows, columns = (int(n) for n in rng.permutation([3, 4, 5])[:2])
    X, w = rng.uniform(0.5, 1.5, (rows, columns)), rng.normal(size=columns)
    power = 50 if rng.random() < 0.25 else int(rng.integers(26, 30))
    upstream = rng.uniform(2e-9, 1e-8, rows)
    return dict(w=w, X=X, upstream=upstream, scale=2.0**power, lr=float(rng.uniform(1e3, 1e4)))


def by_hand(
    *, unscale=None, asked=lambda scale: scale, halve=lambda scale: scale / 2, else_scale=lambda scale: scale, sign=1.0
):
    """The step by hand; the keywords are the ways to get it wrong."""

    def scaled_step(backward, w, scale, lr) -> Values:
        half = backward(asked(scale))
        if not np.isfinite(half).all():
            return dict(w=w, scale=halve(scale))
        with np.errstate(over="ignore"):  # a scale may be too large for float16
            gradient = unscale(half, scale) if unscale else half.astype(float) / scale
        return dict(w=w - sign * lr * gradient, scale=else_scale(scale))

    return scaled_step


def mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made in the step."""
    return Mistake(id, title, sentence, by_hand(**ways))


LOSS_SCALING = Exercise(
    id="loss-scaling",
    name="scaled_step",
    parts=dict(moved_millionths=3, scale=1),
    truth=true_step,
    drive=drive,
    draw=draw_step,
    shown=dict(
        w=np.array([0.5, -1.0]),
        X=np.array([[1.0, 2.0], [0.5, 1.5], [1.0, 1.0]]),
        upstream=np.array([4e-9, 6e-9, 5e-9]),
        scale=2.0**28,
        lr=1e3,
    ),
    noun="random steps",
    tolerance=1e-2,  # float16 has eleven bits
    census=("with a scale that is too large", lambda truth: not truth["moved_millionths"].any()),
    mistakes=(
        mistake(
            "scale-not-divided-out",
            "when the scale is not divided out before the update",
            "The loss was multiplied by the scale, and so was its gradient. Divide it out before the weights move.",
            unscale=lambda half, scale: half.astype(float),
        ),
        mistake(
            "divided-in-half",
            "when the scale is divided out in float16",
            "There it is lost again: the scale itself is infinite in float16. First convert to float64, then divide.",
            unscale=lambda half, scale: half / np.float16(scale),
        ),
        mistake(
            "not-scaled",
            "when the loss is not scaled",
            "backward(1.0) gives zeros: nothing is left to rescue afterwards. The scale goes into backward.",
            asked=lambda scale: 1.0,
            unscale=lambda half, scale: half.astype(float),
        ),
        mistake(
            "multiplied-again",
            "when the scale is multiplied in once more",
            "backward has multiplied by the scale. Taking it out again is a division.",
            unscale=lambda half, scale: half.astype(float) * scale,
        ),
        mistake(
            "scale-kept",
            "when the scale stays after an overflow",
            "Then the next step overflows too. Skip this one, and return half the scale.",
            halve=lambda scale: scale,
        ),
        mistake(
            "scale-doubled",
            "when the scale grows after an overflow",
            "inf says that the scale was too large. Halve it.",
            halve=lambda scale: 2 * scale,
        ),
        mistake(
            "always-halved",
            "when the scale is halved in every step",
            "Only an overflow is a reason. After a good step the scale stays as it is.",
            else_scale=lambda scale: scale / 2,
        ),
        mistake("update-added", "by adding the step", "The gradient points uphill. Subtract.", sign=-1.0),
    ),
)
