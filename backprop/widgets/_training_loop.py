"""The four steps that training repeats, as one loop."""

from backprop.widgets import _svg as svg
from backprop.widgets._player import FramePlayer

_STEPS = (
    (200, 84, "1", "Forward, and record", "x, W, b → z, a", svg.BLUE, svg.PALE_BLUE,
     "Forward: run the minibatch through the network and record every z and a. Backward will need them."),
    (580, 84, "2", "Loss, and its gradient", "L and ∂L/∂ŷ", svg.PURPLE, "#F7EAF2",
     "Loss: compare the prediction with the target. Its gradient starts the way back."),
    (580, 256, "3", "Backward, layer by layer", "δ → ∂L/∂W, ∂L/∂b", svg.RED, svg.PALE_RED,
     "Backward, for each layer from the last: through the activation, to its weights and biases, "
     "then through the transposed weights to the layer before."),
    (200, 256, "4", "Update", "W ← W − η · ∂L/∂W", svg.GREEN, svg.PALE_GREEN,
     "Update: move each parameter a little against its gradient. Then the next minibatch; "
     "when every example has had its turn, one epoch is over."),
)  # fmt: skip
_ARROWS = (((326, 84), (452, 84)), ((580, 132), (580, 206)), ((454, 256), (328, 256)), ((200, 208), (200, 134)))


def training_loop():
    """Step around the training loop: `training_loop()`."""
    whole = "Training repeats four steps. Backpropagation is the third; gradient descent is the fourth, and uses it."
    return FramePlayer(
        frames=[_loop(active) for active in (None, 0, 1, 2, 3)],
        captions=[whole, *(step[-1] for step in _STEPS)],
        title="The training loop",
        alt="A loop of four boxes: forward and record, loss and its gradient, backward layer by layer, update.",
    )


def _loop(active):
    arrows = [svg.arrow(ends, svg.INK if active in (None, i) else svg.LINE, 3, 10) for i, ends in enumerate(_ARROWS)]
    boxes = [_box(*step[:-1], active in (None, i), active == i) for i, step in enumerate(_STEPS)]
    centre = svg.words(390, 166, "one minibatch", 15, svg.QUIET) + svg.words(390, 186, "after another", 15, svg.QUIET)
    return svg.picture(780, 340, *arrows, *boxes, centre)


def _box(x, y, count, name, symbols, colour, pale, lit, active):
    width, height = 256, 92
    edge = svg.rect(x - width / 2, y - height / 2, width, height, 12, pale if lit else svg.PAPER,
                    colour if lit else svg.LINE, stroke_width=3.5 if active else 1.5)  # fmt: skip
    badge = svg.circle(x - width / 2 + 4, y - height / 2 + 4, 16, colour if lit else svg.QUIET)
    mark = svg.words(x - width / 2 + 4, y - height / 2 + 10, count, 16, svg.PAPER, font_weight=700)
    title = svg.words(x, y - 8, name, 16, svg.INK, font_weight=600)
    return edge + badge + mark + title + svg.formula(x, y + 24, symbols, 18, colour if lit else svg.QUIET)
