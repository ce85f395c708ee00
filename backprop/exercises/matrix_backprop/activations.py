"""Activation functions and their slopes, entry by entry."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values

NAMES = ("relu", "sigmoid", "tanh", "swish")


def drive(activation, Z, far):
    """Each function and its slope at Z; then the sigmoid far out, where exp may overflow."""
    for name in ("relu", "sigmoid", "tanh", "swish"):
        f, slope = activation(name)
        yield name, f(Z)
        yield f"d_{name}", slope(Z)
    with np.errstate(over="raise", invalid="raise"):
        try:
            overflows = None if activation("sigmoid")[0](far) is None else False
        except FloatingPointError:
            overflows = True
    yield "overflows", overflows


def _forward(F, Z, far) -> dict:
    nodes = {f"Z_{name}": Z * 1.0 for name in NAMES}  # a copy of Z for each, so that each slope stands alone
    values = {name: getattr(F, name)(nodes[f"Z_{name}"]) for name in NAMES}
    total = sum(F.sum(value) for value in values.values())
    return nodes | values | dict(overflows=False, L=total)


def draw(rng) -> Values:
    """A few numbers of either sign, off the kink, and some that are very large."""
    rows, columns = (int(n) for n in rng.permutation([2, 3, 4])[:2])
    Z = rng.uniform(0.05, 4, (rows, columns)) * rng.choice([-1, 1], (rows, columns))
    return dict(Z=Z, far=rng.uniform(720, 1200, 4) * np.array([1, -1, -1, 1]))


def sigma(Z):
    """The sigmoid, safe for all numbers."""
    return 0.5 + 0.5 * np.tanh(Z / 2)


def d_sigma(Z):
    """Its slope."""
    return sigma(Z) - sigma(Z) ** 2


BY_HAND = {
    "relu": (lambda Z: Z * (Z > 0), lambda Z: 1.0 * (Z > 0)),
    "sigmoid": (sigma, d_sigma),
    "tanh": (np.tanh, lambda Z: np.cosh(Z) ** -2),
    "swish": (lambda Z: sigma(Z) * Z, lambda Z: sigma(Z) + d_sigma(Z) * Z),
    "identity": (lambda Z: Z, np.ones_like),
}


def slope_mistake(id: str, title: str, sentence: str, **slopes) -> Mistake:
    """A mistake in some of the slopes."""
    return Mistake(id, title, sentence, lambda name: (BY_HAND[name][0], slopes.get(name, BY_HAND[name][1])))


def value_mistake(id: str, title: str, sentence: str, **functions) -> Mistake:
    """A mistake in some of the functions."""
    return Mistake(id, title, sentence, lambda name: (functions.get(name, BY_HAND[name][0]), BY_HAND[name][1]))


ACTIVATIONS = Exercise(
    id="activations",
    name="activation",
    parts=dict(d_relu=0.5, sigmoid=0.5, d_sigmoid=0.5, d_tanh=0.5, swish=0.5, d_swish=1, overflows=0.5),
    truth=Autodiff(_forward, names={f"dL_dZ_{name}": f"d_{name}" for name in NAMES}),
    draw=draw,
    shown=dict(Z=np.array([[-2.0, 0.5], [1.0, 3.0]]), far=np.array([-1000.0, 1000.0])),
    drive=drive,
    noun="arrays",
    mistakes=(
        slope_mistake(
            "value-formula",
            "when z stands where the activation belongs",
            "The short form a (1 - a) wants the activation, a = sigmoid(Z), and 1 - a^2 wants a = tanh(Z). "
            "These functions get Z.",
            sigmoid=lambda Z: Z * (1 - Z),
            tanh=lambda Z: 1 - Z**2,
        ),
        slope_mistake(
            "slope-of-value",
            "with the slope taken at a in place of z",
            "a (1 - a) is already written with the activation. You put the activation in once more.",
            sigmoid=lambda Z: d_sigma(sigma(Z)),
            tanh=lambda Z: 1 - np.tanh(np.tanh(Z)) ** 2,
        ),
        slope_mistake(
            "sigmoid-slope-of-value",
            "with the sigmoid's slope taken at a in place of z",
            "a (1 - a) is already written with the activation. You put the activation in once more.",
            sigmoid=lambda Z: d_sigma(sigma(Z)),
        ),
        slope_mistake(
            "value-for-gate",
            "with ReLU's value in place of its slope",
            "The slope of ReLU is 1 where Z is above zero and 0 elsewhere, however large Z is.",
            relu=lambda Z: np.maximum(0.0, Z),
        ),
        slope_mistake(
            "tanh-not-squared",
            "with 1 - a for tanh in place of 1 - a squared",
            "At 0, tanh is 0 and its slope is 1. At 1 the slope is 0.42: that is 1 - 0.76 squared.",
            tanh=lambda Z: 1 - np.tanh(Z),
        ),
        slope_mistake(
            "one-path",
            "when swish's second path is left out",
            "Z enters swish twice, as the factor Z and inside the sigmoid. Two paths meet, so their slopes add.",
            swish=sigma,
        ),
        slope_mistake(
            "inner-path-only",
            "when swish's first path is left out",
            "Z enters swish twice, as the factor Z and inside the sigmoid. Two paths meet, so their slopes add.",
            swish=lambda Z: Z * d_sigma(Z),
        ),
        slope_mistake(
            "slope-of-sigmoid-alone",
            "when swish is taken for a sigmoid",
            "swish(Z) is Z times sigmoid(Z), a product. Lesson 1's two paths that meet give its slope.",
            swish=d_sigma,
        ),
        value_mistake(
            "overflow",
            "with an exp that overflows",
            "exp(800) is larger than any float64. Give exp only numbers that are not positive, or use np.tanh. "
            "Note that np.where computes both of its sides everywhere.",
            sigmoid=lambda Z: 1 / (1 + np.exp(-Z)),
        ),
        value_mistake(
            "sign-of-exponent",
            "with the sign of the exponent turned",
            "Far to the right the sigmoid is 1. Is yours?",
            sigmoid=lambda Z: sigma(-Z),
        ),
    ),
)
