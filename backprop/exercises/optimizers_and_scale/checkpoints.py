"""Backward with checkpoints: the same gradients from a fraction of the memory, for one more forward pass."""

from functools import partial

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values

KEEP = 0.8


def forward(F, W, X, G, masks, every, seed) -> dict:
    """Layers of tanh with dropout, and a loss whose gradient at the output is G."""
    A = X
    for k in range(len(masks)):
        H = F.tanh(A @ W[k].T) / KEEP
        A = F.where(masks[k], H, 0.0 * H)
    return {"fits_in_memory": True, "one_more_forward": True, "L": F.sum(A * G)}


def drive(checkpointed, W, X, G, masks, every, seed):
    """Count the caches that are alive, and the layers that run."""
    held, most, ran = [0], [0], {"forward": 0, "backward": 0}

    class Cache:
        def __init__(self, *kept):
            self.kept = kept
            held[0] += 1
            most[0] = max(most[0], held[0])

        def __del__(self):
            held[0] -= 1

    def forward(A, k, rng):
        ran["forward"] += 1
        keep = (rng.random(A.shape) < 0.8) / 0.8
        H = np.tanh(A @ W[k].T)
        return H * keep, Cache(A, H, keep, k)

    def backward(G, cache):
        ran["backward"] += 1
        A, H, keep, k = cache.kept
        D = G * keep * (1 - H * H)
        return D @ W[k], D.T @ A

    found = checkpointed(forward, backward, X, G, len(W), every, np.random.default_rng(seed))
    yield "dL_dX", found["dL_dX"]
    yield "dL_dW", found["dL_dW"]
    done = ran["backward"] == len(W) and ran["forward"] > len(W)
    yield "fits_in_memory", bool(done and most[0] <= every + 2)
    yield "one_more_forward", bool(done and ran["forward"] <= 2 * len(W))


def draw_net(rng) -> Values:
    """A net deep enough for its segments to show; the last segment may be shorter."""
    every = int(rng.integers(2, 5))
    layers = int(rng.integers(2 * every + 2, 3 * every + 3))
    batch, n = (int(size) for size in rng.permutation([2, 3, 5])[:2])
    arrays = dict(
        W=rng.normal(0, n**-0.5, (layers, n, n)), X=rng.normal(size=(batch, n)), G=rng.normal(size=(batch, n))
    )
    seed = int(rng.integers(1, 10**6))
    kept = np.random.default_rng(seed)
    masks = np.array([kept.random((batch, n)) < KEEP for _ in range(layers)])
    return arrays | dict(masks=masks, every=every, seed=seed)


def by_hand(forward, backward, X, G, layers, every, rng, *, restore=True, start=None, order=reversed) -> Values:
    """Checkpointed backward; the keywords are the ways to get it wrong."""
    kept, A, dW = {}, X, [None] * layers
    for k in range(layers):
        if k % every == 0:
            kept[k] = A, rng.bit_generator.state
        A, _ = forward(A, k, rng)
    for first in reversed(kept):
        A, state = kept[start(first, every) if start else first]
        if restore:
            rng.bit_generator.state = state
        G = back_through(forward, backward, A, G, range(first, min(first + every, layers)), rng, dW, order)
    return dict(dL_dX=G, dL_dW=np.array(dW))


def back_through(forward, backward, A, G, segment, rng, dW, order=reversed):
    """Run a segment again, then backward; fills dW and returns the gradient at its input."""
    caches = {}
    for k in segment:
        A, caches[k] = forward(A, k, rng)
    for k in order(segment):
        G, dW[k] = backward(G, caches[k])
    return G


def last_not_again(forward, backward, X, G, layers, every, rng) -> Values:
    """The last segment is not run again; the others are, on fresh random numbers."""
    kept, A, dW = {}, X, [None] * layers
    last = (layers - 1) // every * every
    for k in range(last):
        if k % every == 0:
            kept[k] = A
        A, _ = forward(A, k, rng)
    G = back_through(forward, backward, A, G, range(last, layers), rng, dW)
    for first in reversed(kept):
        G = back_through(forward, backward, kept[first], G, range(first, first + every), rng, dW)
    return dict(dL_dX=G, dL_dW=np.array(dW))


def all_kept(forward, backward, X, G, layers, every, rng) -> Values:
    """Plain backward, with every cache in memory."""
    dW = [None] * layers
    G = back_through(forward, backward, X, G, range(layers), rng, dW)
    return dict(dL_dX=G, dL_dW=np.array(dW))


def all_again(forward, backward, X, G, layers, every, rng) -> Values:
    """One segment that spans the whole net: run forward, forget, run again."""
    return by_hand(forward, backward, X, G, layers, layers, rng)


def from_the_start(forward, backward, X, G, layers, every, rng) -> Values:
    """Every layer's cache is found by running the net again from its input."""
    state, dW = rng.bit_generator.state, [None] * layers
    for last in reversed(range(layers)):
        A, rng.bit_generator.state = X, state
        for k in range(last + 1):
            A, cache = forward(A, k, rng)
        G, dW[last] = backward(G, cache)
    return dict(dL_dX=G, dL_dW=np.array(dW))


RANDOM_STATE = (
    "Dropout draws a mask. The second run of a segment must draw the same one: save `rng.bit_generator.state` with "
    "each checkpoint, and set it before the segment runs again."
)

CHECKPOINTED = Exercise(
    id="checkpointed",
    name="checkpointed",
    parts=dict(dL_dX=1, dL_dW=2, fits_in_memory=1, one_more_forward=1),
    truth=Autodiff(forward),
    drive=drive,
    draw=draw_net,
    shown=draw_net(np.random.default_rng(6)),
    noun="random nets",
    cases=20,
    mistakes=(
        Mistake(
            "random-state",
            "when a segment runs again on other random numbers",
            RANDOM_STATE,
            partial(by_hand, restore=False),
        ),
        Mistake(
            "random-state-last-kept", "when a segment runs again on other random numbers", RANDOM_STATE, last_not_again
        ),
        Mistake(
            "forward-order",
            "when the layers of a segment go backward in the order of the forward pass",
            "Inside a segment, too, the last layer comes first.",
            partial(by_hand, order=iter),
        ),
        Mistake(
            "segment-before",
            "when a segment starts from the checkpoint of another",
            "Layers first to first + every - 1 start from the activation that flowed into layer `first`.",
            partial(by_hand, start=lambda first, every: max(first - every, 0)),
        ),
        Mistake(
            "everything-kept",
            "from plain backward: the gradients are right, and every cache is still in memory",
            "Forward, keep only the activation at the start of each segment. Make a cache again just before its use.",
            all_kept,
        ),
        Mistake(
            "one-segment",
            "when the whole net runs again at once",
            "Then all caches are there together, as before. Run one segment again, go back through it, drop it.",
            all_again,
        ),
        Mistake(
            "from-the-start",
            "when the net runs from its input again for every layer",
            "That saves memory but runs the first layers many times. Start from the checkpoint of the segment.",
            from_the_start,
        ),
    ),
)
