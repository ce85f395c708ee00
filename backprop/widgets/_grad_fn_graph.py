"""The graph that PyTorch recorded on the way forward, as its tensors carry it: grad_fn after grad_fn."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, undone
from backprop.widgets._graph import Edge, Node, Numbers, Shown
from backprop.widgets._graph_parts import node_picture, points
from backprop.widgets._layout import layout
from backprop.widgets._tape_stepper import inputs_first

_MOST, _TITLE = 20, "What PyTorch recorded"


def grad_fn_graph(tensor, **leaves):
    """The graph behind a tensor, leaves left: `grad_fn_graph(loss, w=w, b=b)`; PyTorch walks it along the arrows."""
    if undone(tensor):
        return nothing_yet(_TITLE)
    if tensor.grad_fn is None:
        raise ValueError("expected a tensor with a grad_fn, got one without: does any input have requires_grad=True?")
    order = inputs_first(tensor.grad_fn, _next)
    if len(order) > _MOST:
        raise ValueError(f"expected at most {_MOST} nodes for one picture, got {len(order)}: try a smaller graph")
    names = {id(node): f"n{k}" for k, node in enumerate(order)}
    inputs = {names[id(node)]: [names[id(n)] for n in _next(node)] for node in order}
    count = sum(hasattr(node, "variable") for node in order)
    collect = "1 collects" if count == 1 else f"{count} collect"
    return FrameChooser(
        picture=_draw(inputs, {names[id(node)]: node for node in order}, leaves),
        frames=[""],
        captions=[f"{len(order)} nodes: {collect} the gradient of a leaf, the others pass one on."],
        title=_TITLE,
        alt="A graph of the backward functions, the leaves at the left and the output at the right: "
        + ", ".join(node.name() for node in reversed(order))
        + ".",
    )


def _next(node):
    return [function for function, _ in node.next_functions if function is not None]


def _draw(inputs, nodes, leaves):
    """Cards with the functions' names, below a leaf its own name and shape, and arrows from the output back."""
    places, bends, (width, height) = layout(inputs)
    cards = {n: Node(n, _short(node), *places[n], _leaf(node, leaves), width=116) for n, node in nodes.items()}
    edges = [
        Edge(source, target, slope=slot, via=tuple(bends[source, target]), twice=sources[:slot].count(source))
        for target, sources in inputs.items()
        for slot, source in enumerate(sources)
    ]
    arrows = [svg.arrow(points(edge, cards)[::-1], svg.RED, 2) for edge in edges]
    drawn = [node_picture(card, Numbers({}, {}, {}), Shown()) for card in cards.values()]
    return svg.picture(width, height, *arrows, *drawn, SLOT)


def _short(node):
    return node.name().removesuffix("0").removeprefix("torch::autograd::")


def _leaf(node, leaves):
    if not hasattr(node, "variable"):
        return ""
    shape = f"({', '.join(map(str, node.variable.shape))})"
    name = next((name for name, tensor in leaves.items() if tensor is node.variable), "")
    return f"{name} {shape}".strip()
