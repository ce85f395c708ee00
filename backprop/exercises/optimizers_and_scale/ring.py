"""The ring: an all-reduce in which every worker talks to its neighbour only."""

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values


def true_ring(chunks) -> Values:
    """What each worker holds follows from who has passed it which chunk: written down without sending anything."""
    workers, _, n = chunks.shape
    scattered = np.empty_like(chunks)
    for k in range(workers):
        for c in range(workers):
            passed = [(c + step) % workers for step in range((k - c) % workers + 1)]
            scattered[k, c] = chunks[passed, c].sum(axis=0)
    return {
        "scattered": scattered,
        "gathered": np.tile(chunks.sum(axis=0), (workers, 1, 1)),
        "sent": 2 * (workers - 1) * n,
    }


def draw_ring(rng) -> Values:
    """Three to five workers, whose gradient is cut into as many chunks."""
    workers, n = (int(size) for size in rng.permutation([2, 3, 4, 5])[:2])
    return {"chunks": rng.normal(size=(workers, workers, n))}


def by_hand(*, rounds=-1, onward=1, gather_first=1, gather=lambda old, new: new, share=1.0, sent=None, first=0):
    """The ring by hand; the keywords are the ways to get it wrong."""

    def ring_all_reduce(chunks) -> Values:
        held, workers, n = chunks.copy(), len(chunks), chunks.shape[2]
        for step in range(workers + rounds):
            for k in range(workers):
                c = (k - onward * step + first) % workers
                held[(k + onward) % workers, c] += held[k, c]
        scattered = held * share
        held = scattered.copy()
        for step in range(workers + rounds):
            for k in range(workers):
                c = (k + gather_first * onward - onward * step + first) % workers
                held[(k + onward) % workers, c] = gather(held[(k + onward) % workers, c], held[k, c])
        return dict(scattered=scattered, gathered=held, sent=sent(workers, n) if sent else 2 * (workers - 1) * n)

    return ring_all_reduce


def mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made in the ring."""
    return Mistake(id, title, sentence, by_hand(**ways))


RING_ALL_REDUCE = Exercise(
    id="ring-all-reduce",
    name="ring_all_reduce",
    parts=dict(scattered=1, gathered=1, sent=1),
    truth=true_ring,
    draw=draw_ring,
    shown={"chunks": np.array([[[1.0], [2.0], [3.0]], [[10.0], [20.0], [30.0]], [[100.0], [200.0], [300.0]]])},
    noun="random rings",
    mistakes=(
        mistake(
            "one-round-too-many",
            "after one round too many",
            "With K workers a sum is complete after K - 1 rounds. In round K it meets its own start again.",
            rounds=0,
        ),
        mistake(
            "other-direction",
            "from a ring that turns the other way",
            "Worker k sends to worker k + 1, and gets from worker k - 1.",
            onward=-1,
        ),
        mistake(
            "next-chunk-first",
            "when worker k begins with chunk k + 1",
            "In round 0 worker k sends chunk k, in each later round the one before it.",
            first=1,
        ),
        mistake(
            "added-again",
            "when the second half adds instead of replacing",
            "Now the sums are complete: whoever gets one puts it in place of its own.",
            gather=lambda old, new: old + new,
        ),
        mistake(
            "gather-from-own",
            "when the second half begins with chunk k",
            "After the first half worker k holds the complete sum of chunk k + 1. That is what it sends first.",
            gather_first=0,
        ),
        mistake(
            "first-half-only",
            "when only the first half is counted",
            "The second half sends as much again.",
            sent=lambda workers, n: (workers - 1) * n,
        ),
        mistake(
            "whole-arrays",
            "when whole arrays are sent",
            "Each round sends one chunk, not all K of them: that is what the ring saves.",
            sent=lambda workers, n: 2 * (workers - 1) * workers * n,
        ),
    ),
)
