"""Forward mode: dual numbers, and a Jacobian by whichever products are fewer."""

import math

import numpy as np

from backprop.engine import tanh, vjp
from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises._scalars import some

PARTS = ("mul", "truediv", "exp", "tanh")


def _forward(F, a, b, da, db) -> dict:
    """Each operation's inputs move with a time of its own; the slope along that time is the dual number's."""
    at = {f"at_{name}": a * 0.0 for name in PARTS}
    moved = {name: (a + at[f"at_{name}"] * da, b + at[f"at_{name}"] * db) for name in PARTS}
    values = {
        "mul": moved["mul"][0] * moved["mul"][1],
        "truediv": moved["truediv"][0] / moved["truediv"][1],
        "exp": F.exp(moved["exp"][0]),
        "tanh": F.tanh(moved["tanh"][1]),
    }
    return at | {"L": values["mul"] + values["truediv"] + values["exp"] + values["tanh"]}


def drive_dual(Dual, a, b, da, db):
    """Each operation once."""
    u, v = Dual(a, da), Dual(b, db)
    product = u * v
    yield "mul", 1.0 * product.slope
    exp = u.exp()
    yield "exp", 1.0 * exp.slope
    bent = v.tanh()
    yield "tanh", 1.0 * bent.slope
    quotient = u / v
    yield "truediv", 1.0 * quotient.slope
    yield "values", product.value + exp.value + bent.value + quotient.value


RIGHT = dict(
    mul=lambda a, b, da, db: da * b + a * db,
    truediv=lambda a, b, da, db: (da * b - a * db) / b**2,
    exp=lambda a, da: da * math.exp(a),
    tanh=lambda a, da: da * (1 - math.tanh(a) ** 2),
)


def dual_class(**changed):
    """A Dual by hand; `changed` replaces some operations' slopes."""
    slopes = RIGHT | changed

    class Dual:
        def __init__(self, value, slope):
            self.value, self.slope = value, slope

        def __mul__(self, o):
            return Dual(self.value * o.value, slopes["mul"](self.value, o.value, self.slope, o.slope))

        def __truediv__(self, o):
            return Dual(self.value / o.value, slopes["truediv"](self.value, o.value, self.slope, o.slope))

        def exp(self):
            return Dual(math.exp(self.value), slopes["exp"](self.value, self.slope))

        def tanh(self):
            return Dual(math.tanh(self.value), slopes["tanh"](self.value, self.slope))

    return Dual


def draw_dual(rng) -> Values:
    """Numbers of either sign, away from cancellation: no slope and no sum of values is nearly zero."""
    while True:
        case = some(rng, ["a", "b", "da", "db"])
        a, b, da, db = case.values()
        total = a * b + a / b + math.exp(a) + math.tanh(b)
        if min(abs(da * b + a * db), abs(da * b - a * db), abs(total)) > 0.1:
            return case


def dual_mistake(id: str, title: str, sentence: str, **changed) -> Mistake:
    """A class in which one operation's slope is wrong."""
    return Mistake(id, title, sentence, dual_class(**changed))


DUAL = Exercise(
    id="dual",
    name="Dual",
    style="class",
    parts=dict(mul=1, exp=0.5, tanh=0.5, truediv=1, values=1),
    truth=Autodiff(_forward, names={f"dL_dat_{name}": name for name in PARTS} | {"L": "values"}),
    drive=drive_dual,
    draw=draw_dual,
    shown=dict(a=2.0, b=-0.5, da=1.0, db=3.0),
    noun="pairs of dual numbers",
    tolerance=1e-11,
    mistakes=(
        dual_mistake(
            "slopes-multiplied",
            "by multiplying the slopes of a product",
            "ε² is 0. What stands in front of ε comes from a db and from da b.",
            mul=lambda a, b, da, db: da * db,
        ),
        dual_mistake(
            "one-term",
            "when a product keeps one of its two terms",
            "Both factors move. Multiply the brackets out: two of the four terms have one ε.",
            mul=lambda a, b, da, db: da * b,
        ),
        dual_mistake(
            "slope-ignored",
            "when the slope that came in is left out",
            "exp's own slope is exp(a). How fast a itself moves multiplies it: da.",
            exp=lambda a, da: math.exp(a),
        ),
        dual_mistake(
            "exp-of-slope",
            "with exp of the slope",
            "exp is taken at the value. The slope only multiplies.",
            exp=lambda a, da: math.exp(da),
        ),
        dual_mistake(
            "tanh-slope-ignored",
            "when the slope that goes into tanh is left out",
            "1 - t² is tanh's own slope. How fast its input moves multiplies it.",
            tanh=lambda a, da: 1 - math.tanh(a) ** 2,
        ),
        dual_mistake(
            "quotient-added",
            "with a plus in the quotient",
            "A growing divisor makes the quotient smaller: its term has a minus.",
            truediv=lambda a, b, da, db: (da * b + a * db) / b**2,
        ),
        dual_mistake(
            "quotient-of-slopes",
            "by dividing the slopes",
            "Write q b = a and use the rule for products: dq b + q db = da.",
            truediv=lambda a, b, da, db: da / db,
        ),
    ),
)


def drive_jacobian(jacobian, A, x):
    """The function tanh(A x), seen only through its products, which are counted."""
    gate = 1 - np.tanh(A @ x) ** 2
    outputs, inputs = A.shape
    counted = []

    def jvp(tangent):
        counted.append("jvp")
        return gate * (A @ np.reshape(tangent, inputs))

    def vjp(upstream):
        counted.append("vjp")
        return (gate * np.reshape(upstream, outputs)) @ A

    J = jacobian(jvp, vjp, inputs, outputs)
    yield "J", J
    yield "products", None if J is None else len(counted)


def true_jacobian(A, x) -> Values:
    """Row by row, by the engine; the fewest products are as many as the shorter side has."""
    _, pullback = vjp(lambda inner: tanh(A @ inner), x)
    return dict(J=np.array([pullback(row)[0] for row in np.eye(len(A))]), products=min(A.shape))


def draw_jacobian(rng) -> Values:
    """Wide or tall, never square."""
    outputs, inputs = (int(size) for size in rng.permutation([1, 2, 3, 4, 5])[:2])
    return dict(A=rng.normal(size=(outputs, inputs)), x=rng.normal(size=inputs) / 2)


def columns(jvp, vjp, inputs, outputs):
    """Forward mode whatever the shape."""
    return np.array([jvp(tangent) for tangent in np.eye(inputs)]).T


def rows(jvp, vjp, inputs, outputs):
    """Reverse mode whatever the shape."""
    return np.array([vjp(upstream) for upstream in np.eye(outputs)])


JACOBIAN = Exercise(
    id="jacobian",
    name="jacobian",
    parts=dict(J=2, products=1),
    truth=true_jacobian,
    drive=drive_jacobian,
    draw=draw_jacobian,
    shown=dict(A=np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0]]), x=np.array([0.2, -0.1, 0.4])),
    noun="functions",
    census=("tall", lambda truth: truth["J"].shape[0] > truth["J"].shape[1]),
    mistakes=(
        Mistake(
            "forward-always",
            "with a product for every input",
            "Right numbers. For a wide function, with fewer outputs than inputs, rows cost less.",
            columns,
        ),
        Mistake(
            "reverse-always",
            "with a product for every output",
            "Right numbers. For a tall function, with fewer inputs than outputs, columns cost less.",
            rows,
        ),
        Mistake(
            "dearer-way",
            "by the dearer way every time",
            "A jvp gives a column, so columns need one product for each input. Take columns where inputs are few.",
            lambda jvp, vjp, n, m: rows(jvp, vjp, n, m) if n < m else columns(jvp, vjp, n, m),
        ),
        Mistake(
            "both-ways",
            "by computing both",
            "Either all columns or all rows are the whole Jacobian. Ask which are fewer before you compute.",
            lambda jvp, vjp, n, m: [rows(jvp, vjp, n, m), columns(jvp, vjp, n, m)][0],
        ),
        Mistake(
            "columns-as-rows",
            "when columns are laid down as rows",
            "J has a row for each output. What a jvp gives is a column: transpose, or stack along axis 1.",
            lambda jvp, vjp, n, m: rows(jvp, vjp, n, m) if m < n else columns(jvp, vjp, n, m).T,
        ),
    ),
)
