"""Is a gradient right? Central differences for every entry, and one random direction for all."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.matrix_backprop.layers import sizes

STEP = 1e-5


def drive_entries(numeric_gradient, theta, mix):
    """Ask for the gradient of one function, then look at what became of theta."""

    def f(t):
        return float(np.tanh(mix.dot(np.ravel(t))).sum() + np.sum(t**3) / 10)

    given = theta.copy()
    found = numeric_gradient(f, given)
    yield "gradient", found
    yield "theta_after", None if found is None else given


def drive_direction(direction_check, theta, mix, gradient, v):
    """The same function; the gradient that is promised may be wrong."""

    def f(t):
        return float(np.tanh(mix.dot(np.ravel(t))).sum() + np.sum(t**3) / 10)

    found = direction_check(f, theta.copy(), gradient, v)
    yield "measured", found["measured"]
    yield "promised", found["promised"]


def _function(F, theta, mix, **_) -> dict:
    return dict(L=F.sum(F.tanh(F.matmul(mix, theta.reshape(-1)))) + F.sum(theta**3) / 10)


exact = Autodiff(_function, names={"dL_dtheta": "gradient", "theta": "theta_after"})


def draw_entries(rng) -> Values:
    """A list, a matrix or a stack of parameters, and the numbers that mix them."""
    out, *shape = sizes(rng, int(rng.integers(2, 5)), 2, 6)
    return dict(theta=rng.normal(size=shape), mix=rng.normal(size=(out, int(np.prod(shape)))))


def f_of(mix):
    """The function that is asked about."""
    return lambda t: np.tanh(mix.dot(t.ravel())).sum() + (t * t * t).sum() / 10


def differences(f, theta, *, ahead=STEP, behind=STEP, over=2 * STEP, put_back=True):
    """One slope for each entry; the keywords are the ways to get it wrong."""
    slopes = np.zeros_like(theta)
    for at in np.ndindex(theta.shape):
        kept = theta[at]
        theta[at] = kept + ahead
        up = f(theta)
        theta[at] = kept - behind
        slopes[at] = (up - f(theta)) / over
        theta[at] = kept if put_back else theta[at]
    return slopes


def rows_at_once(f, theta, kept=np.copy):
    """One slope for each row: what `range(len(theta))` gives for anything but a list."""
    slopes = np.zeros_like(theta)
    for k in range(len(theta)):
        row = kept(theta[k])
        theta[k] = row + STEP
        up = f(theta)
        theta[k] = row - STEP
        slopes[k] = (up - f(theta)) / (2 * STEP)
        theta[k] = row
    return slopes


ROW_AT_ONCE = (
    "when a whole row moves at once",
    "`range(len(theta))` counts the rows of a table, and `theta[0]` is a whole row. Move one entry: "
    "`for at in np.ndindex(theta.shape)` counts all of them, whatever the shape.",
)


def entry_mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made with the differences."""
    return Mistake(id, title, sentence, lambda f, theta: differences(f, theta, **ways))


NUMERIC_GRADIENT = Exercise(
    id="numeric-gradient",
    name="numeric_gradient",
    parts=dict(gradient=2.5, theta_after=0.5),
    truth=exact,
    draw=draw_entries,
    shown=dict(theta=np.array([[1.0, -2.0]]), mix=np.array([[0.5, 0.25], [-1.0, 0.5], [0.0, 1.0]])),
    drive=drive_entries,
    cases=20,
    tolerance=1e-7,  # central differences come to 1e-9, forward ones to 1e-6
    noun="functions of arrays",
    mistakes=(
        entry_mistake(
            "forward-difference",
            "of the forward difference",
            "Look both ways: f a step ahead minus f a step behind, divided by two steps, as in lesson 1.",
            behind=0.0,
            over=STEP,
        ),
        entry_mistake(
            "one-step",
            "when the difference is divided by one step",
            "From theta - h to theta + h it is two steps, so divide by 2 h.",
            over=STEP,
        ),
        entry_mistake(
            "brackets",
            "when the division is missing its brackets",
            "/ 2 * h divides by 2 and then multiplies by h. Write / (2 * h).",
            over=2 / STEP,
        ),
        entry_mistake(
            "not-put-back",
            "when an entry is not put back",
            "After its two visits an entry must have its old value again, or the next slope is taken somewhere else.",
            put_back=False,
        ),
        Mistake("row-at-once", *ROW_AT_ONCE, rows_at_once),
        Mistake("row-seen-through", *ROW_AT_ONCE, lambda f, theta: rows_at_once(f, theta, kept=lambda row: row)),
        Mistake(
            "all-at-once",
            "when all entries move at once",
            "Then you measure the slope along the diagonal. Move one entry, and leave all others alone.",
            lambda f, theta: np.full(theta.shape, (f(theta + STEP) - f(theta - STEP)) / (2 * STEP)),
        ),
    ),
)


def direction_truth(theta, mix, gradient, v) -> Values:
    """The slope along v, and what the given gradient says it is."""
    return {"measured": np.vdot(exact(theta=theta, mix=mix)["gradient"], v), "promised": np.vdot(gradient, v)}


def draw_direction(rng) -> Values:
    """A function, a direction of +1 and -1, and a gradient that is right in half of the cases."""
    case = draw_entries(rng)
    gradient = exact(**case)["gradient"] + rng.normal(size=case["theta"].shape) * (rng.random() < 0.5)
    while True:
        v = rng.choice([-1.0, 1.0], case["theta"].shape)
        found = direction_truth(**case, gradient=gradient, v=v)
        if min(map(abs, found.values())) > 0.1:
            return case | dict(gradient=gradient, v=v)


def along(f, theta, gradient, v, *, behind=STEP, over=2 * STEP, promised=None) -> Values:
    """The two slopes by hand; the keywords are the ways to get them wrong."""
    measured = (f(theta + STEP * v) - f(theta - behind * v)) / over
    return {"measured": measured, "promised": np.vdot(gradient, v) if promised is None else promised(gradient, v)}


def direction_mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made along the direction."""
    return Mistake(id, title, sentence, lambda f, theta, gradient, v: along(f, theta, gradient, v, **ways))


DIRECTION_CHECK = Exercise(
    id="direction-check",
    name="direction_check",
    parts=dict(measured=1, promised=1),
    truth=direction_truth,
    draw=draw_direction,
    shown=dict(
        theta=np.array([[1.0, -2.0]]),
        mix=np.array([[0.5, 0.25], [-1.0, 0.5], [0.0, 1.0]]),
        gradient=np.array([[0.5, 1.0]]),
        v=np.array([[1.0, -1.0]]),
    ),
    drive=drive_direction,
    cases=20,
    tolerance=1e-7,
    noun="directions",
    mistakes=(
        direction_mistake(
            "forward-difference",
            "of the forward difference",
            "Look both ways: a step along v minus a step against it, divided by two steps.",
            behind=0.0,
            over=STEP,
        ),
        direction_mistake(
            "one-step",
            "when the difference is divided by one step",
            "From theta - h v to theta + h v it is two steps, so divide by 2 h.",
            over=STEP,
        ),
        direction_mistake(
            "direction-left-out",
            "when the promise forgets the direction",
            "An entry that moves down counts with the other sign: multiply the gradient by v, then sum.",
            promised=lambda gradient, v: gradient.sum(),
        ),
        direction_mistake(
            "step-left-in",
            "with the length of the step still in the promise",
            "A slope is a rise for each unit of step: `measured` is divided by h, so `promised` holds no h. "
            "Sum the gradient times v.",
            promised=lambda gradient, v: (STEP * v * gradient).sum(),
        ),
        direction_mistake(
            "not-added-up",
            "when the shares of the entries are not added up",
            "Gradient times v is one share for each entry. They all move together, so the promise is their sum.",
            promised=lambda gradient, v: gradient * v,
        ),
        direction_mistake(
            "length-for-slope",
            "with the gradient's length in place of its share along v",
            "The length is the slope in the steepest direction. Along v it is the sum of gradient times v.",
            promised=lambda gradient, v: np.linalg.norm(gradient),
        ),
        direction_mistake(
            "mean-for-sum",
            "with a mean in place of the sum",
            "All entries move at once, and their shares add up.",
            promised=lambda gradient, v: (gradient * v).mean(),
        ),
    ),
)
