"""Network A trained: trace, step, repeat."""

from functools import partial

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.two_layer_trace.network_a import WORKED, draw_relu, relu_by_hand, relu_trace

PARAMETERS_A = ("w2", "b2", "w1", "b1")


def training(x, y, w1, b1, w2, b2, rate, good_enough, max_steps, *, trace=relu_by_hand, **wrong):
    """Gradient descent on network A until the loss is good enough; what is in `wrong` is done wrongly."""
    at = dict(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2)
    now = trace(**at)
    losses = [now["L"]]
    while losses[-1] >= good_enough and len(losses) <= max_steps:
        for name in PARAMETERS_A:
            slopes = trace(**at) if "in_turn" in wrong else now
            at[name] -= wrong.get("sign", 1) * rate * slopes[f"dL_d{name}"]
        after = now if "untraced" in wrong else trace(**at)
        losses.append(after["L"])
        now = now if "stale" in wrong else after
    return {"losses": np.array(losses), **{name: at[name] for name in PARAMETERS_A}}


def draw_training(rng) -> Values:
    """Network A with an open gate, and a rate that halves the loss in about four steps; not always are so many left."""
    while True:
        case = draw_relu(rng)
        trace = relu_by_hand(**case)
        curvature = 2 * (trace["a1"] ** 2 + 1 + case["w2"] ** 2 * (case["x"] ** 2 + 1))
        if trace["z1"] > 0.5:
            steps = int(rng.integers(2, 8))
            return case | dict(rate=round(0.1 / curvature, 4), good_enough=round(trace["L"] / 2, 4), max_steps=steps)


TRAIN = Exercise(
    id="train-relu",
    name="train",
    parts=dict(losses=1, w1=0.5, b1=0.5, w2=0.5, b2=0.5),
    truth=partial(training, trace=relu_trace),
    draw=draw_training,
    shown=WORKED | dict(rate=0.01, good_enough=0.5, max_steps=6),
    noun="random networks",
    cases=20,
    mistakes=(
        Mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill, so your loss climbs. Subtract the rate times the gradient.",
            partial(training, sign=-1),
        ),
        Mistake(
            "not-traced-again",
            "when nothing is traced inside the loop",
            "The parameters move, but loss and gradients stay those of the first trace. Trace again after each step.",
            partial(training, untraced=True),
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
