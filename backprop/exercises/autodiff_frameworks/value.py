"""A number that remembers how it was computed: the local slopes of its operations."""

import math

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises._scalars import some

SINGLE = ("exp", "tanh", "relu", "log")  # operations on one number; log takes the positive one
SLOPES = ("mul_a", "mul_b", *SINGLE, "pow_a", "pow_b")


def _forward(F, a, b) -> dict:
    """Every operation gets its own copies of a and b, so that each copy's gradient is one slope."""
    at = {f"at_{slope}": (a if slope in ("mul_a", "pow_a", "log") else b) * 1.0 for slope in SLOPES}
    L = at["at_mul_a"] * at["at_mul_b"] + at["at_pow_a"] ** at["at_pow_b"]
    return at | {"L": sum((getattr(F, name)(at[f"at_{name}"]) for name in SINGLE), start=L)}


def drive_value(Value, a, b):
    """Each operation once; its slopes stand beside its parents."""
    u, v = Value(a), Value(b)
    product = u * v
    yield "mul_a", 1.0 * product.slopes[0]
    yield "mul_b", 1.0 * product.slopes[1]
    exp, tanh, relu, log = v.exp(), v.tanh(), v.relu(), u.log()
    yield "exp", 1.0 * exp.slopes[0]
    yield "tanh", 1.0 * tanh.slopes[0]
    yield "relu", 1.0 * relu.slopes[0]
    yield "log", 1.0 * log.slopes[0]
    power = u**v
    yield "pow_a", 1.0 * power.slopes[0]
    yield "pow_b", 1.0 * power.slopes[1]
    yield "values", sum(result.data for result in (product, exp, tanh, relu, log, power))


def draw_value(rng) -> Values:
    """A positive a, away from 1 where its logarithm is 0, a b of either sign, and values that do not cancel."""
    while True:
        case = some(rng, ["a", "b"])
        case["a"] = abs(case["a"])
        a, b = case.values()
        total = a * b + a**b + math.exp(b) + math.tanh(b) + max(b, 0.0) + math.log(a)
        if min(abs(a - 1), abs(total)) > 0.1:
            return case


RIGHT = dict(
    mul=lambda a, b: (b, a),
    exp=lambda b: (math.exp(b),),
    tanh=lambda b: (1 - math.tanh(b) ** 2,),
    relu=lambda b: (float(b > 0),),
    log=lambda a: (1 / a,),
    pow=lambda a, b: (b * a ** (b - 1), a**b * math.log(a)),
)


def value_class(**changed):
    """A Value by hand; `changed` replaces how some operations find their slopes."""
    slopes = RIGHT | changed

    class Value:
        def __init__(self, data, slopes=()):
            self.data, self.slopes = data, slopes

        def __mul__(self, other):
            return Value(self.data * other.data, slopes["mul"](self.data, other.data))

        def __pow__(self, other):
            return Value(self.data**other.data, slopes["pow"](self.data, other.data))

    for name, function in dict(exp=math.exp, tanh=math.tanh, relu=lambda b: max(b, 0.0), log=math.log).items():

        def operation(self, name=name, function=function):
            return Value(function(self.data), slopes[name](self.data))

        setattr(Value, name, operation)
    return Value


def value_mistake(id: str, title: str, sentence: str, **changed) -> Mistake:
    """A class in which one operation's slopes are wrong."""
    return Mistake(id, title, sentence, value_class(**changed))


VALUE = Exercise(
    id="value",
    name="Value",
    style="class",
    parts=dict.fromkeys(SLOPES, 0.5) | {"values": 1},
    truth=Autodiff(_forward, names={f"dL_dat_{slope}": slope for slope in SLOPES} | {"L": "values"}),
    drive=drive_value,
    draw=draw_value,
    shown=dict(a=2.0, b=-0.5),
    noun="pairs of numbers",
    census=("with a shut gate", lambda truth: truth["relu"] == 0),
    tolerance=1e-11,
    mistakes=(
        value_mistake(
            "own-factor",
            "with each factor's own value as its slope",
            "In a b the slope along a is b: how much the product moves depends on the other factor.",
            mul=lambda a, b: (a, b),
        ),
        value_mistake(
            "exp-as-power",
            "by treating exp as a power",
            "b stands in the exponent here. exp is its own slope: there is no b in front and no minus one.",
            exp=lambda b: (b * math.exp(b - 1),),
        ),
        value_mistake(
            "slope-one",
            "with the slope 1 for exp",
            "The slope of exp is its value, which you have just computed.",
            exp=lambda b: (1.0,),
        ),
        value_mistake(
            "tanh-of-input",
            "when tanh's slope is taken from its input",
            "1 - t² takes t, what came out of tanh, and not what went in.",
            tanh=lambda b: (1 - b**2,),
        ),
        value_mistake(
            "sigmoid-slope",
            "with the sigmoid's slope for tanh",
            "t (1 - t) belongs to the sigmoid. For tanh it is 1 - t².",
            tanh=lambda b: (math.tanh(b) * (1 - math.tanh(b)),),
        ),
        value_mistake(
            "value-for-gate",
            "with ReLU's value in place of its slope",
            "ReLU's slope is 1 where its input is above zero, and 0 where it is below.",
            relu=lambda b: (max(b, 0.0),),
        ),
        value_mistake(
            "gate-forgotten",
            "without ReLU's gate",
            "Below zero ReLU is flat. Its slope there is 0.",
            relu=lambda b: (1.0,),
        ),
        value_mistake(
            "log-of-value",
            "with one over the logarithm",
            "The slope of log at a is 1/a, one over what went in.",
            log=lambda a: (1 / math.log(a),),
        ),
        value_mistake(
            "exponent-forgotten",
            "when the exponent has no slope",
            "In a^b the exponent moves too. Along b the slope is a^b times the logarithm of a.",
            pow=lambda a, b: (b * a ** (b - 1), 0.0),
        ),
        value_mistake(
            "logarithm-forgotten",
            "when the exponent's slope lacks the logarithm",
            "Only e^b is its own slope. For another base the logarithm of the base comes in.",
            pow=lambda a, b: (b * a ** (b - 1), a**b),
        ),
        value_mistake(
            "exponents-logarithm",
            "with the logarithm of the exponent",
            "a^b is exp(b log a), so the slope along b carries log a, the base's logarithm.",
            pow=lambda a, b: (b * a ** (b - 1), a**b * np.log(abs(b))),
        ),
        value_mistake(
            "power-not-lowered",
            "when the power is not lowered by one",
            "Along a the slope is b times a^(b - 1): the exponent comes down and loses one.",
            pow=lambda a, b: (b * a**b, a**b * math.log(a)),
        ),
    ),
)
