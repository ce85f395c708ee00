"""Slopes by nudging: the central difference, the step that suits it, and a kink."""

import numpy as np

from backprop.engine import Tensor, exp, grad, relu
from backprop.exercises._form import Exercise, Mistake, Sealed, Values
from backprop.exercises._scalars import some

GAUSS = np.polynomial.legendre.leggauss(20)


def secant_slope(f, x, h) -> Values:
    """The slope of the secant from x - h to x + h: the mean of the engine's slopes in between, by Gauss's rule."""
    points, weights = GAUSS
    slopes = grad(lambda places: f(places).sum())(x + h * points)
    return {"slope": float(weights @ slopes) / 2}


def draw_nudge(rng) -> Values:
    """A curve that is steep enough everywhere, and a step large enough to see its effect."""
    curve = rng.choice(["cube", "exp", "sigmoid", "reciprocal"])
    return dict(f=f"function:{curve}", **some(rng, ["x"], 0.5), h=float(rng.choice([0.3, 0.2, 0.1, 0.05])))


NUMERIC_DERIVATIVE = Exercise(
    id="numeric-derivative",
    name="numeric_derivative",
    parts={"slope": 3},
    truth=secant_slope,
    draw=draw_nudge,
    shown=dict(f="function:square", x=1.0, h=0.1),
    noun="secants",
    mistakes=(
        Mistake(
            "forward-difference",
            "with the forward difference",
            "Your secant starts at x. Let it reach as far to the left, x - h, as to the right.",
            lambda f, x, h: {"slope": (f(x + h) - f(x)) / h},
        ),
        Mistake(
            "step-not-doubled",
            "when the 2 in the step is missing",
            "From x - h to x + h it is 2h. A rise over half its run looks twice too steep.",
            lambda f, x, h: {"slope": (f(x + h) - f(x - h)) / h},
        ),
        Mistake(
            "half-as-wide",
            "with a secant half as wide",
            "Yours reaches h/2 to each side. It should reach h to each side, so its run is 2h.",
            lambda f, x, h: {"slope": (f(x + h / 2) - f(x - h / 2)) / h},
        ),
        Mistake(
            "half-the-rise",
            "by dividing the rise on one side by both steps",
            "The run 2h belongs to the rise from f(x - h) to f(x + h). You have the rise from f(x).",
            lambda f, x, h: {"slope": (f(x + h) - f(x)) / (2 * h)},
        ),
        Mistake(
            "times-h",
            "with the bracket around 2 * h missing",
            "Python divides and multiplies from left to right: rise / 2 * h is half the rise, times h.",
            lambda f, x, h: {"slope": (f(x + h) - f(x - h)) / 2 * h},
        ),
        Mistake(
            "rise-not-bracketed",
            "with the bracket around the rise missing",
            "Division comes before minus, so only f(x - h) was divided. Put the whole rise in brackets.",
            lambda f, x, h: {"slope": f(x + h) - f(x - h) / (2 * h)},
        ),
    ),
)

PLACES = np.linspace(-1, 1, 1001)
STEPS = [10.0**-k for k in range(1, 15)]


def best_steps() -> Values:
    """The powers of ten whose secants of exp miss the tangents least, over the lesson's places: measured here."""
    exact = np.asarray(grad(lambda x: exp(x).sum())(PLACES))
    misses = {"central": [], "forward": []}
    for h in STEPS:
        up, here, down = np.exp(PLACES + h), np.exp(PLACES), np.exp(PLACES - h)
        misses["central"].append(np.abs((up - down) / (2 * h) - exact).mean())
        misses["forward"].append(np.abs((up - here) / h - exact).mean())
    best = {name: STEPS[int(np.argmin(errors))] for name, errors in misses.items()}
    return best | {"why": Sealed("f69af4c7b85dbb3ec63e")}


def best_step_mistake(id: str, title: str, sentence: str, **answers) -> Mistake:
    """A typed-in answer of this exercise."""
    return Mistake(id, title, sentence, lambda: answers)


BEST_STEP = Exercise(
    id="best-step",
    name="best",
    parts=dict(central=1, forward=1, why=1),
    truth=best_steps,
    style="values",
    tolerance=0.5,  # the powers of ten are apart by more
    mistakes=(
        best_step_mistake(
            "smallest",
            "by taking the smallest step",
            "A small step is good until rounding takes over. Look for the smallest error in the column.",
            central=1e-14,
            forward=1e-14,
        ),
        best_step_mistake(
            "columns-exchanged",
            "when the two columns are exchanged",
            "The forward difference needs the smaller step of the two. Which column is whose?",
            central=1e-8,
            forward=1e-5,
        ),
        best_step_mistake(
            "bends-away",
            "if the curve bent away from a short secant",
            "That is why a large step is bad: the longer the secant, the more the curve bends under it.",
            why=Sealed("c20c237b6eb574daaf8b"),
        ),
        best_step_mistake(
            "becomes-zero",
            "if the step became zero",
            "1e-14 is far from zero for a computer, which knows numbers down to 1e-308. Look at the printed values.",
            why=Sealed("268f43626f96c00d30a4"),
        ),
        best_step_mistake(
            "small-is-vague",
            "if small numbers had fewer digits",
            "Every float has about 16 digits, however small it is. Which digits survive the subtraction?",
            why=Sealed("834785834e716aab3e43"),
        ),
    ),
)


def leaky(x):
    """x to the right of 0, a tenth of it to the left; takes a tensor."""
    return relu(x) - 0.1 * relu(-x)


def leaky_kink() -> Values:
    """The slopes beside the kink, by the engine, and what the secant across it says."""
    left, right = float(grad(leaky)(-1.0)), float(grad(leaky)(1.0))
    up, down = float(leaky(Tensor(1e-3)).data), float(leaky(Tensor(-1e-3)).data)
    return {"left": left, "right": right, "central": (up - down) / 2e-3, "zero_fits": left <= 0 <= right}


KINK = Exercise(
    id="kink",
    name="kink",
    parts=dict(left=0.5, right=0.5, central=0.5, zero_fits=0.5),
    truth=leaky_kink,
    style="values",
    tolerance=1e-3,
    mistakes=(
        Mistake(
            "plain-relu",
            "for the plain ReLU",
            "To the left of zero this one is not flat: it keeps a tenth of x.",
            lambda: {"left": 0.0, "central": 0.5, "zero_fits": True},
        ),
        Mistake(
            "central-at-zero",
            "if the secant across the kink were flat",
            "It goes from -0.1h up to h, over a run of 2h. Divide.",
            lambda: {"central": 0.0},
        ),
        Mistake(
            "sum-of-slopes",
            "by adding the two slopes",
            "The secant across the kink has half its run on either side: it shows the mean of the two slopes.",
            lambda: {"central": 1.1},
        ),
        Mistake(
            "frameworks-zero",
            "by taking ReLU's 0 along",
            "A flat line through the kink lies at height 0. To the left this curve is below it.",
            lambda: {"zero_fits": True},
        ),
    ),
)
