"""The learner's own graph, drawn and stepped backward one node at a time; and why each node is visited once."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider
from backprop.widgets._graph import Edge, Network, Node, Numbers, Step, frames
from backprop.widgets._layout import layout
from backprop.widgets._player import FramePlayer

_MOST = 20


class TapeStepper(FramePlayer):
    """Your own graph, node by node: `TapeStepper(loss, value="data", parents="_parents", gradient="grad")`.

    `value`, `parents`, `gradient` and `label` name attributes, or are functions of a node. What is shown is what your
    objects hold, so run your backward pass first; a node that holds no gradient shows none.
    """

    def __init__(self, output, value="value", parents="parents", gradient="gradient", label="label", **traits):
        tape = Tape(output, value, parents, gradient, label)
        steps = [*tape.forward(), *tape.backward()]
        super().__init__(
            frames=frames(tape.network(), tape.numbers(), steps, given=()),
            captions=[step.caption for step in steps],
            title=traits.pop("title", "Your graph, backward"),
            alt=f"Your graph of {len(tape.inputs)} nodes, inputs left, output right; values are blue, gradients red.",
            **traits,
        )


class Tape:
    """What the learner's nodes say about themselves, inputs first; asked as `TapeStepper` says."""

    def __init__(self, output, value, parents, gradient, label):
        value, parents, gradient, label = map(reader, (value, parents, gradient, label))
        order = inputs_first(output, parents)
        if len(order) > _MOST:
            raise ValueError(f"expected at most {_MOST} nodes for one picture, got {len(order)}: try a smaller graph")
        self.nodes = {f"n{k}": node for k, node in enumerate(order)}
        self.names = {id(node): f"n{k}" for k, node in enumerate(order)}
        given = {self.names[id(node)]: _text(label, node) for node in order}
        self.labels = {name: text or f"v_{{{name[1:]}}}" for name, text in given.items()}
        self.values = {self.names[id(node)]: value(node) for node in order}
        self.gradients = {self.names[id(node)]: gradient(node) for node in order}
        self.inputs = {self.names[id(node)]: [self.names[id(p)] for p in parents(node) or ()] for node in order}

    def network(self):
        """Where they stand."""
        output = svg.plain(self.labels[[*self.inputs][-1]])
        places, bends, (width, height) = layout(self.inputs)
        nodes = [Node(n, self.labels[n], *places[n], "", f"∂{output}/∂{self.labels[n]}", 104) for n in self.inputs]
        edges = [
            Edge(source, target, slope=slot, via=tuple(bends[source, target]), twice=sources[:slot].count(source))
            for target, sources in self.inputs.items()
            for slot, source in enumerate(sources)
        ]
        return Network(tuple(nodes), tuple(edges), width, height)

    def numbers(self):
        """The graph keeps no slopes, so the edges stay bare."""
        return Numbers(self.values, self.gradients, {})

    def forward(self):
        """One step for each node, in the order in which they were computed."""
        for name, sources in self.inputs.items():
            along = tuple((source, name, slot) for slot, source in enumerate(sources))
            origin = f"from {_and(self.plain(s) for s in sources)}" if sources else "an input"
            yield Step(f"Forward: {self.plain(name)} is {origin}.", value=name, along=along)

    def backward(self):
        """One visit for each node, in reverse: whoever uses it was visited before."""
        for visit, name in enumerate(reversed(self.inputs), 1):
            uses = ((user, slot, s) for user, sources in self.inputs.items() for slot, s in enumerate(sources))
            users = tuple((name, user, slot) for user, slot, source in uses if source == name)
            known = name if self.gradients[name] is not None else ""
            yield Step(self._visit(visit, name, users), gradient=known, along=users if known else ())

    def _visit(self, visit, name, users):
        text = f"Visit {visit} of {len(self.inputs)}: {self.plain(name)}"
        if self.gradients[name] is None:
            return f"{text} holds no gradient. Did your backward pass reach it?"
        if not users:
            return f"{text} is the output: the sweep starts here."
        givers, takers = _and(self.plain(user) for _, user, _ in users), _and(map(self.plain, self.inputs[name]))
        ready = f"{text} got its share from {givers}, so its gradient is complete"
        return f"{ready}; it passes on to {takers}." if takers else f"{ready}."

    def plain(self, name):
        """Its label in a sentence."""
        return svg.plain(self.labels[name])


def reader(how):
    """How to ask a node: `reader("grad")` reads that attribute, a function is asked as it is."""
    return how if callable(how) else lambda node: getattr(node, how, None)


def _text(label, node):
    found = label(node)
    return found if isinstance(found, str) else ""


def _and(names):
    names = list(dict.fromkeys(names))
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + names[-1:])


def inputs_first(output, parents):
    """Every node once, after its inputs; by identity, because a learner's nodes may be equal to one another."""
    listed, seen, path = [], {id(output)}, [(output, iter(parents(output) or ()))]
    while path:  # the way from the output to where we are, each node with the inputs that are still to be looked at
        fresh = next((one for one in path[-1][1] if id(one) not in seen), None)
        if fresh is None:
            listed.append(path.pop()[0])
        else:
            seen.add(id(fresh))
            path.append((fresh, iter(parents(fresh) or ())))
    return listed


def path_count(most=12):
    """Paths against visits in b = a + a, c = b + b, ...: `path_count()`."""
    return FrameChooser.build(
        [slider("Additions", [str(n) for n in range(1, most + 1)])],
        svg.picture(780, 300, SLOT),
        lambda k: _paths(k + 1, most),
        [2],
        title="Paths, or visits",
        alt="A chain of nodes, each joined to the next by two edges; below, a bar for its paths and one for its nodes.",
    )


def _paths(count, most):
    step = 700 / most
    spots = [40 + step * k for k in range(count + 1)]
    edges = [_pair(left, right) for left, right in zip(spots, spots[1:], strict=False)]
    names = "abcdefghijklmnopqrstuvwxyz"
    dots = [svg.circle(x, 70, 9, svg.BLUE) + svg.formula(x, 112, names[k], 18) for k, x in enumerate(spots)]
    bars = _bar(150, "paths", 2**count, 2**most, svg.RED) + _bar(215, "visits", count + 1, 2**most, svg.BLUE)
    power = str(count).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    many = "one addition" if count == 1 else f"{count} additions"
    text = f"After {many} 2{power} = {2**count} paths lead back to a, and {count + 1} nodes are to be visited."
    return "".join([*edges, *dots, bars]), text


def _pair(left, right):
    middle = (left + right) / 2
    return "".join(
        f'<path d="M{left:g} 70Q{middle:g} {70 + bow} {right:g} 70" fill="none" stroke="{svg.INK}" stroke-width="2"/>'
        for bow in (-34, 34)
    )


def _bar(y, name, count, most, colour):
    width = max(3, 560 * count / most)
    label = svg.words(40, y + 26, name, 16, svg.INK, "start", font_weight=600)
    end = svg.words(130 + width, y + 26, str(count), 16, colour, "start")
    return label + svg.rect(120, y, width, 40, 4, colour) + end
