"""The hand trace as a table: each cell is checked as it is filled, and what is right appears on the network picture."""

import traitlets

from backprop.widgets import _svg as svg
from backprop.widgets._card import Card
from backprop.widgets._functions import sigmoid_slope
from backprop.widgets._graph import Shown, draw, marks
from backprop.widgets._sigmoid_stepper import DEFAULTS as SIGMOID_DEFAULTS
from backprop.widgets._sigmoid_stepper import NETWORK as SIGMOID
from backprop.widgets._sigmoid_stepper import sigmoid_numbers
from backprop.widgets._trace_stepper import NETWORK, relu_numbers


class TraceTable(Card):
    """Numbers to fill in, in order: `TraceTable([("z1", "z_1", "w_1x", 1.0), ("a1", "a_1", "ReLU(z_1)", 1.0)])`.

    A row is (key, label, formula, expected value). `marks` maps a key to the SVG that appears in the picture's slot
    once its number is right; `mistakes` maps a key to {wrong value: one sentence}.
    """

    _scripts = ("trace_table.js",)
    _styles = ("card.css", "trace_table.css")

    rows = traitlets.List(traitlets.Dict())
    marks = traitlets.Dict()
    tolerance = traitlets.Float(0.002, help="how far off a cell may be, as a share of its value or of 1")
    given = traitlets.Dict(help="key: what stands in its cell")

    def __init__(self, rows, mistakes=None, title="Trace by hand", alt="", **traits):
        listed = [_row(*row, mistakes=(mistakes or {}).get(row[0], {})) for row in rows]
        alt = alt or "A table of numbers to fill in: " + ", ".join(row["name"] for row in listed) + "."
        super().__init__(rows=listed, title=title, alt=alt, **traits)

    def static_picture(self):
        """The network without its answers, and below it the table to be filled in on paper."""
        top = svg.height(self.picture) if self.picture else 0
        rows = [_blank(top + 34 + 38 * k, row) for k, row in enumerate(self.rows)]
        return svg.picture(780, top + 20 + 38 * len(rows), self.picture, *rows)


def _blank(y, row):
    """One line of the table with an empty cell."""
    given = f"{row['label']} = {row['formula']}" if row["formula"] else row["label"]
    return svg.formula(40, y, given, 18, anchor="start") + svg.rect(440, y - 20, 110, 28, 6, svg.PAPER, svg.QUIET)


def _row(key, label, formula, expected, mistakes):
    return {
        "key": key, "label": label, "formula": formula, "name": svg.plain(label), "expected": float(expected),
        "html": f"{svg.html_math(label)} = {svg.html_math(formula)}" if formula else svg.html_math(label),
        "mistakes": [[float(value), sentence] for value, sentence in mistakes.items()],
    }  # fmt: skip


_ROWS = (
    ("z1", "z_1", "w_1x + b_1"), ("a1", "a_1", "ReLU(z_1)"), ("z2", "z_2", "w_2a_1 + b_2"), ("L", "L", "(z_2 − y)²"),
    ("dL/dz2", "∂L/∂z_2", "2(z_2 − y)"), ("dz2/da1", "∂z_2/∂a_1", "w_2"), ("da1/dz1", "∂a_1/∂z_1", "ReLU′(z_1)"),
    ("dz1/dw1", "∂z_1/∂w_1", "x"), ("dL/dw1", "∂L/∂w_1", "the product of the four above"),
)  # fmt: skip
_MISTAKES = {
    "dL/dz2": lambda n: {-n.locals["z2", "L"]: "The sign is turned: the prediction comes first, z₂ − y.",
                         n.locals["z2", "L"] / 2: "The 2 is missing: the loss has no half in front of its square."},
    "dL/dw1": lambda n: {n.locals["z2", "L"] * n.values["w2"]: "The last factor is missing: ∂z₁/∂w₁ = x.",
                         n.locals["z2", "L"] * n.values["x"]: "w₂ is left out: the way back leads through a₁."},
}  # fmt: skip


def trace_table(x=2.0, y=3.0, w1=0.5, b1=0.0, w2=1.5, b2=0.0, rate=None):
    """Network A to be traced by hand: `trace_table(rate=0.1)` also takes one step on w1 and asks for the new loss."""
    numbers = relu_numbers(x, y, w1, b1, w2, b2)
    more = [] if rate is None else _after_step(numbers, rate)
    alt = "A network from x through z₁, a₁ and z₂ to the loss L; its numbers appear as the table is filled in."
    return _network_table(NETWORK, numbers, _ROWS, _MISTAKES, ["x", "y", "w1", "b1", "w2", "b2"], alt, more)


_SIGMOID_ROWS = (
    *((f"z{j}", f"z_{j}", f"w_{{{j}1}}x_1 + w_{{{j}2}}x_2 + b_{{h{j}}}") for j in "12"),
    *((f"a{j}", f"a_{j}", f"σ(z_{j})") for j in "12"),
    ("o", "ŷ", "v_1a_1 + v_2a_2 + b_o"), ("L", "L", "½(y − ŷ)²"), ("dL/do", "δ_o", "−(y − ŷ)"),
    *((f"dL/dv{j}", f"∂L/∂v_{j}", f"δ_o · a_{j}") for j in "12"), ("dL/dbo", "∂L/∂b_o", "δ_o"),
    *((f"dL/dz{j}", f"δ_{j}", f"δ_o · v_{j} · a_{j}(1 − a_{j})") for j in "12"),
    *((f"dL/dw{j}{i}", f"∂L/∂w_{{{j}{i}}}", f"δ_{j} · x_{i}") for j in "12" for i in "12"),
    *((f"dL/dbh{j}", f"∂L/∂b_{{h{j}}}", f"δ_{j}") for j in "12"),
)  # fmt: skip
_SIGMOID_MISTAKES = {
    "dL/do": lambda n: {-n.gradients["o"]: "The sign is turned: L falls when ŷ moves toward y."},
    **{f"dL/dz{j}": lambda n, j=j: {
        n.gradients["o"] * n.values[f"v{j}"]: "The slope of the sigmoid is missing.",
        n.gradients[f"a{j}"] * sigmoid_slope(n.values[f"a{j}"]): "σ was taken twice: the slope is a(1 − a).",
    } for j in "12"},
}  # fmt: skip


def sigmoid_table(**given):
    """Network B to be traced by hand: `sigmoid_table(x1=1.0, y=0.0)`; what is not given is as in `sigmoid_network`."""
    numbers = sigmoid_numbers(**SIGMOID_DEFAULTS | given)
    alt = "A network of two sigmoid units; its numbers appear as the table is filled in."
    return _network_table(SIGMOID, numbers, _SIGMOID_ROWS, _SIGMOID_MISTAKES, [*SIGMOID_DEFAULTS], alt)


def _network_table(network, numbers, rows, mistakes, given, alt, more=()):
    expected = _expected(numbers)
    return TraceTable(
        [*((*row, expected[row[0]]) for row in rows), *more],
        {key: find(numbers) for key, find in mistakes.items()},
        picture=draw(network, numbers, Shown(values=set(given)), slot=True),
        marks=marks(network, numbers),
        alt=alt,
    )


def _after_step(numbers, rate):
    """One step on w1 alone, and the forward pass again."""
    v = dict(numbers.values)
    v["w1"] -= rate * numbers.gradients["w1"]
    again = relu_numbers(*(v[name] for name in ("x", "y", "w1", "b1", "w2", "b2"))).values
    return [
        ("w1 new", "new w_1", "w_1 − rate · ∂L/∂w_1", again["w1"]),
        ("z2 new", "new z_2", "the forward pass again", again["z2"]),
        ("L new", "new L", "(new z_2 − y)²", again["L"]),
    ]


def _expected(numbers):
    """Every number by the name it has in code: z1, dL/dz1, da1/dz1."""
    gradients = {f"dL/d{name}": value for name, value in numbers.gradients.items()}
    local = {f"d{target}/d{source}": value for (source, target), value in numbers.locals.items()}
    return numbers.values | local | gradients
