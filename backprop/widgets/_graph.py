"""A computational graph as a picture that fills in: values on the way forward, gradients on the way back."""

from dataclasses import dataclass, field

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._graph_parts import (
    edge_picture,
    gradient_mark,
    label_picture,
    local_mark,
    node_picture,
    value_mark,
)


@dataclass(frozen=True)
class Node:
    """A card at (x, y): `Node("z1", "z_1", 222, 185, "w_1x + b_1", "∂L/∂z_1")`; without a gradient label it is data."""

    name: str
    label: str
    x: float
    y: float
    formula: str = ""
    gradient: str = ""
    width: float = 108

    @property
    def height(self):
        """Data needs no second row."""
        return 58 if self.gradient else 36


@dataclass(frozen=True)
class Edge:
    """A line from one node to the next with its local derivative: `Edge("w1", "z1", "∂z_1/∂w_1 = x", (150, 100))`.

    An edge of a graph that was laid out by itself has the number of its slope, bends, and tells equal edges apart.
    """

    source: str
    target: str
    local: str = ""
    at: tuple = None
    anchor: str = "start"
    slope: int = None
    via: tuple = ()
    twice: int = 0

    @property
    def key(self):
        """What the numbers call it."""
        return (self.source, self.target) if self.slope is None else (self.source, self.target, self.slope)


@dataclass(frozen=True)
class Network:
    """The layout of one picture."""

    nodes: tuple
    edges: tuple
    width: float = 780
    height: float = 330


@dataclass(frozen=True)
class Numbers:
    """What is written on it: values and gradients by node, local derivatives by edge, and which gates are shut."""

    values: dict
    gradients: dict
    locals: dict
    shut: frozenset = frozenset()
    digits: int = 4

    def show(self, value):
        """A number as this picture prints it; of an array, the shape."""
        if value is None:
            return "none"
        shape = getattr(value, "shape", ())
        return f"({', '.join(map(str, shape))})" if shape else svg.number(float(value), self.digits)


@dataclass(frozen=True)
class Step:
    """One frame: a node's value (or gradient) appears, along these edges, with one sentence."""

    caption: str
    value: str = ""
    gradient: str = ""
    along: tuple = ()


@dataclass
class Shown:
    """What has appeared so far, and what is new."""

    values: set = field(default_factory=set)
    gradients: set = field(default_factory=set)
    forward: set = field(default_factory=set)
    backward: set = field(default_factory=set)
    new: Step = Step("")

    def add(self, step):
        """Reveal one step more."""
        (self.backward if step.gradient else self.forward).update(step.along)
        self.values |= {step.value} - {""}
        self.gradients |= {step.gradient} - {""}
        self.new = step


def frames(network, numbers, steps, given):
    """One SVG a step; `given` names the nodes whose values are there from the start."""
    shown, drawn = Shown(values=set(given)), []
    for step in steps:
        shown.add(step)
        drawn.append(draw(network, numbers, shown))
    return drawn


def draw(network, numbers, shown, slot=False):
    """The picture at one moment; with a slot, what `marks` returns can be put on it later."""
    place = {node.name: node for node in network.nodes}
    lines = [edge_picture(edge, place, numbers, shown) for edge in network.edges]
    cards = [node_picture(node, numbers, shown) for node in network.nodes]
    labels = [
        label_picture(edge, place, numbers, "bold" if edge.key in shown.new.along else "normal")
        for edge in network.edges
        if edge.key in shown.backward
    ]
    return svg.picture(network.width, network.height, *lines, *cards, *labels, SLOT if slot else "")


def marks(network, numbers):
    """What appears for each number: {"z1": svg, "dL/dz1": svg, "da1/dz1": svg}."""
    found = {}
    for node in network.nodes:
        found[node.name] = value_mark(node, numbers)
        if node.gradient:
            found[f"dL/d{node.name}"] = gradient_mark(node, numbers)
    for edge in network.edges:
        name = f"d{edge.target}/d{edge.source}"
        found[name] = found.get(name, "") + local_mark(edge, numbers)  # dL/dz2 is a gradient and an edge's derivative
    return found
