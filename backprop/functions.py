"""Functions that exercises hand to a learner's function: one table, which imports nothing of the course.

A check asks in numbers, arrays and text, so `f` travels as the text "function:square" and a list of functions as
"functions:square exp"; whoever calls looks the names up here. They are written with arithmetic only and so take
numbers, arrays and the engine's tensors.
"""

import math


def sigmoid(x):
    """1 / (1 + exp(-x))."""
    return 1 / (1 + math.e**-x)


def _tanh(x):
    return 2 * sigmoid(2 * x) - 1


NAMED = {  # each beside its derivative
    "square": lambda x: x * x,
    "d_square": lambda x: 2 * x,
    "cube": lambda x: x**3,
    "d_cube": lambda x: 3 * x**2,
    "triple": lambda x: 3 * x,
    "d_triple": lambda x: 3.0,
    "halve": lambda x: x / 2,
    "d_halve": lambda x: 0.5,
    "plus_one": lambda x: x + 1,
    "d_plus_one": lambda x: 1.0,
    "negative": lambda x: -x,
    "d_negative": lambda x: -1.0,
    "reciprocal": lambda x: 1 / x,
    "d_reciprocal": lambda x: -1 / x**2,
    "exp": lambda x: math.e**x,
    "d_exp": lambda x: math.e**x,
    "sigmoid": sigmoid,
    "d_sigmoid": lambda x: sigmoid(x) * (1 - sigmoid(x)),
    "tanh": _tanh,
    "d_tanh": lambda x: 1 - _tanh(x) ** 2,
}
ONE, MANY = "function:", "functions:"


class UnknownFunction(LookupError):
    """Raised for a name that is not in the table; the message lists those there are."""


def with_functions(case: dict) -> dict:
    """The inputs, with every function's name replaced by the function; other values stay as they are."""
    return {name: _called(value) for name, value in case.items()}


def readable(value: object) -> str | None:
    """How a card writes an input that is a function, `square`, or a list, `[square, exp]`; None for other values."""
    if isinstance(value, str) and value.startswith(ONE):
        return value.removeprefix(ONE)
    if isinstance(value, str) and value.startswith(MANY):
        return f"[{', '.join(value.removeprefix(MANY).split())}]"
    return None


def _called(value):
    if not isinstance(value, str):
        return value
    if value.startswith(ONE):
        return _look_up(value.removeprefix(ONE))
    return [_look_up(name) for name in value.removeprefix(MANY).split()] if value.startswith(MANY) else value


def _look_up(name: str):
    if name not in NAMED:
        raise UnknownFunction(f"there is no function {name!r}; there are: {', '.join(NAMED)}")
    return NAMED[name]
