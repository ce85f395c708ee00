"""First weights: what a layer does to the size of a signal, and the spreads that keep it."""

from types import SimpleNamespace

import numpy as np

from backprop import engine
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes

LAYER = dict(n_in=400, weight_std=0.1, input_variance=1.0, layers=10)
variance_by_hand = Derivation(
    z_variance=lambda n_in, weight_std, input_variance: n_in * weight_std**2 * input_variance,
    a_square=lambda z_variance: z_variance / 2,
    ten_layers=lambda a_square, input_variance, layers: (a_square / input_variance) ** layers,
    keeping_std=lambda n_in: (2 / n_in) ** 0.5,
)
VARIANCE_PARTS = dict(z_variance=0.5, a_square=0.5, ten_layers=0.5, keeping_std=0.5)


ON_PAPER = variance_by_hand.only(*VARIANCE_PARTS, **LAYER)


VARIANCE = Exercise(
    id="variance-numbers",
    name="variance",
    parts=VARIANCE_PARTS,
    truth=variance_by_hand.only(*VARIANCE_PARTS, **LAYER),
    style="values",
    tolerance=2.4e-2,  # two digits are asked for: 1000 for 1024, 0.07
    mistakes=(
        ON_PAPER.mistake(
            "std-for-variance",
            "by multiplying by the standard deviation",
            "Variances multiply: the weights' variance is 0.1 squared, 0.01.",
            z_variance=lambda n_in, weight_std: n_in * weight_std,
        ),
        ON_PAPER.mistake(
            "one-term",
            "for a single input",
            "z is a sum of 400 independent terms, and their variances add.",
            z_variance=lambda weight_std: weight_std**2,
        ),
        ON_PAPER.mistake(
            "root-or-half",
            "with the root of the variance, or with half of it",
            "It is the variance itself that is asked for, and before ReLU: neither its root nor half of it.",
            z_variance=lambda n_in, weight_std: (n_in * weight_std**2) ** 0.5,
        ),
        ON_PAPER.mistake(
            "relu-keeps",
            "as if ReLU let everything pass",
            "ReLU sets the negative half to 0, and so half of the squares is lost.",
            a_square=lambda z_variance: z_variance,
        ),
        ON_PAPER.mistake(
            "root-halved",
            "by halving z's standard deviation",
            "ReLU halves the mean of the squares, and that is z's variance, since z has mean 0.",
            a_square=lambda z_variance: z_variance**0.5 / 2,
        ),
        ON_PAPER.mistake(
            "power-before-relu",
            "with the power of z's variance",
            "What goes on to the next layer is a, after ReLU. Each layer multiplies by what ReLU leaves.",
            ten_layers=lambda z_variance, layers: z_variance**layers,
        ),
        ON_PAPER.mistake(
            "added",
            "by multiplying by ten",
            "Each layer multiplies by the same factor: ten layers are a power of ten, not ten times as much.",
            ten_layers=lambda a_square, layers: a_square * layers,
        ),
        ON_PAPER.mistake(
            "variance-for-std",
            "with the variance in place of its root",
            "2/400 is the variance that keeps the size. The standard deviation is its root.",
            keeping_std=lambda n_in: 2 / n_in,
        ),
        ON_PAPER.mistake(
            "two-forgotten",
            "with 1/n in place of 2/n",
            "ReLU loses half, and the 2 makes up for it.",
            keeping_std=lambda n_in: (1 / n_in) ** 0.5,
        ),
    ),
)


def true_initial_weights(N) -> Values:
    """The engine's initialisers, fed with these normal numbers."""
    given = SimpleNamespace(normal=lambda mean, std, shape: mean + std * N)
    return {"xavier": engine.xavier(N.shape, given), "he": engine.he(N.shape, given)}


def initial(xavier, he):
    """A learner whose standard deviations are these functions of (out, in)."""
    return lambda N: {"xavier": N * xavier(*N.shape), "he": N * he(*N.shape)}


def initial_mistake(id: str, title: str, sentence: str, **spread) -> Mistake:
    """Right but for one spread."""
    return Mistake(id, title, sentence, initial(**dict(xavier=_xavier, he=_he) | spread))


def _xavier(out, into):
    return (2 / (out + into)) ** 0.5


def _he(out, into):
    return (2 / into) ** 0.5


def draw_normal(rng) -> Values:
    """Standard normal numbers (out, in)."""
    out, into = sizes(rng, 2, 2, 7)
    return arrays(rng, N=(out, into))


INITIAL_WEIGHTS = Exercise(
    id="initial-weights",
    name="initial_weights",
    parts=dict(xavier=1, he=1),
    truth=true_initial_weights,
    draw=draw_normal,
    shown=arrays(np.random.default_rng(3), N=(2, 3)),
    noun="layers",
    mistakes=(
        initial_mistake(
            "variance-for-std",
            "by multiplying by the variance",
            "N has standard deviation 1, so the factor is the standard deviation that you want: a square root.",
            xavier=lambda out, into: 2 / (out + into),
            he=lambda out, into: 2 / into,
        ),
        Mistake(
            "drawn-anew",
            "by drawing fresh numbers",
            "The random numbers are there: scale N itself, so that the same N always gives the same weights.",
            lambda N: initial(xavier=_xavier, he=_he)(np.random.default_rng(1).normal(size=N.shape)),
        ),
        initial_mistake(
            "divided",
            "by dividing by the standard deviation",
            "N has standard deviation 1. Times s it has s; divided by s it has 1/s.",
            xavier=lambda out, into: 1 / _xavier(out, into),
            he=lambda out, into: 1 / _he(out, into),
        ),
        initial_mistake(
            "fan-out",
            "with the number of outputs",
            "He counts what comes into a unit. N has shape (out, in): that is its second number.",
            he=lambda out, into: (2 / out) ** 0.5,
        ),
        initial_mistake(
            "xavier-in-only",
            "with 1 / in for Xavier",
            "Xavier is the compromise between both ways, forward and back: it looks at in and out.",
            xavier=lambda out, into: (1 / into) ** 0.5,
        ),
        initial_mistake(
            "xavier-one",
            "when Xavier's 2 is lost",
            "The mean of in and out is half of their sum. Divided by it, a 2 comes to the top.",
            xavier=lambda out, into: (1 / (out + into)) ** 0.5,
        ),
        initial_mistake(
            "he-one",
            "when He's 2 is lost",
            "ReLU loses half of the squares. The 2 makes up for it.",
            he=lambda out, into: (1 / into) ** 0.5,
        ),
        initial_mistake(
            "uniform-bound",
            "with the bound of a uniform distribution",
            "With a 6 it is the limit between which uniform numbers are drawn. These numbers are normal.",
            xavier=lambda out, into: (6 / (out + into)) ** 0.5,
        ),
    ),
)
