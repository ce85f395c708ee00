"""The graph: what a computed tensor remembers, and the backward sweep over it."""

import contextlib
import itertools
import threading
from heapq import heappop, heappush

births = itertools.count()


class Node:
    """One recorded step: the result's shape, an edge (input node, VJP) for each input, and a birth number.

    The result's array is not kept: when no VJP has captured it, it is freed as soon as the user lets go of it.
    """

    __slots__ = ("shape", "edges", "birth", "owner")

    def __init__(self, shape, edges=()):
        self.shape = shape
        self.edges = edges  # () for a leaf; None once a backward sweep has used and freed them
        self.birth = next(births)  # inputs are always born before results
        self.owner = None  # a weak reference to the tensor whose .grad wants this node's gradient


class _Recording(threading.local):
    on = True


recording = _Recording()


class no_grad(contextlib.ContextDecorator):
    """Inside `with no_grad():`, or in a function decorated with `@no_grad()`, operations record no graph."""

    def __enter__(self):
        self.before, recording.on = recording.on, False

    def __exit__(self, *_):
        recording.on = self.before


def sweep(root, seed, retain_graph=False):
    """Walk back from `root`, youngest node first, and yield (tensor, gradient) for each tensor that wants one.

    A node's gradient is complete when the node comes off the heap, because everything that used its value was born
    later. So each node is visited once, whatever the number of paths, and depth costs no recursion.
    """
    gradients, heap = {root: seed}, [(-root.birth, root)]
    while heap:
        node = heappop(heap)[1]
        upstream = gradients.pop(node)
        if node.owner is not None and (tensor := node.owner()) is not None:
            yield tensor, upstream
        edges = node.edges
        if edges is None:
            raise RuntimeError(FREED)
        if edges and not retain_graph:
            node.edges = None
        for source, vjp in edges:
            part = vjp(upstream)
            if part.shape != source.shape:
                part = unbroadcast(part, source.shape)
            if source in gradients:
                gradients[source] = gradients[source] + part
            else:
                gradients[source] = part
                heappush(heap, (-source.birth, source))


FREED = (
    "backward was asked to walk through a graph that an earlier backward has already used and freed. "
    "Run the forward pass again, or call the earlier backward with retain_graph=True."
)


def unbroadcast(gradient, shape):
    """Sum `gradient` over the axes along which an array of this `shape` was repeated by broadcasting."""
    new_axes = gradient.ndim - len(shape)
    stretched = [new_axes + axis for axis, size in enumerate(shape) if size == 1]
    return gradient.sum(axis=(*range(new_axes), *stretched)).reshape(shape)
