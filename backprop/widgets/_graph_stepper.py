"""Any small expression as a graph, stepped forward in values and backward in gradients."""

import ast

from backprop.widgets._expression import Reader
from backprop.widgets._graph import Edge, Network, Node, Numbers, Step, frames
from backprop.widgets._layout import layout
from backprop.widgets._player import FramePlayer

_MOST = 14


class GraphStepper(FramePlayer):
    """An expression stepped both ways: `GraphStepper("x*y + sin(x)", x=2.0, y=3.0)`; where paths meet, they add."""

    def __init__(self, expression, output="f", title="", **given):
        operations = Reader(given, output).read(expression)
        if not 2 <= len(operations) <= _MOST:
            raise ValueError(f"expected 2 to {_MOST} nodes for one picture, got {len(operations)}: try less at once")
        network = _network(operations)
        numbers = _numbers(operations, digits=4 if network.width == Network.width else 3)
        steps = [*_forward(operations, numbers), *_backward(operations, numbers)]
        written = ast.unparse(ast.parse(expression)).replace(" ** 2", "²").replace("*", "·").replace("-", "−")
        super().__init__(
            frames=frames(network, numbers, steps, given=[n for n, o in operations.items() if not o.inputs]),
            captions=[step.caption for step in steps],
            title=title or f"The graph of {output} = {written}",
            alt=f"A computational graph from {', '.join(given)} to {output}, values in blue and gradients in red.",
        )
        self.numbers = numbers


def _network(operations):
    output = [*operations][-1]
    inputs = {name: o.inputs for name, o in operations.items()}
    places, bends, (width, height) = layout(inputs)
    nodes = [Node(name, name, *places[name], o.formula, f"∂{output}/∂{name}", 104) for name, o in operations.items()]
    edges = []
    for name, o in operations.items():
        for slot, source in enumerate(o.inputs):
            twice = o.inputs[:slot].count(source)  # x·x has two edges from x
            edges.append(Edge(source, name, slope=slot, via=tuple(bends[source, name]), twice=twice))
    return Network(tuple(nodes), tuple(edges), width, height)


def _numbers(operations, digits):
    """Reverse order: whoever uses a node comes before it, so its gradient is complete when it is passed on."""
    output = [*operations][-1]
    gradients, locals_ = dict.fromkeys(operations, 0.0) | {output: 1.0}, {}
    for name in reversed(operations):
        for slot, (source, slope) in enumerate(zip(operations[name].inputs, operations[name].slopes, strict=True)):
            gradients[source] += gradients[name] * slope
            locals_[source, name, slot] = slope
    shut = {key for key, slope in locals_.items() if slope == 0 and operations[key[1]].formula.startswith("ReLU")}
    values = {name: o.value for name, o in operations.items()}
    return Numbers(values, gradients, locals_, frozenset(shut), digits)


def _forward(operations, numbers):
    yield Step("The inputs are given. Which value comes out at the right?")
    for name, o in operations.items():
        if o.inputs:
            along = tuple((source, name, slot) for slot, source in enumerate(o.inputs))
            yield Step(f"Forward: {name} = {o.formula} = {numbers.show(o.value)}.", value=name, along=along)


def _backward(operations, numbers):
    output = [*operations][-1]
    yield Step(f"Now backward. ∂{output}/∂{output} is 1: the output changes as fast as itself.", gradient=output)
    for name in reversed([*operations][:-1]):
        edges = tuple(key for key in numbers.locals if key[0] == name)
        yield Step(_sentence(output, name, edges, numbers), gradient=name, along=edges)


def _sentence(output, name, edges, numbers):
    result = numbers.show(numbers.gradients[name])
    if len(edges) == 1:
        user = edges[0][1]
        factors = _factors(edges[0], numbers)
        return f"∂{output}/∂{name} = ∂{output}/∂{user} × ∂{user}/∂{name} = {factors} = {result}."
    total = " + ".join(_factors(edge, numbers) for edge in edges)
    count = {2: "Two", 3: "Three"}.get(len(edges), len(edges))
    return f"{count} paths meet at {name}, so their contributions add: ∂{output}/∂{name} = {total} = {result}."


def _factors(edge, numbers):
    parts = [numbers.show(numbers.gradients[edge[1]]), numbers.show(numbers.locals[edge])]
    return " × ".join(f"({part})" if part.startswith("−") else part for part in parts)
