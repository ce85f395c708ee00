"""The graph: what a computed tensor remembers, and the backward sweep over it.

A VJP (vector-Jacobian product) belongs to one input of one step: it takes the gradient with respect to the step's
result to the gradient with respect to that input.
"""

import contextlib
import itertools
import threading
from heapq import heappop, heappush

births = itertools.count()


class Node:
    """One recorded step: the result's shape, an edge (input node, VJP) for each input that gradients
    flow to, and a birth number.

    The result's array is not kept: if no VJP needs it, it is freed as soon as the user lets go of it.
    """

    __slots__ = ("shape", "edges", "birth", "owner")

    def __init__(self, shape, edges=()):
        self.shape = shape
        self.edges = edges  # () for a leaf, None once a backward sweep has used and freed them
        self.birth = next(births)  # so an input is always older than what was computed from it
        self.owner = None  # a weak reference to the tensor whose .grad this node's gradient is for


def sweep(root, seed, retain_graph=False, since=0):
    """Walk back from `root`; yield (node, gradient) for all nodes that are leaves, owned or older than `since`.

    Owned means that some tensor wants this gradient as its .grad; `since` is for checkpoint, which walks a part only.

    The youngest node comes off the heap first. By then everything computed from it has had its turn, so its gradient
    is complete: each node is visited once, however many paths lead to it, and no depth needs recursion.
    """
    gradients, heap = {root: seed}, [(-root.birth, root)]
    while heap:
        node = heappop(heap)[1]
        upstream, edges = gradients.pop(node), node.edges
        if edges is None:
            raise RuntimeError(FREED)
        if node.owner:
            yield node, upstream
        if edges and not retain_graph:
            node.edges = None
        for source, vjp in edges:
            part = vjp(upstream)
            if part.shape != source.shape:
                part = unbroadcast(part, source.shape)
            if source in gradients:
                gradients[source] = gradients[source] + part
                continue
            if part is upstream and source.owner:
                part = part.copy()  # a VJP such as add's gave back what it got, and .grad must be an array of its own
            gradients[source] = part
            if source.edges != () and source.birth >= since:  # a leaf has nothing behind it to walk to
                heappush(heap, (-source.birth, source))
    yield from gradients.items()  # what was never walked through: leaves, and nodes older than `since`


FREED = (
    "backward reached a part of the graph that an earlier backward has used and freed. "
    "Run the forward pass again, or give the earlier backward retain_graph=True."
)


def unbroadcast(gradient, shape):
    """Sum `gradient` over the axes along which broadcasting repeated an array of this `shape`."""
    new = gradient.ndim - len(shape)
    stretched = [new + axis for axis, size in enumerate(shape) if size == 1]
    return gradient.sum(axis=(*range(new), *stretched)).reshape(shape)


class _Recording(threading.local):
    on = True  # in every thread, until that thread says otherwise


recording = _Recording()


@contextlib.contextmanager
def _recorded(on):
    before, recording.on = recording.on, on
    try:
        yield
    finally:
        recording.on = before


def no_grad():
    """Inside `with no_grad():`, or in a function decorated with `@no_grad()`, operations record no graph."""
    return _recorded(False)


def enable_grad():
    """The opposite of no_grad: operations record a graph again, as they do by default."""
    return _recorded(True)
