"""Walking the graph: an order in which every node stands after its parents, and the sweep against it."""

import numpy as np

from backprop.engine import Tensor
from backprop.exercises._form import Exercise, Mistake, Values

EDGES = np.array([[0, 1], [0, 1], [0, 2], [1, 3], [2, 3], [1, 4], [3, 4]])
SLOPES = np.array([3.0, 3.0, -1.0, 2.0, 5.0, 0.5, -2.0])
DEEP = 5000  # one call for each node would need more than Python allows


def drive_order(topological_order, n, edges, doublings, depth):
    """Three graphs: a drawn one, b = a + a again and again, and a long chain."""

    class Node:
        looks = 0

        def __init__(self, *inputs):
            self.inputs, self.slopes, self.data, self.grad, self.label = inputs, (1.0,) * len(inputs), 0.0, 0.0, ""

        @property
        def parents(self):
            Node.looks += 1
            return self.inputs

    nodes = []
    for k in range(n):
        nodes.append(Node(*[nodes[source] for source, target in edges if target == k]))
    order = topological_order(nodes[-1])
    if order is None:
        return
    place = {id(node): at for at, node in enumerate(order)}
    yield "nodes", len(place)
    yield "visits", len(order)
    yield "too_early", sum(place.get(id(parent), n) >= at for at, node in enumerate(order) for parent in node.inputs)
    top, Node.looks = Node(), 0
    for _ in range(doublings):
        top = Node(top, top)
    topological_order(top)
    yield "each_once", Node.looks <= 10 * (doublings + 1)
    for _ in range(depth):
        top = Node(top)
    try:
        deep = len(topological_order(top))
    except RecursionError:
        deep = 0
    yield "deep", deep


def reachable(n, edges) -> set[int]:
    """The nodes from which a path leads to the last one."""
    found = {n - 1}
    for source, target in sorted(map(tuple, edges.tolist()), key=lambda edge: -edge[1]):
        found |= {source} if target in found else set()
    return found


def true_order(n, edges, doublings, depth) -> Values:
    """What any right order has in common: all nodes, each once, none before its parents."""
    many = len(reachable(n, edges))
    return dict(nodes=many, visits=many, too_early=0, each_once=True, deep=doublings + depth + 1)


def draw_edges(rng) -> tuple[int, np.ndarray]:
    """Five to seven nodes; each but the first has one or two edges into it, some twice from the same node."""
    n = int(rng.integers(5, 8))
    edges = [(int(rng.integers(0, k)), k) for k in range(1, n) for _ in range(rng.integers(1, 3))]
    return n, rng.permutation(np.array(edges))


def draw_order(rng) -> Values:
    """A graph, and sizes that stay small: only the lesson's example is deep."""
    n, edges = draw_edges(rng)
    return dict(n=n, edges=edges, doublings=int(rng.integers(6, 9)), depth=int(rng.integers(5, 40)))


def by_recursion(output):
    """Right, as long as the graph is not deep."""
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    return order


def every_path(output):
    """Parents first, but a node comes once for every path that leads to it."""
    order, stack = [], [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        else:
            stack += [(node, True), *((parent, False) for parent in node.parents)]
    return order


def as_discovered(pop, finish):
    """The order in which a walk from the output meets the nodes; `pop` makes it deep or wide."""

    def order(output):
        found, seen, waiting = [], {id(output)}, [output]
        while waiting:
            node = waiting.pop(pop)
            found.append(node)
            for parent in node.parents:
                if id(parent) not in seen:
                    seen.add(id(parent))
                    waiting.append(parent)
        return finish(found)

    return order


def in_order(output):
    """A right one, without recursion: a node is listed when its parents are."""
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack += [(node, True), *((parent, False) for parent in node.parents)]
    return order


MET = (
    "The order in which you meet nodes is not enough: a node can be met early over a short way and still be needed by "
    "one that comes later. List a node only when all its parents are listed."
)

TOPOLOGICAL_ORDER = Exercise(
    id="topological-order",
    name="topological_order",
    parts=dict(nodes=1, visits=1, too_early=1, each_once=1, deep=1),
    truth=true_order,
    drive=drive_order,
    draw=draw_order,
    shown=dict(n=5, edges=EDGES, doublings=10, depth=DEEP),
    noun="graphs",
    mistakes=(
        Mistake(
            "recursion",
            "when the function calls itself for every parent",
            f"On a chain of {DEEP} operations it ends in a RecursionError, counted here as 0 nodes. Keep a list of "
            "what is still to be done instead.",
            by_recursion,
        ),
        Mistake(
            "every-path",
            "by walking every path",
            "Where two paths meet, the node is listed twice, and all before it too. Remember what you have seen.",
            every_path,
        ),
        Mistake(
            "output-first",
            "from the output to the inputs",
            "That is the way back. Here every node is wanted after its parents, so the output stands last.",
            lambda output: in_order(output)[::-1],
        ),
        Mistake("as-met-deep", "in the order in which a walk meets them", MET, as_discovered(-1, lambda f: f[::-1])),
        Mistake("as-met-wide", "in the order in which a search meets them", MET, as_discovered(0, lambda f: f[::-1])),
    ),
)


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
