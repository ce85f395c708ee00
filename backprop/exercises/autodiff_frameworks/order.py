"""A topological order: every node once, after its parents, without recursion."""

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values

EDGES = np.array([[0, 1], [0, 1], [0, 2], [1, 3], [2, 3], [1, 4], [3, 4]])
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
