"""Is a gradient right? Compare it with slopes that were measured without it."""

from typing import NamedTuple

import numpy as np

from ._tensor import Tensor
from ._transforms import EPSILON, vjp


class Method(NamedTuple):
    """How a slope is measured: the step, and the relative error up to which a gradient counts as right."""

    step: float
    tolerance: float
    complex_step: bool = False
    along_one_direction: bool = False


METHODS = {
    # The error of central differences is about step**2 + 1e-16 / step, least near 1e-16**(1/3) (Press et al., Numerical
    # Recipes, section 5.7). Measured on nets of this course: 1e-10 in the median, 1e-8 in the worst entry.
    "coordinates": Method(step=1e-5, tolerance=1e-6),
    # One random direction of +-1 for each array: two calls of the function however many entries there are.
    "direction": Method(step=1e-5, tolerance=1e-6, along_one_direction=True),
    # f(x + i h).imag / h subtracts nothing, so h can be as small as one likes and the error is that of the function
    # itself (Squire and Trapp 1998). For functions made of ops, or of NumPy functions that take complex numbers.
    "complex": Method(step=EPSILON, tolerance=1e-10, complex_step=True),
}


class Report(NamedTuple):
    """What gradcheck found: whether all is well and, if not, where it is worst and by how much; true if `ok`."""

    ok: bool
    input: int | None = None
    index: tuple | None = None
    given: float | None = None
    expected: float | None = None
    problem: str = ""

    def __bool__(self):
        return self.ok

    def __str__(self):
        if self.ok:
            return "The gradients agree."
        return self.problem or (
            f"The gradient of input {self.input} is wrong, most of all at {self.index}: "
            f"expected {self.expected:.6g}, got {self.given:.6g}."
        )


def gradcheck(function, *inputs, gradients=None, method="coordinates", seed=0):
    """Compare gradients with measured slopes, in float64; return a Report, which is true if all agree.

    Without `gradients` the engine's own are checked, and function(*tensors) may have any shape. Or give one array for
    each input, for a function(*arrays) that returns one number. method: a key of METHODS.
    """
    rng = np.random.default_rng(seed)
    inputs, number = [np.array(x, dtype=np.float64) for x in inputs], function
    if gradients is None:
        value, pullback = vjp(function, *inputs)
        upstream = rng.normal(size=np.shape(value))
        gradients = pullback(upstream)

        def number(*arrays):
            return (function(*map(Tensor, arrays)).data * upstream).sum()

    if len(gradients) != len(inputs):
        return Report(False, problem=f"{len(inputs)} inputs have {len(inputs)} gradients, not {len(gradients)}.")
    reports = [_check(number, inputs, i, gradients[i], METHODS[method], rng) for i in range(len(inputs))]
    return min(reports, key=bool)  # the first that is not ok


def _check(number, inputs, i, gradient, method, rng):
    """Return the Report on one input's gradient."""
    x = inputs[i]
    if gradient is None or np.shape(gradient) != x.shape:
        came = "None" if gradient is None else f"shape {np.shape(gradient)}"
        return Report(False, i, problem=f"The gradient of input {i} must have shape {x.shape}, and it is {came}.")
    directions = [(None, rng.choice([-1.0, 1.0], x.shape))] if method.along_one_direction else _units(x.shape)
    indices, given, expected, noise = zip(
        *((index, np.vdot(gradient, v), *_slope(number, inputs, i, v, method)) for index, v in directions), strict=True
    )
    # Rounding alone moves a central difference by `noise`; what is more counts against the size of the whole gradient.
    size = np.linalg.norm(gradient) if method.along_one_direction else np.abs(expected).max()
    excess = np.abs(np.subtract(given, expected)) - noise - method.tolerance * size
    worst = int(np.argmax(np.where(np.isfinite(excess), excess, np.inf)))
    ok = bool((excess <= 0).all())  # false for what is not a number, too
    return Report(ok, i, indices[worst], float(given[worst]), float(expected[worst]))


def _units(shape):
    """Yield each index of an array of this shape, with the array that is 1 there and else 0."""
    for index in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[index] = 1.0
        yield index, unit


def _slope(number, inputs, i, direction, method):
    """Return the slope of `number` at the inputs when input i moves along the direction, and the rounding in it."""

    def moved(step):
        return number(*(x + step * direction if j == i else x for j, x in enumerate(inputs)))

    if method.complex_step:
        return np.imag(moved(1j * method.step)) / method.step, 0.0
    after, before = moved(method.step), moved(-method.step)
    return (after - before) / (2 * method.step), 1e-15 * abs(after) / method.step
