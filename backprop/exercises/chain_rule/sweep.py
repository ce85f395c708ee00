"""The backward sweep over a small graph: nodes by number, edges with their local derivatives."""

import numpy as np

from backprop.engine import Tensor
from backprop.exercises._form import Exercise, Mistake, Values

SHOWN = dict(n=4, edges=np.array([[0, 1], [0, 2], [1, 3], [2, 3]]), slopes=np.array([4.0, 3.0, 6.0, 4.0]))


def true_gradients(n, edges, slopes) -> Values:
    """Each node is a leaf plus slope times source for each edge into it, so the engine's gradients are the graph's."""
    nodes = []
    for k in range(n):
        node = Tensor(1.0, requires_grad=True) * 1.0
        for (source, target), slope in zip(edges, slopes, strict=True):
            if target == k:
                node = node + float(slope) * nodes[source]
        node.retain_grad()
        nodes.append(node)
    nodes[-1].backward()
    return {"gradient": np.array([0.0 if node.grad is None else float(node.grad) for node in nodes])}


def draw_graph(rng) -> Values:
    """Four or five nodes; every node but the first has one or two edges into it, some twice from the same node.

    At most six edges, so that a card can show them all; they come shuffled. Some nodes may lead nowhere.
    """
    while True:
        n = int(rng.integers(4, 6))
        edges = [(int(rng.integers(0, k)), k) for k in range(1, n) for _ in range(rng.integers(1, 3))]
        edges = rng.permutation(np.array(edges))
        slopes = np.round(rng.uniform(0.5, 2.5, len(edges)) * rng.choice([-1, 1], len(edges)), 1)
        gradients = swept(n, edges, slopes)["gradient"]
        if len(edges) <= 6 and abs(gradients[0]) > 0.1 and paths(n, edges) > 1:
            return dict(n=n, edges=edges, slopes=slopes)


def paths(n, edges) -> float:
    """How many paths lead from the first node to the last."""
    return swept(n, edges, np.ones(len(edges)))["gradient"][0]


def swept(n, edges, slopes, *, nodes=reversed, add=True, plus=False, seed=1.0, merge=False) -> Values:
    """The sweep by hand; the keywords are the ways to get it wrong."""
    gradients = np.zeros(n)
    gradients[-1] = seed
    listed = list(zip(map(tuple, edges.tolist()), slopes.tolist(), strict=True))
    for node in nodes(range(n)):
        for (source, target), slope in dict(listed).items() if merge else listed:
            if target == node:
                part = gradients[node] + slope if plus else gradients[node] * slope
                gradients[source] = gradients[source] + part if add else part
    return {"gradient": gradients}


def edge_by_edge(direction):
    """One pass over the list of edges as it comes."""

    def wrong(n, edges, slopes):
        gradients = np.zeros(n)
        gradients[-1] = 1.0
        for k in direction(range(len(edges))):
            source, target = edges[k]
            gradients[source] += gradients[target] * slopes[k]
        return {"gradient": gradients}

    return wrong


def sweep_mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made in the sweep."""
    return Mistake(id, title, sentence, lambda n, edges, slopes: swept(n, edges, slopes, **ways))


AS_LISTED = (
    "An edge may pass on only a gradient that is complete. Visit the nodes from the last to the first, and at each "
    "node take all edges that lead to it."
)

BACKWARD_SWEEP = Exercise(
    id="backward-sweep",
    name="backward_sweep",
    parts={"gradient": 5},
    truth=true_gradients,
    draw=draw_graph,
    shown=SHOWN,
    noun="graphs",
    mistakes=(
        sweep_mistake(
            "overwritten",
            "when a gradient is overwritten where paths meet",
            "A node that is used twice gets two contributions. Add the second to the first: += instead of =.",
            add=False,
        ),
        sweep_mistake(
            "forward-order",
            "when only the last node hands something back",
            "Either the nodes are visited first to last: count down. Or the `return` stands inside the loop.",
            nodes=iter,
        ),
        Mistake("order-of-the-list", "by going through the edges as they are listed", AS_LISTED, edge_by_edge(iter)),
        Mistake("list-reversed", "by going through the list of edges backward", AS_LISTED, edge_by_edge(reversed)),
        sweep_mistake(
            "parallel-edge-lost",
            "when two edges between the same nodes become one",
            "In b = a + a two edges lead from a to b, and both count. A table or an index keeps only the last one.",
            merge=True,
        ),
        sweep_mistake(
            "slopes-added",
            "by adding the slope along an edge",
            "Going back over an edge multiplies: upstream gradient times local derivative. One adds where edges meet.",
            plus=True,
        ),
        sweep_mistake(
            "seed-forgotten",
            "when the output's own gradient is left at 0",
            "The sweep starts with the output's slope in itself, which is 1. From 0 nothing can be passed on.",
            seed=0.0,
        ),
    ),
)
