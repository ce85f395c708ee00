"""`torch.autograd.Function`: swish and a loss of one's own, with their backward by hand."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Values


def _proved(truth):
    """The truth, and what torch's gradcheck says of a right backward."""
    return lambda **inputs: truth(**inputs) | {"gradcheck": True}


def _swish(F, z, upstream) -> dict:
    a = F.swish(z)
    return dict(a=a, L=F.sum(a * upstream))


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


swish_by_hand = Derivation(
    s=lambda z: _sigmoid(z),
    a=lambda z, s: z * s,
    slope=lambda z, s: s + z * s * (1 - s),
    dL_dz=lambda upstream, slope: upstream * slope,
)


def draw_swish(rng) -> Values:
    """A few numbers of either sign, each with an upstream gradient of its own."""
    n = int(rng.integers(2, 6))
    return dict(z=rng.normal(size=n) * 2, upstream=rng.normal(size=n))


def swish_mistake(id: str, title: str, sentence: str, **steps) -> Mistake:
    """A mistake made in swish's backward."""
    return Mistake(id, title, sentence, swish_by_hand.but(**steps))


SWISH = Exercise(
    id="swish",
    name="swish_gradient",
    parts=dict(a=1, dL_dz=2, gradcheck=1),
    truth=_proved(Autodiff(_swish)),
    draw=draw_swish,
    shown=dict(z=np.array([-1.0, 0.5, 2.0]), upstream=np.array([1.0, -2.0, 0.5])),
    noun="arrays",
    upstream="upstream",
    tolerance=1e-5,  # torch makes float32 of Python's numbers
    uses_torch=True,
    mistakes=(
        swish_mistake(
            "gate-only",
            "when the sigmoid is taken for a constant",
            "z stands in z · σ(z) twice. The second path goes through the sigmoid: z σ (1 - σ).",
            slope=lambda s: s,
        ),
        swish_mistake(
            "through-sigmoid-only",
            "when only the path through the sigmoid is kept",
            "z stands in z · σ(z) twice. The first path has the slope σ(z).",
            slope=lambda z, s: z * s * (1 - s),
        ),
        swish_mistake(
            "sigmoid-slope",
            "with the sigmoid's slope",
            "Swish is z times the sigmoid: use the rule for products.",
            slope=lambda s: s * (1 - s),
        ),
        swish_mistake(
            "upstream-ignored",
            "when backward returns the slope alone",
            "backward gets the upstream gradient, and what it returns is multiplied by it.",
            dL_dz=lambda slope: slope,
        ),
        swish_mistake(
            "z-left-out",
            "when z is left out of the second path",
            "The path through the sigmoid carries the other factor, z: σ + z σ (1 - σ).",
            slope=lambda s: s + s * (1 - s),
        ),
    ),
)


def _bread(F, p, y, price, upstream) -> dict:
    """relu picks the days that were short, and those with something left over."""
    L = F.mean(F.relu(p - y) ** 2 + price * F.relu(y - p) ** 2)
    return dict(cost=L * 1.0, L=L * upstream)


bread_by_hand = Derivation(
    miss=lambda p, y: p - y,
    weight=lambda p, y, price: np.where(p < y, price, 1.0),
    cost=lambda miss, weight: np.mean(weight * miss**2),
    many=lambda p: p.size,
    dL_dp=lambda upstream, weight, miss, many: upstream * 2 * weight * miss / many,
)


def draw_bread(rng) -> Values:
    """A few days, none of which hits its target, with days short and days over."""
    while True:
        n = int(rng.integers(3, 7))
        p, y = rng.normal(size=n), rng.normal(size=n)
        if 0 < (p < y).sum() < n and np.abs(p - y).min() > 0.05:
            return dict(
                p=p, y=y, price=float(rng.uniform(2, 5)), upstream=float(rng.uniform(0.5, 2) * rng.choice([-1, 1]))
            )


def bread_mistake(id: str, title: str, sentence: str, **steps) -> Mistake:
    """A mistake made in the loss or in its backward."""
    return Mistake(id, title, sentence, bread_by_hand.but(**steps))


BREAD_LOSS = Exercise(
    id="bread-loss",
    name="bread_gradient",
    parts=dict(cost=1, dL_dp=2, gradcheck=1),
    truth=_proved(Autodiff(_bread)),
    draw=draw_bread,
    shown=dict(p=np.array([1.0, 3.0, 2.0]), y=np.array([2.0, 2.5, 4.0]), price=3.0, upstream=0.5),
    noun="weeks",
    upstream="upstream",
    tolerance=1e-5,  # torch makes float32 of Python's numbers
    uses_torch=True,
    mistakes=(
        bread_mistake(
            "mean-forgotten",
            "when the mean's 1/n is lost on the way back",
            "The loss is a mean over n days, so every day's gradient is divided by n.",
            dL_dp=lambda upstream, weight, miss: upstream * 2 * weight * miss,
        ),
        bread_mistake(
            "weight-forgotten",
            "when the price is left out on the way back",
            "On days that were short the square counts `price` times, and so does its slope.",
            dL_dp=lambda upstream, miss, many: upstream * 2 * miss / many,
        ),
        bread_mistake(
            "weight-reversed",
            "when the days with something left over pay the price",
            "Short means that the prediction p is below the demand y.",
            weight=lambda p, y, price: np.where(p > y, price, 1.0),
        ),
        bread_mistake(
            "upstream-ignored",
            "without the upstream gradient",
            "This loss may be one part of a larger one. backward gets what follows from it and multiplies by it.",
            dL_dp=lambda weight, miss, many: 2 * weight * miss / many,
        ),
        bread_mistake(
            "error-reversed",
            "with y - p in place of p - y",
            "The slope of (p - y)² along p is 2 (p - y), prediction minus target.",
            dL_dp=lambda upstream, weight, miss, many: -upstream * 2 * weight * miss / many,
        ),
        bread_mistake(
            "two-forgotten",
            "when the 2 of the square is lost",
            "This loss is the full square, so its slope keeps the factor 2.",
            dL_dp=lambda upstream, weight, miss, many: upstream * weight * miss / many,
        ),
    ),
)
