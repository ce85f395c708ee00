"""Chains of functions: one worked out on paper, then any chain in code."""

from math import prod

from backprop.engine import vjp
from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises._scalars import some
from backprop.functions import NAMED

X = 2.0


def _forward(F, x) -> dict:
    u = x**3 - 5
    return {"u": u, "L": u**2}


def paper_chain() -> Values:
    """y = (x^3 - 5)^2 at x = 2, with u the bracket."""
    found = Autodiff(_forward, names={"L": "y", "dL_du": "dy_du", "dL_dx": "dy_dx"})(x=X)
    found["du_dx"] = found["dy_dx"] / found["dy_du"]
    return {part: found[part] for part in PAPER_PARTS}


on_paper = Derivation(
    u=lambda x: x**3 - 5,
    y=lambda u: u**2,
    dy_du=lambda u: 2 * u,
    du_dx=lambda x: 3 * x**2,
    dy_dx=lambda dy_du, du_dx: dy_du * du_dx,
)
PAPER_PARTS = dict(u=0.4, y=0.4, dy_du=0.4, du_dx=0.4, dy_dx=0.4)


ON_PAPER = on_paper.only(*PAPER_PARTS, x=X)


CHAIN_NUMBERS = Exercise(
    id="chain-numbers",
    name="chain",
    parts=PAPER_PARTS,
    truth=paper_chain,
    style="values",
    tolerance=1e-3,
    mistakes=(
        ON_PAPER.mistake(
            "outer-input",
            "with a local derivative taken at x",
            "What flowed into the square was not x but u. Its slope is 2u, at the u you have just computed.",
            dy_du=lambda x: 2 * x,
        ),
        ON_PAPER.mistake(
            "value-for-slope",
            "by taking the value of a step for its slope",
            "u says where you are, du/dx how fast u moves when x does. The cube brings its 3 down.",
            du_dx=lambda u: u,
        ),
        ON_PAPER.mistake(
            "added",
            "by adding the local derivatives",
            "Two gears in a row multiply their ratios. Sums come later, where paths meet.",
            dy_dx=lambda dy_du, du_dx: dy_du + du_dx,
        ),
        ON_PAPER.mistake(
            "outer-only",
            "by stopping at u",
            "That is how y follows u. To reach x, multiply by how u follows x.",
            dy_dx=lambda dy_du: dy_du,
        ),
    ),
)

STEPS = ["square", "cube", "triple", "halve", "plus_one", "negative", "reciprocal", "exp", "sigmoid"]


def trail(fs, x) -> list:
    """The values a chain passes through, from x to the result."""
    values = [x]
    for f in fs:
        values.append(f(values[-1]))
    return values


def true_compose(fs, dfs, x) -> Values:
    """Value and derivative of a chain; the engine needs no `dfs`."""
    value, pullback = vjp(lambda inner: trail(fs, inner)[-1], x)
    return {"value": float(value), "derivative": float(pullback()[0])}


def draw_chain(rng) -> Values:
    """One to five steps, each with a value and a slope of readable size."""
    x, many = some(rng, ["x"])["x"], rng.integers(1, 6)
    names, value = [], x
    for name in map(str, rng.permutation(STEPS)):
        there, slope = NAMED[name](value), NAMED[f"d_{name}"](value)
        if len(names) < many and 0.05 < abs(there) < 50 and 0.05 < abs(slope) < 50:
            names.append(name)
            value = there
    return named_chain(names, x)


def named_chain(names, x) -> Values:
    """The inputs of `compose`, as they travel."""
    derivatives = [f"d_{name}" for name in names]
    return dict(fs=f"functions:{' '.join(names)}", dfs=f"functions:{' '.join(derivatives)}", x=x)


def wrong_derivative(way):
    """The right value, and a derivative that `way` makes of (slopes, trail, dfs)."""

    def wrong(fs, dfs, x):
        values = trail(fs, x)
        slopes = [df(value) for df, value in zip(dfs, values, strict=False)]
        return {"value": values[-1], "derivative": way(slopes, values, dfs)}

    return wrong


COMPOSE = Exercise(
    id="compose",
    name="compose",
    parts=dict(value=1, derivative=3),
    truth=true_compose,
    draw=draw_chain,
    shown=named_chain(["triple", "plus_one", "square"], 1.0),
    noun="chains",
    census=("with a negative slope", lambda truth: truth["derivative"] < 0),
    mistakes=(
        Mistake(
            "outer-input",
            "with every local derivative taken at x",
            "Only the first function sees x. Each later one sees what the one before it gave: take its slope there.",
            wrong_derivative(lambda slopes, values, dfs: prod(df(values[0]) for df in dfs)),
        ),
        Mistake(
            "after-the-step",
            "with each local derivative taken after its step",
            "The slope of a step belongs to the value that flows into it. First take the slope, then move on.",
            wrong_derivative(lambda slopes, values, dfs: prod(df(v) for df, v in zip(dfs, values[1:], strict=True))),
        ),
        Mistake(
            "added",
            "by adding the local derivatives",
            "Along one chain the local derivatives are multiplied, like gears. Start from 1 and multiply.",
            wrong_derivative(lambda slopes, values, dfs: sum(slopes)),
        ),
        Mistake(
            "overwritten",
            "when each step's slope replaces the one before",
            "Keep what came before: derivative = derivative * df(value), not derivative = df(value).",
            wrong_derivative(lambda slopes, values, dfs: slopes[-1]),
        ),
        Mistake(
            "wrong-order",
            "by applying the functions in the wrong order",
            "fs[0] gets x and is applied first, the last one in the list is applied last.",
            lambda fs, dfs, x: wrong_derivative(lambda slopes, *_: prod(slopes))(fs[::-1], dfs[::-1], x),
        ),
    ),
)
