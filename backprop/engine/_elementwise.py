"""Operations that work entry by entry: each is its value and, beside it, one VJP for each input.

A VJP takes g, the gradient of the loss with respect to the value, to the gradient with respect to that input. It may
return g itself or a view, but nothing that it captured; where an input was broadcast, the sweep does the summing. It
captures as little as it can, because what it captures stays in memory until backward.

Arrays may be complex, each input by itself, and so may g: jvp, hvp and gradcheck's complex step send dual numbers
x + 1e-200j * t through value and VJP alike, and read the derivative off the imaginary part. So
- use NumPy functions that take complex numbers (np.exp; not np.logaddexp), and nothing that loses the imaginary
  part or turns its sign (np.abs, np.conj, a dtype or an array of zeros that is real whatever came in: take g.dtype);
- let the real part decide: x.real > 0. NumPy orders complex numbers by their real parts first, so x > 0 and np.maximum
  do so too, except at a tie, where the imaginary part decides: that makes jvp one-sided at a kink;
- write `out = out + b` or catch the TypeError, because `out += b` fails where only b is complex.
Numbers may come in place of arrays, and only inputs by position have VJPs. Try a new op with gradcheck, also at 0 and
at its kinks. In this module `abs` is the op, and `logistic` is there for whatever needs a sigmoid's array.

To add an op: a function with @op here, its name among the imports in `__init__.py`, and its row in
tests/engine/elementwise_cases.py, for which a test asks; tests/engine/test_engine_dual.py tries it on dual numbers.
"""

import contextvars
import threading

import numpy as np

from ._tensor import op


@op
def add(a, b):
    """a + b, with broadcasting."""
    return a + b, lambda g: g, lambda g: g


@op
def subtract(a, b):
    """a - b, with broadcasting."""
    return a - b, lambda g: g, lambda g: -g


@op
def multiply(a, b):
    """a * b, with broadcasting."""
    return a * b, lambda g: g * b, lambda g: g * a


@op
def divide(a, b):
    """a / b, with broadcasting."""
    return a / b, lambda g: g / b, lambda g: -g * a / (b * b)


@op
def negative(x):
    """-x."""
    return -x, lambda g: -g


@op
def power(a, b):
    """a ** b, with broadcasting; where the exponent needs a gradient too, a must be positive."""
    out = a**b
    # b - (b != 0) is b - 1, except that a ** 0 has slope 0 at a = 0 as well
    return out, lambda g: g * (b * a ** (b - (b != 0))), lambda g: g * out * np.log(a, dtype=out.dtype)


@op
def exp(x):
    """e ** x."""
    out = np.exp(x)
    return out, lambda g: g * out


@op
def log(x):
    """The natural logarithm."""
    return np.log(x), lambda g: g / x


@op
def sqrt(x):
    """The square root; its slope at 0 is infinite."""
    out = np.sqrt(x)
    return out, lambda g: g / (2 * out)


@op
def tanh(x):
    """The hyperbolic tangent."""
    out = np.tanh(x)
    return out, lambda g: g * (1 - out * out)


class _Quiet(threading.local):
    """`run(f, x)` is f(x) without NumPy's warning of overflow.

    NumPy keeps its settings in a context variable. np.errstate sets and resets it around each call, which takes longer
    than a small layer's exp; here a context that has it set already is made once and entered.
    """

    def __init__(self):  # once in every thread, because two threads cannot be in one context at a time
        context = contextvars.copy_context()
        context.run(np.seterr, over="ignore")
        self.run = context.run


quiet = _Quiet()


def logistic(x):
    """1 / (1 + exp(-x)) for an array."""
    out = quiet.run(np.exp, -x)  # where exp(-x) is too large for a float, 1 / inf = 0 is right
    out += 1
    return 1 / out


@op
def sigmoid(x):
    """1 / (1 + exp(-x)), without overflow."""
    out = logistic(x)

    def vjp(g):
        part = np.subtract(1, out, dtype=g.dtype)
        part *= out
        part *= g
        return part

    return out, vjp


@op
def relu(x):
    """x where it is positive, else 0; the slope at the kink is 0, as in torch."""
    x = np.asarray(x)
    out = np.zeros(x.shape, x.dtype)
    np.maximum(x, out, out=out)  # with arrays of one shape NumPy is four times as fast as with an array and a number

    def vjp(g):
        part = (out > 0).astype(g.dtype)  # numbers times numbers are faster than numbers times booleans
        part *= g
        return part

    return out, vjp


@op
def leaky_relu(x, negative_slope=0.01):
    """x where it is positive, else negative_slope * x; at the kink the slope is negative_slope, as in torch."""
    return np.where(x > 0, x, negative_slope * x), lambda g: np.where(x > 0, g, negative_slope * g)


@op
def swish(x):
    """x * sigmoid(x), which torch calls silu."""
    gate = logistic(x)
    return x * gate, lambda g: g * (gate * (1 + x * (1 - gate)))


@op
def gelu(x):
    """x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x**3))) / 2, torch's gelu with approximate="tanh"."""
    scale = (2 / np.pi) ** 0.5
    inner = np.tanh(scale * (x + 0.044715 * x * x * x))

    def vjp(g):
        slope = scale * (1 + 3 * 0.044715 * x * x)
        return g * (0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * slope)

    return 0.5 * x * (1 + inner), vjp


@op
def abs(x):
    """The absolute value; the slope at 0 is 0, as in torch."""
    sign = np.sign(x.real)  # .real leaves a real array as it is; with complex dual numbers the real part decides
    return x * sign, lambda g: g * sign


@op
def maximum(a, b):
    """The larger of a and b, with broadcasting; where they are equal each has slope 1/2, as in torch."""
    return np.maximum(a, b), lambda g: (g * (a > b) + g * (a >= b)) / 2, lambda g: (g * (b > a) + g * (b >= a)) / 2


@op
def minimum(a, b):
    """The smaller of a and b, with broadcasting; where they are equal each has slope 1/2, as in torch."""
    return np.minimum(a, b), lambda g: (g * (a < b) + g * (a <= b)) / 2, lambda g: (g * (b < a) + g * (b <= a)) / 2


@op
def clip(x, min=-np.inf, max=np.inf):
    """x limited to [min, max], both numbers; the slope is 1 from min to max, both included, as in torch's clamp."""
    return np.clip(x, min, max), lambda g: g * ((x >= min) & (x <= max))


@op
def where(condition, a, b):
    """a where the condition holds, else b, with broadcasting; the condition is an array of booleans."""
    return np.where(condition, a, b), None, lambda g: np.where(condition, g, 0), lambda g: np.where(condition, 0, g)
