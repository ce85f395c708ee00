"""Network A, one ReLU unit: every number of the forward pass, then every gradient, one at a time."""

from backprop.widgets._graph import Edge, Network, Node, Numbers, Step, frames
from backprop.widgets._player import FramePlayer
from backprop.widgets._svg import number

NETWORK = Network(
    nodes=(
        Node("w1", "w_1", 62, 46, "", "∂L/∂w_1"),
        Node("x", "x", 62, 164),
        Node("b1", "b_1", 62, 282, "", "∂L/∂b_1"),
        Node("z1", "z_1", 226, 164, "w_1x + b_1", "∂L/∂z_1"),
        Node("w2", "w_2", 390, 46, "", "∂L/∂w_2"),
        Node("a1", "a_1", 390, 164, "ReLU(z_1)", "∂L/∂a_1"),
        Node("b2", "b_2", 390, 282, "", "∂L/∂b_2"),
        Node("z2", "z_2", 554, 164, "w_2a_1 + b_2", "∂L/∂z_2"),
        Node("y", "y", 554, 46),
        Node("L", "L", 718, 164, "(z_2 − y)²", "∂L/∂L"),
    ),
    edges=(
        Edge("w1", "z1", "∂z_1/∂w_1 = x", (156, 94)),
        Edge("x", "z1"),
        Edge("b1", "z1", "∂z_1/∂b_1", (156, 248)),
        Edge("z1", "a1", "∂a_1/∂z_1", (298, 128), "middle"),
        Edge("w2", "z2", "∂z_2/∂w_2 = a_1", (484, 94)),
        Edge("a1", "z2", "∂z_2/∂a_1 = w_2", (467, 126), "end"),
        Edge("b2", "z2", "∂z_2/∂b_2", (484, 248)),
        Edge("z2", "L", "∂L/∂z_2", (638, 126), "end"),
        Edge("y", "L"),
    ),
)


class TraceStepper(FramePlayer):
    """A network's values, then its gradients: `TraceStepper(NETWORK, numbers, steps, title="...", alt="...")`."""

    def __init__(self, network, numbers, steps, **traits):
        given = set(numbers.values) - {step.value for step in steps}
        drawn = frames(network, numbers, steps, given)
        super().__init__(frames=drawn, captions=[step.caption for step in steps], **traits)
        self.numbers = numbers


def trace_network(x=2.0, y=3.0, w1=0.5, b1=0.0, w2=1.5, b2=0.0, backward=True):
    """Step through network A, forward and back: `trace_network(x=-2.0)` shows the ReLU's gate shut.

    With `backward=False` it ends at the loss, so that the gradients stay a question.
    """
    numbers = relu_numbers(x, y, w1, b1, w2, b2)
    return TraceStepper(
        NETWORK,
        numbers,
        _forward_steps(numbers.values) + (_backward_steps(numbers) if backward else []),
        title="One ReLU unit, traced",
        alt="A computational graph from x, w₁ and b₁ through z₁, a₁ and z₂ to the loss L, "
        "with values in blue and gradients in red.",
    )


def relu_numbers(x, y, w1, b1, w2, b2):
    """Every value, gradient and local derivative of network A, by plain arithmetic."""
    z1 = w1 * x + b1
    a1 = max(z1, 0.0)
    z2 = w2 * a1 + b2
    gate, slope = float(z1 > 0), 2 * (z2 - y)
    values = dict(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2, z1=z1, a1=a1, z2=z2, L=(z2 - y) ** 2)
    locals_ = {("z2", "L"): slope, ("w2", "z2"): a1, ("b2", "z2"): 1.0, ("a1", "z2"): w2, ("z1", "a1"): gate}
    locals_ |= {("w1", "z1"): x, ("b1", "z1"): 1.0}
    return Numbers(values, _sweep(locals_), locals_, frozenset() if gate else frozenset({("z1", "a1")}))


def _sweep(local):
    """Each gradient is the one upstream of it times the local derivative on the edge between."""
    gradients = {"L": 1.0}
    for source, target in local:  # written from the loss backward
        gradients[source] = gradients[target] * local[source, target]
    return gradients


def _forward_steps(v):
    n = {name: number(value) for name, value in v.items()}
    loss = f"L = (z₂ − y)² = ({n['z2']} − {_of(n['y'])})² = {n['L']}"
    z2 = f"z₂ = w₂a₁ + b₂ = {_of(n['w2'])} × {_of(n['a1'])} + {_of(n['b2'])} = {n['z2']}."
    gate = "positive, so it passes unchanged" if v["z1"] > 0 else "not positive, so the gate shuts and a₁ is 0"
    return [
        Step("The input x, the target y and the four parameters are given. What will the loss be?"),
        Step(f"z₁ = w₁x + b₁ = {_of(n['w1'])} × {_of(n['x'])} + {_of(n['b1'])} = {n['z1']}.", "z1", along=_into("z1")),
        Step(f"a₁ = ReLU(z₁): {n['z1']} is {gate}.", "a1", along=_into("a1")),
        Step(z2, "z2", along=_into("z2")),
        Step(f"{loss}. The forward pass ends here.", "L", along=_into("L")),
    ]


def _backward_steps(numbers):
    names = [("z2", "L"), ("w2", "z2"), ("b2", "z2"), ("a1", "z2"), ("z1", "a1"), ("w1", "z1"), ("b1", "z1")]
    start = Step("Now backward, from right to left. ∂L/∂L is 1: the loss changes as fast as itself.", gradient="L")
    return [start, *(Step(_product(*edge, numbers), gradient=edge[0], along=(edge,)) for edge in names)]


_MEANING = {
    ("z2", "L"): "∂L/∂z₂ = 2(z₂ − y)",
    ("w2", "z2"): "∂L/∂w₂ = ∂L/∂z₂ × a₁",
    ("b2", "z2"): "∂L/∂b₂ = ∂L/∂z₂ × 1",
    ("a1", "z2"): "∂L/∂a₁ = ∂L/∂z₂ × w₂",
    ("z1", "a1"): "∂L/∂z₁ = ∂L/∂a₁ × ReLU′(z₁)",
    ("w1", "z1"): "∂L/∂w₁ = ∂L/∂z₁ × x",
    ("b1", "z1"): "∂L/∂b₁ = ∂L/∂z₁ × 1",
}


def _product(source, target, numbers):
    """The sentence of one step back: the formula, then the same with numbers."""
    local, upstream, result = (
        number(value)
        for value in (numbers.locals[source, target], numbers.gradients[target], numbers.gradients[source])
    )
    if target == "L":
        z2, y = (number(numbers.values[name]) for name in ("z2", "y"))
        return f"{_MEANING[source, target]} = 2 × ({z2} − {_of(y)}) = {result}."
    end = " The gate is shut: nothing flows back either." if (source, target) in numbers.shut else ""
    return f"{_MEANING[source, target]} = {upstream} × {_of(local)} = {result}.{end}"


def _into(target):
    return tuple(edge.key for edge in NETWORK.edges if edge.target == target)


def _of(shown):
    """A negative number after an operator stands in parentheses."""
    return f"({shown})" if shown.startswith("−") else shown
