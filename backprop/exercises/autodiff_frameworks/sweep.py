"""The backward sweep over a graph of objects, in any order that is topological."""

import numpy as np

from backprop.engine import Tensor
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.autodiff_frameworks.order import DEEP, EDGES, draw_edges, every_path, in_order, reachable

SLOPES = np.array([3.0, 3.0, -1.0, 2.0, 5.0, 0.5, -2.0])


def drive_backward(backward, n, edges, slopes, depth):
    """The gradients of a graph, the same after a second sweep, and of a long chain."""

    class Node:
        def __init__(self, parents=(), slopes=()):
            self.parents, self.slopes, self.data, self.grad, self.label = tuple(parents), tuple(slopes), 0.0, 0.0, ""

    nodes = []
    for k in range(n):
        into = [(nodes[source], slope) for (source, target), slope in zip(edges, slopes, strict=True) if target == k]
        nodes.append(Node([node for node, _ in into], [float(slope) for _, slope in into]))
    visited = backward(nodes[-1])
    if visited is None:
        return
    yield "visits", len(visited)
    yield "gradients", [node.grad for node in nodes]
    backward(nodes[-1])
    yield "again", [node.grad for node in nodes]
    first = top = Node()
    for _ in range(depth):
        top = Node([top], [-1.0])
    try:
        backward(top)
    except RecursionError:
        first.grad = 0.0
    yield "deep", first.grad


def true_backward(n, edges, slopes, depth) -> Values:
    """Each node is a sum of slope times source over the edges into it, so the engine's gradients are the graph's."""
    nodes = []
    for k in range(n):
        node = Tensor(1.0, requires_grad=True) * 1.0
        for (source, target), slope in zip(edges, slopes, strict=True):
            if target == k:
                node = node + float(slope) * nodes[source]
        node.retain_grad()
        nodes.append(node)
    nodes[-1].backward()
    gradients = np.array([0.0 if node.grad is None else float(node.grad) for node in nodes])
    return dict(visits=len(reachable(n, edges)), gradients=gradients, again=gradients, deep=(-1.0) ** depth)


def draw_backward(rng) -> Values:
    """A graph whose first node has a gradient that is not zero."""
    while True:
        n, edges = draw_edges(rng)
        slopes = np.round(rng.uniform(0.5, 2.5, len(edges)) * rng.choice([-1, 1], len(edges)), 1)
        case = dict(n=n, edges=edges, slopes=slopes, depth=int(rng.integers(5, 40)))
        if abs(true_backward(**case)["gradients"][0]) > 0.1:
            return case


def swept(*, reset=True, add=True, order=in_order, times=lambda upstream, slope: upstream * slope, inputs_first=False):
    """A backward sweep; the keywords are the ways to get it wrong."""

    def backward(output):
        visited = order(output) if inputs_first else order(output)[::-1]
        for node in visited if reset else ():
            node.grad = 0.0
        output.grad = 1.0
        for node in visited:
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                parent.grad = times(node.grad, slope) + (parent.grad if add else 0.0)
        return visited

    return backward


BACKWARD = Exercise(
    id="backward",
    name="backward",
    parts=dict(visits=0.5, gradients=2, again=1, deep=0.5),
    truth=true_backward,
    drive=drive_backward,
    draw=draw_backward,
    shown=dict(n=5, edges=EDGES, slopes=SLOPES, depth=DEEP),
    noun="graphs",
    mistakes=(
        Mistake(
            "overwritten",
            "when a gradient is overwritten where paths meet",
            "A node that is used twice gets two shares. Add the second to the first: += instead of =.",
            swept(add=False),
        ),
        Mistake(
            "second-doubles",
            "when the gradients of an earlier sweep are still there",
            "The first sweep is right. The second adds to what the first has left: begin by setting every gradient "
            "to 0.",
            swept(reset=False),
        ),
        Mistake(
            "inputs-first",
            "by going from the inputs to the output",
            "When the sweep reaches a node, its gradient must be complete. Go through the order from its end.",
            swept(inputs_first=True),
        ),
        Mistake(
            "upstream-ignored",
            "without the upstream gradient",
            "A parent receives the slope times the node's own gradient, not the slope alone.",
            swept(times=lambda upstream, slope: slope),
        ),
        Mistake(
            "slopes-added",
            "by adding the slope along an edge",
            "Going back over an edge multiplies: upstream gradient times slope. One adds where edges meet.",
            swept(times=lambda upstream, slope: upstream + slope),
        ),
        Mistake(
            "every-path",
            "when a node is visited once for every path",
            "Each node hands back once, when all that use it have handed back to it. Is a node in your order twice?",
            swept(order=every_path),
        ),
    ),
)
