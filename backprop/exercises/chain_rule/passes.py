"""How many passes through the network does a gradient cost?"""

import itertools

import numpy as np

from backprop.engine import vjp
from backprop.exercises._form import Exercise, Mistake, Values


def one_sided(loss, w):
    """Every slope by a forward difference with step 1."""
    unmoved = loss(w)
    return [loss(w + nudge) - unmoved for nudge in np.eye(w.size)]


def two_sided(loss, w):
    """Every slope by a central difference with step 1."""
    return [(loss(w + nudge) - loss(w - nudge)) / 2 for nudge in np.eye(w.size)]


def swept(loss, w):
    """Every slope by the engine."""
    _, pullback = vjp(loss, w)
    return pullback()


def calls(way, N) -> int:
    """How often a way to the gradient runs a loss with N parameters."""
    count = itertools.count()

    def loss(w):
        next(count)
        return (w * w).sum()

    way(loss, np.ones(N))
    return next(count)


def counted_passes(N) -> Values:
    """Counted while it happens; the sweep's pass back is one more than it calls the loss."""
    forward, central, sweep = (calls(way, N) for way in (one_sided, two_sided, swept))
    return {"forward_difference": forward, "central_difference": central, "backward_sweep": sweep + 1}


def passes(N) -> Values:
    """One-sided nudging shares its unmoved run, two-sided shares nothing, a sweep goes there and back once."""
    return {"forward_difference": N + 1, "central_difference": 2 * N, "backward_sweep": 2}


def passes_mistake(id: str, title: str, sentence: str, **counts) -> Mistake:
    """Right counts, but for these."""
    return Mistake(id, title, sentence, lambda N: passes(N) | {name: count(N) for name, count in counts.items()})


COUNT_PASSES = Exercise(
    id="count-passes",
    name="count_passes",
    parts=dict(forward_difference=1, central_difference=1, backward_sweep=1),
    truth=counted_passes,
    draw=lambda rng: {"N": int(rng.integers(2, 60))},
    shown={"N": 4},
    noun="sizes",
    mistakes=(
        passes_mistake(
            "unmoved-run-forgotten",
            "when the run without a nudge is forgotten",
            "Each nudged loss is compared with the loss where nothing moved. That one has to be run too, once.",
            forward_difference=lambda N: N,
        ),
        passes_mistake(
            "unmoved-run-repeated",
            "by running the network without a nudge for every parameter",
            "The loss where nothing moved is always the same. Run it once and keep it.",
            forward_difference=lambda N: 2 * N,
        ),
        passes_mistake(
            "one-side-only",
            "with one run for each parameter",
            "A central difference has two ends, x + h and x - h, and each is a run of its own.",
            central_difference=lambda N: N,
        ),
        passes_mistake(
            "middle-run-too",
            "by running the middle as well",
            "A central difference never looks at the loss in the middle, only at both sides.",
            central_difference=lambda N: 2 * N + 1,
        ),
        passes_mistake(
            "sweep-for-each",
            "with one sweep for each parameter",
            "One sweep visits every node once and leaves a gradient at each of them. N does not come in.",
            backward_sweep=lambda N: N + 1,
        ),
        passes_mistake(
            "forward-forgotten",
            "when the way forward is forgotten",
            "The local derivatives are taken at the values that flowed there, so these must be computed first.",
            backward_sweep=lambda N: 1,
        ),
    ),
)
