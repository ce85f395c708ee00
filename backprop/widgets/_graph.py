"""A computational graph as a picture that fills in: values on the way forward, gradients on the way back."""

from dataclasses import dataclass, field

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT


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
    lines = [_edge(edge, place, numbers, shown) for edge in network.edges]
    cards = [_node(node, numbers, shown) for node in network.nodes]
    labels = [
        _label(edge, place, numbers, "bold" if edge.key in shown.new.along else "normal")
        for edge in network.edges
        if edge.key in shown.backward
    ]
    return svg.picture(network.width, network.height, *lines, *cards, *labels, SLOT if slot else "")


def marks(network, numbers):
    """What appears for each number: {"z1": svg, "dL/dz1": svg, "da1/dz1": svg}."""
    found = {}
    for node in network.nodes:
        found[node.name] = _value(node, numbers)
        if node.gradient:
            found[f"dL/d{node.name}"] = _gradient(node, numbers)
    for edge in network.edges:
        name = f"d{edge.target}/d{edge.source}"
        found[name] = found.get(name, "") + _local(edge, numbers)  # dL/dz2 is a gradient and an edge's derivative
    return found


def _edge(edge, place, numbers, shown):
    points = _points(edge, place)
    if edge.key in numbers.shut and edge.key in shown.forward | shown.backward:
        return _shut(points)
    new = edge.key in shown.new.along
    if edge.key not in shown.backward:
        lit = edge.key in shown.forward
        return svg.arrow(points, svg.BLUE if lit else svg.LINE, 3.5 if new else 2, head=8 if new else 7)
    ahead, back = _lanes(points)
    return svg.arrow(ahead, svg.BLUE, 1.5, 6) + _back(back, new, numbers.gradients[edge.source])


def _back(lane, new, gradient):
    if gradient == 0:
        return svg.path(lane, svg.INK, 2.5, stroke_dasharray="3 5")
    return svg.arrow(lane, svg.RED, 4 if new else 2.5, 9 if new else 8)


def _shut(points):
    """The edge goes dark: nothing flows, and a bar stands across it."""
    x, y = (points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2
    line = svg.path(points, svg.INK, 2.5, stroke_dasharray="3 5")
    bar = svg.path([(x, y - 14), (x, y + 14)], svg.INK, 6, stroke_linecap="round")
    return line + bar + svg.words(x, y + 34, "shut", 13)


def _points(edge, place):
    """From card to card, through the bends of a long edge; a second edge between the same cards takes a bow."""
    source, target = place[edge.source], place[edge.target]
    if not edge.via and not edge.twice:
        return list(_ends(source, target))
    bend = ((source.x + target.x) / 2, (source.y + target.y) / 2 + 34 * edge.twice)
    via = [(x, y + 26 * edge.twice) for x, y in edge.via] or [bend]
    start = (source.x + source.width / 2 + 4, source.y)
    return [start, *via, (target.x - target.width / 2 - 5, target.y + max(-14, min(14, (via[-1][1] - target.y) / 4)))]


def _ends(source, target):
    if abs(source.x - target.x) < 1:
        down = 1 if target.y > source.y else -1
        top, bottom = source.y + down * (source.height / 2 + 2), target.y - down * (target.height / 2 + 3)
        return (source.x, top), (target.x, bottom)
    rise = max(-12, min(12, (target.y - source.y) / 8))
    slack = 4 if rise else 2  # slanted lanes need room beside the corners
    return (source.x + source.width / 2 + slack, source.y), (target.x - target.width / 2 - 1 - slack, target.y - rise)


def _lanes(points, apart=4.5):
    """Forward above, backward below, the second one reversed."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    dx, dy = -(y1 - y0) / length * apart, (x1 - x0) / length * apart
    return [(x - dx, y - dy) for x, y in points], [(x + dx, y + dy) for x, y in reversed(points)]


def _node(node, numbers, shown):
    left, top = node.x - node.width / 2, node.y - node.height / 2
    new = node.name in (shown.new.value, shown.new.gradient)
    ring = (svg.RED if shown.new.gradient else svg.BLUE) if new else "#7c858c"
    value = node.name in shown.values
    parts = [
        svg.rect(left, top, node.width, node.height, 9),
        _value(node, numbers) if value else svg.formula(node.x, _first_row(node), node.label, 17),
        svg.path([(left, node.y), (left + node.width, node.y)], svg.LINE, 1) if node.gradient and not value else "",
        _gradient(node, numbers) if node.name in shown.gradients else "",
        svg.rect(left, top, node.width, node.height, 9, "none", ring, stroke_width=3 if new else 1.2),
        svg.formula(node.x, top + node.height + 20, node.formula, 15, svg.QUIET) if node.formula else "",
    ]
    return "".join(parts)


def _first_row(node):
    return node.y - 9 if node.gradient else node.y + 5


def _value(node, numbers):
    """The upper half of a card, filled in."""
    left, top, height = node.x - node.width / 2 + 1, node.y - node.height / 2 + 1, node.height - 2
    number = _colored(numbers.show(numbers.values[node.name]), svg.BLUE)
    if node.gradient:
        back = svg.half(left, top, node.width - 2, height / 2, svg.PALE_BLUE)
    else:
        back = svg.rect(left, top, node.width - 2, height, 8, svg.PALE_BLUE)
    return back + svg.formula(node.x, _first_row(node), f"{node.label} = ", 17).replace("</text>", number + "</text>")


def _gradient(node, numbers):
    """The lower half of a card, filled in."""
    number = _colored(numbers.show(numbers.gradients[node.name]), svg.RED)
    back = svg.half(node.x - node.width / 2 + 1, node.y, node.width - 2, node.height / 2 - 1, svg.PALE_RED, top=False)
    line = svg.formula(node.x, node.y + 20, f"{node.gradient} = ", 14.5, svg.RED)
    return back + line.replace("</text>", number + "</text>")


def _colored(content, fill):
    return f'<tspan fill="{fill}" font-weight="bold">{content}</tspan>'


def _label(edge, place, numbers, weight):
    """Its local derivative: with its name where a place was chosen for it, else the number alone, near the source."""
    if edge.slope is None or edge.key not in numbers.locals:
        return _local(edge, numbers, weight)
    (x0, y0), (x1, y1) = _points(edge, place)[:2]
    x, y = x0 + 0.42 * (x1 - x0), y0 + 0.42 * (y1 - y0) - 7
    return svg.formula(x, y, numbers.show(numbers.locals[edge.key]), 15, svg.INK, halo=5, font_weight=weight)


def _local(edge, numbers, weight="normal"):
    """The local derivative, on its edge."""
    if not edge.local:
        return ""
    label = f"{edge.local} = {numbers.show(numbers.locals[edge.key])}"
    return svg.formula(*edge.at, label, 14.5, svg.INK, edge.anchor, halo=5, font_weight=weight)
