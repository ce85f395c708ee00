"""The tape: the list of what was computed, filled from the top with values and from the bottom with gradients."""

from backprop.widgets import _svg as svg
from backprop.widgets._player import FramePlayer
from backprop.widgets._tape_stepper import Tape, reader

_ROW, _TOP = 26, 44


class TapeList(FramePlayer):
    """The Wengert list of your graph: `TapeList(loss, value="data", parents="_parents", gradient="grad", op="_op")`.

    Attributes' names, or functions of a node, as in `TapeStepper`. Run your backward pass first.
    """

    def __init__(self, output, value="value", parents="parents", gradient="gradient", label="label", op="op"):
        tape = Tape(output, value, parents, gradient, label)
        how = reader(op)
        rows = [_Row(tape, name, how(node)) for name, node in tape.nodes.items()]
        steps = [*tape.forward(), *tape.backward()]
        known = [max(0, k + 1 - len(rows)) for k in range(len(steps))]
        super().__init__(
            frames=[_draw(rows, min(k + 1, len(rows)), known[k], steps[k]) for k in range(len(steps))],
            captions=[step.caption for step in steps],
            title="Your tape",
            alt=f"A table of {len(rows)} lines: each names a result, how it was computed, its value and its gradient.",
        )


class _Row:
    """One line of the tape."""

    def __init__(self, tape, name, op):
        show = tape.numbers().show
        self.name, self.label, self.inputs = name, tape.labels[name], tape.inputs[name]
        operands = ", ".join(tape.labels[source] for source in self.inputs)
        self.formula = f"{op if isinstance(op, str) else ''}({operands})" if self.inputs else "an input"
        self.value, self.gradient = show(tape.values[name]), show(tape.gradients[name])


def _draw(rows, valued, graded, step):
    """So many values from the top, so many gradients from the bottom."""
    heads = zip((60, 150, 470, 640), ("", "computed as", "value", "gradient"), strict=True)
    parts = [svg.words(x, 26, text, 13, svg.QUIET, "start") for x, text in heads]
    targets = {source for source, *_ in step.along} | {target for _, target, *_ in step.along}
    for k, row in enumerate(rows):
        y = _TOP + _ROW * k
        now = k == valued - 1 if not graded else k == len(rows) - graded
        parts.append(_line(row, y, k < valued, k >= len(rows) - graded, now, row.name in targets))
    return svg.picture(780, _TOP + _ROW * len(rows) + 12, *parts)


def _line(row, y, valued, graded, now, used):
    back = svg.rect(44, y, 712, _ROW - 2, 4, svg.PALE_BLUE if now else svg.PALE if used else svg.PAPER)
    parts = [back, svg.formula(60, y + 17, row.label, 16, anchor="start")]
    if valued:
        parts.append(svg.formula(150, y + 17, row.formula, 16, svg.INK, "start"))
        parts.append(svg.words(470, y + 17, row.value, 15, svg.BLUE, "start", font_weight=600))
    if graded:
        parts.append(svg.words(640, y + 17, row.gradient, 15, svg.RED, "start", font_weight=600))
    return "".join(parts)
