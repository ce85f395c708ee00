"""What the two passes cost, in multiplications that are each added to a sum."""

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values


def product(left: tuple[int, int], right: tuple[int, int]) -> int:
    """What (n, k) times (k, m) costs: k for each of the n m sums. ValueError if the sizes do not fit."""
    (n, k), (rows, m) = left, right
    if k != rows:
        raise ValueError(f"{left} times {right} does not fit")
    return n * k * m


def passes(sizes, batch) -> Values:
    """Every product of the two passes, by its shapes; the gradient of the input is not needed."""
    layers = list(zip(map(int, sizes[:-1]), map(int, sizes[1:]), strict=True))
    forward = [product((batch, into), (into, out)) for into, out in layers]
    weights = [product((out, batch), (batch, into)) for into, out in layers]
    inputs = [product((batch, out), (out, into)) for into, out in layers[1:]]
    return {"forward": sum(forward), "backward": sum(weights) + sum(inputs)}


def draw(rng) -> Values:
    """Two to five sizes, and a batch."""
    many = int(rng.integers(2, 6))
    return dict(sizes=rng.permutation(np.arange(2, 40))[:many], batch=int(rng.integers(2, 30)))


def counts(forward, backward):
    """A wrong count, from the two sums over the layers: one batch through all, and through the first alone."""

    def wrong(sizes, batch):
        all_layers = batch * int(np.sum(sizes[:-1] * sizes[1:]))
        first = batch * int(sizes[0] * sizes[1])
        return {"forward": forward(all_layers, batch), "backward": backward(all_layers, first, batch)}

    return wrong


MULTIPLY_ADDS = Exercise(
    id="multiply-adds",
    name="multiply_adds",
    parts=dict(forward=1, backward=2),
    truth=passes,
    draw=draw,
    shown=dict(sizes=np.array([1, 64, 32, 1]), batch=100),
    noun="networks",
    mistakes=(
        Mistake(
            "input-counted",
            "when the gradient of the input is counted",
            "Nobody moves the input, so nobody needs its gradient: the first layer has one product, not two.",
            counts(lambda all, batch: all, lambda all, first, batch: 2 * all),
        ),
        Mistake(
            "weights-only",
            "when only the weights' gradients are counted",
            "Every layer but the first has a second product on the way back: it carries delta to the layer before.",
            counts(lambda all, batch: all, lambda all, first, batch: all),
        ),
        Mistake(
            "deltas-only",
            "when only the way to the layers before is counted",
            "Each layer also has a product for the gradient of its weights.",
            counts(lambda all, batch: all, lambda all, first, batch: all - first),
        ),
        Mistake(
            "one-example",
            "for a single example",
            "Every example of the batch goes through all layers: multiply by the batch.",
            counts(lambda all, batch: all // batch, lambda all, first, batch: (2 * all - first) // batch),
        ),
    ),
)
