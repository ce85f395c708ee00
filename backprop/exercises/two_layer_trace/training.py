"""Network A trained: trace, step, repeat."""

from functools import partial

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.two_layer_trace.network_a import WORKED, draw_relu, relu_by_hand, relu_trace

PARAMETERS_A = ("w2", "b2", "w1", "b1")


def training(x, y, w1, b1, w2, b2, rate, target, max_steps, *, trace=relu_by_hand, sign=-1, stale=False, in_turn=False):
    """Gradient descent on network A until the loss is below the target; the keywords are the ways to get it wrong."""
    at = dict(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2)
    now = trace(**at)
    losses = [now["L"]]
    while losses[-1] >= target and len(losses) <= max_steps:
        for name in PARAMETERS_A:
            slopes = trace(**at) if in_turn else now
            at[name] += sign * rate * slopes[f"dL_d{name}"]
        after = trace(**at)
        losses.append(after["L"])
        now = now if stale else after
    return {"losses": np.array(losses), **{name: at[name] for name in PARAMETERS_A}}


def draw_training(rng) -> Values:
    """Network A with an open gate, and a rate small enough that a few steps halve the loss."""
    while True:
        case = draw_relu(rng)
        trace = relu_by_hand(**case)
        curvature = 2 * (trace["a1"] ** 2 + 1 + case["w2"] ** 2 * (case["x"] ** 2 + 1))
        if trace["z1"] > 0.5:
            return case | dict(rate=round(0.1 / curvature, 4), target=round(trace["L"] / 2, 4), max_steps=6)


TRAIN = Exercise(
    id="train-relu",
    name="train",
    parts=dict(losses=1, w1=0.5, b1=0.5, w2=0.5, b2=0.5),
    truth=partial(training, trace=relu_trace),
    draw=draw_training,
    shown=WORKED | dict(rate=0.01, target=0.5, max_steps=6),
    noun="random networks",
    cases=20,
    mistakes=(
        Mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill, so your loss climbs. Subtract the rate times the gradient.",
            partial(training, sign=+1),
        ),
        Mistake(
            "stale-gradients",
            "with the gradients of the first trace all the way",
            "The parameters move, so everything in the trace moves. Trace again inside the loop.",
            partial(training, stale=True),
        ),
        Mistake(
            "updated-in-turn",
            "by tracing again between two parameters of one step",
            "One step uses one trace: take all four gradients at the same point, then move all four parameters.",
            partial(training, in_turn=True),
        ),
    ),
)
