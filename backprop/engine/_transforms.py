"""Functions that take a function and give back its derivative."""

import functools

from ._graph import sweep
from ._tensor import Tensor


def vjp(function, *inputs):
    """Return function(*inputs) as an array, and the pullback that takes a seed to one gradient for each input."""
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    result = function(*leaves)

    def pullback(seed=None):
        found = {id(leaf): leaf.data * 0 for leaf in leaves}
        if result.requires_grad:
            for tensor, gradient in sweep(*result._start(seed), retain_graph=True):
                found[id(tensor)] = gradient
        return tuple(found[id(leaf)].copy() for leaf in leaves)

    return result.data, pullback


def grad(function, argnums=0):
    """Return the function that computes d(function)/d(argument), as an array; with a tuple of argnums, a tuple."""
    wanted = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(function)
    def gradient(*inputs):
        def of_wanted(*some):
            everything = list(inputs)
            for position, value in zip(wanted, some, strict=True):
                everything[position] = value
            return function(*everything)

        _, pullback = vjp(of_wanted, *(inputs[position] for position in wanted))
        return pullback()[0] if isinstance(argnums, int) else pullback()

    return gradient
