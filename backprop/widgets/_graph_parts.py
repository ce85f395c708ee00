"""The parts of a computational graph's picture: cards, edges with their two lanes, labels."""

from backprop.widgets import _svg as svg


def edge_picture(edge, place, numbers, shown):
    """An arrow; once the gradient has passed, two: the value's ahead and the gradient's back."""
    line = points(edge, place)
    if edge.key in numbers.shut and edge.key in shown.forward | shown.backward:
        return _shut(line)
    new = edge.key in shown.new.along
    if edge.key not in shown.backward:
        lit = edge.key in shown.forward
        return svg.arrow(line, svg.BLUE if lit else svg.LINE, 3.5 if new else 2, head=8 if new else 7)
    ahead, back = _lanes(line)
    return svg.arrow(ahead, svg.BLUE, 1.5, 6) + _back(back, new, numbers.gradients[edge.source])


def _back(lane, new, gradient):
    if not getattr(gradient, "shape", ()) and gradient == 0:  # of an array only the shape is shown
        return svg.path(lane, svg.INK, 2.5, stroke_dasharray="3 5")
    return svg.arrow(lane, svg.RED, 4 if new else 2.5, 9 if new else 8)


def _shut(points):
    """The edge goes dark: nothing flows, and a bar stands across it."""
    x, y = (points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2
    line = svg.path(points, svg.INK, 2.5, stroke_dasharray="3 5")
    bar = svg.path([(x, y - 14), (x, y + 14)], svg.INK, 6, stroke_linecap="round")
    return line + bar + svg.words(x, y + 34, "shut", 13)


def points(edge, place):
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


def node_picture(node, numbers, shown):
    """A card: its value above, its gradient below, a ring if it is new."""
    left, top = node.x - node.width / 2, node.y - node.height / 2
    new = node.name in (shown.new.value, shown.new.gradient)
    ring = (svg.RED if shown.new.gradient else svg.BLUE) if new else "#7c858c"
    value = node.name in shown.values
    parts = [
        svg.rect(left, top, node.width, node.height, 9),
        value_mark(node, numbers) if value else _name(node),
        svg.path([(left, node.y), (left + node.width, node.y)], svg.LINE, 1) if node.gradient and not value else "",
        gradient_mark(node, numbers) if node.name in shown.gradients else "",
        svg.rect(left, top, node.width, node.height, 9, "none", ring, stroke_width=3 if new else 1.2),
        svg.formula(node.x, top + node.height + 20, node.formula, 15, svg.QUIET) if node.formula else "",
    ]
    return "".join(parts)


def _name(node):
    size = min(17, round((node.width - 8) / (0.58 * len(svg.plain(node.label))), 1))
    return svg.formula(node.x, _first_row(node), node.label, size)


def _first_row(node):
    return node.y - 9 if node.gradient else node.y + 5


def value_mark(node, numbers):
    """The upper half of a card, filled in."""
    left, top, height = node.x - node.width / 2 + 1, node.y - node.height / 2 + 1, node.height - 2
    row = _row(node, node.label, numbers.show(numbers.values[node.name]), _first_row(node), 17, svg.INK, svg.BLUE)
    if node.gradient:
        back = svg.half(left, top, node.width - 2, height / 2, svg.PALE_BLUE)
    else:
        back = svg.rect(left, top, node.width - 2, height, 8, svg.PALE_BLUE)
    return back + row


def gradient_mark(node, numbers):
    """The lower half of a card, filled in."""
    number = numbers.show(numbers.gradients[node.name])
    back = svg.half(node.x - node.width / 2 + 1, node.y, node.width - 2, node.height / 2 - 1, svg.PALE_RED, top=False)
    return back + _row(node, node.gradient, number, node.y + 20, 14.5, svg.RED, svg.RED)


def _row(node, label, number, y, size, ink, colour):
    """A label and its number, a little smaller where they would touch the card's sides."""
    letters = len(svg.plain(label)) + 3 + len(number)
    size = min(size, round((node.width - 8) / (0.47 * letters), 1))  # the mean width of a letter, in its size
    value = f'<tspan fill="{colour}" font-weight="bold">{number}</tspan>'
    return svg.formula(node.x, y, f"{label} = ", size, ink).replace("</text>", f"{value}</text>")


def label_picture(edge, place, numbers, weight):
    """Its local derivative: with its name where a place was chosen for it, else the number alone, near the source."""
    if edge.slope is None or edge.key not in numbers.locals:
        return local_mark(edge, numbers, weight)
    (x0, y0), (x1, y1) = points(edge, place)[:2]
    x, y = x0 + 0.42 * (x1 - x0), y0 + 0.42 * (y1 - y0) - 7
    return svg.formula(x, y, numbers.show(numbers.locals[edge.key]), 15, svg.INK, halo=5, font_weight=weight)


def local_mark(edge, numbers, weight="normal"):
    """The local derivative, on its edge."""
    if not edge.local:
        return ""
    label = f"{edge.local} = {numbers.show(numbers.locals[edge.key])}"
    return svg.formula(*edge.at, label, 14.5, svg.INK, edge.anchor, halo=5, font_weight=weight)
