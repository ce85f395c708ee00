"""Functions that take a function and give back a derivative of it."""

import functools

import numpy as np

from ._functional import shared
from ._graph import Node, births, enable_grad, recording, sweep, unbroadcast
from ._tensor import Tensor, wrap


def vjp(function, *inputs):
    """Return function(*inputs) as an array, and the pullback: it takes a seed to a tuple, one gradient for each input.

    The pullback may be called often; seed: the shape of the value, by default 1 for a scalar.
    """
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    with enable_grad():
        result = function(*leaves)

    def pullback(seed=None):
        found = {}
        if result.requires_grad:
            found.update(sweep(*result.start(seed), retain_graph=True))
        return tuple(np.array(found.get(leaf._node, np.zeros_like(leaf.data))) for leaf in leaves)

    return result.data, pullback


def grad(function, argnums=0):
    """Return the function that computes the gradient of a scalar function, as an array: d f / d argument.

    argnums: which argument, or a tuple of which; then the gradients come as a tuple.
    """
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)

    @functools.wraps(function)
    def gradient(*inputs):
        def of_wanted(*some):
            changed = dict(zip(wanted, some, strict=True))
            return function(*(changed.get(i, x) for i, x in enumerate(inputs)))

        gradients = vjp(of_wanted, *(inputs[i] for i in wanted))[1]()
        return gradients if isinstance(argnums, tuple) else gradients[0]

    return gradient


def contributions(loss, tensor):
    """Return what each use of `tensor` adds to its gradient when the scalar `loss` goes backward, one array a use."""
    found, target = [], tensor._node

    def heard(vjp):
        def listening(g):
            part = vjp(g)
            found.append(np.array(unbroadcast(part, target.shape)))  # a copy: the sweep may make a .grad of the part
            return part

        return listening

    for node in _walk(loss._node):
        if any(source is target for source, _ in node.edges or ()):
            node.edges = [(source, heard(vjp) if source is target else vjp) for source, vjp in node.edges]
    loss.backward()
    return found


# A dual number x + t * EPSILON carries a derivative t along, by the rule EPSILON**2 = 0. A complex number does the same
# with EPSILON = 1e-200j: its square, 1e-400, is 0 in floating point. So every op already works on dual numbers.
EPSILON = 1e-200


def _dual(x, tangent):
    return np.asarray(x) + 1j * EPSILON * np.asarray(tangent, np.float64)  # complex64 would round 1e-200 to 0


def jvp(function, inputs, tangents):
    """Return function(*inputs) and its derivative along `tangents`, as float64 arrays: forward mode, by dual numbers.

    At a kink it is the slope on the side to which the tangent points.
    """
    result = function(*(wrap(_dual(x, t)) for x, t in zip(inputs, tangents, strict=True))).data
    return result.real, result.imag / EPSILON


def hvp(function, inputs, tangents):
    """Return the Hessian of a scalar function times `tangents`, one array for each input.

    Dual numbers go through the backward sweep: what comes back is the gradient and, beside it, its derivative.
    """
    _, pullback = vjp(function, *(_dual(x, t) for x, t in zip(inputs, tangents, strict=True)))
    return tuple(gradient.imag / EPSILON for gradient in pullback())


def checkpoint(function, *inputs):
    """Return function(*inputs), but keep none of its intermediates: backward runs the function again to get them.

    The function must do the same the second time; if it draws random numbers, give it a generator made inside it.
    """
    if not recording.on:
        return function(*inputs)
    since = next(births)
    first = function(*inputs)
    if not first.requires_grad or first._node.birth < since:  # nothing was recorded, there is nothing to save
        return first
    sources = [node for node in _walk(first._node, since) if node.birth < since]

    @shared
    def gradients(g):
        since = next(births)
        with enable_grad():
            again = function(*inputs)
        return dict(sweep(again._node, g, since=since))

    edges = [(source, lambda g, source=source: gradients(g)[source]) for source in sources]
    return wrap(first.data, Node(first.shape, edges))


def _walk(root, since=0):
    """Yield root and each node it was computed from, but not what nodes born before `since` were computed from."""
    seen, stack = {root}, [root]
    while stack:
        node = stack.pop()
        yield node
        fresh = {source for source, _ in node.edges or ()} - seen if node.birth >= since else set()
        seen |= fresh
        stack.extend(fresh)
