"""Network A trained: trace, step, repeat."""

from functools import partial

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.two_layer_trace.network_a import WORKED, draw_relu, relu_by_hand, relu_trace

BACKWARD = ("w2", "b2", "w1", "b1")
FORWARD = ("w1", "b1", "w2", "b2")


def training(x, y, w1, b1, w2, b2, rate, good_enough, max_steps, *, trace=relu_by_hand, **wrong):
    """Gradient descent on network A until the loss is good enough; what is in `wrong` is done wrongly."""
    at = dict(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2)
    now = trace(**at)
    losses = [now["L"]]
    for _ in range(max_steps):
        if losses[-1] < good_enough:
            break
        for name in wrong.get("in_turn", BACKWARD):
            slopes = trace(**at) if "in_turn" in wrong else now
            at[name] -= wrong.get("sign", 1) * rate * slopes[f"dL_d{name}"]
        after = now if "untraced" in wrong else trace(**at)
        losses.append(after["L"])
        now = now if "stale" in wrong else after
    return {"losses": np.array(losses[wrong.get("skipped", 0) :]), **{name: at[name] for name in BACKWARD}}


def draw_training(rng) -> Values:
    """Network A, and a loop that ends for any of its reasons: good enough, out of steps, good enough from the start."""
    case = draw_relu(rng)
    if rng.random() < 0.4:  # a gate just shut: there a wrong trace opens it, and the right one does not
        case["b1"] = -case["w1"] * case["x"] - float(rng.uniform(0.03, 0.2))
    trace = relu_by_hand(**case)
    curvature = 2 * (trace["a1"] ** 2 + 1 + case["w2"] ** 2 * (case["x"] ** 2 + 1))
    share = float(rng.choice([0.5, 0.0, 2.0], p=[0.6, 0.3, 0.1]))  # of the first loss
    return case | dict(rate=0.1 / curvature, good_enough=share * trace["L"], max_steps=int(rng.integers(0, 8)))


TRACE_SLIPS = (
    ("gate-forgotten", "that forgets the gate", {"da1_dz1": lambda: 1.0}),
    ("w2-left-out", "that leaves out w2", {"dz2_da1": lambda: 1.0}),
    ("half-kept", "that loses the factor 2", {"dL_dz2": lambda z2, y: z2 - y}),
)

TRAIN = Exercise(
    id="train-relu",
    name="train",
    parts=dict(losses=1, w1=0.5, b1=0.5, w2=0.5, b2=0.5),
    truth=partial(training, trace=relu_trace),
    draw=draw_training,
    shown=WORKED | dict(rate=0.01, good_enough=0.5, max_steps=6),
    noun="runs",
    cases=50,
    mistakes=(
        Mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill, so your loss climbs. Subtract the rate times the gradient.",
            partial(training, sign=-1),
        ),
        *(
            Mistake(
                f"trace-{slip}",
                f"with a trace_relu {words}",
                "The loop follows the gradients it is given. Mend trace_relu first, then run this check again.",
                partial(training, trace=relu_by_hand.but(**steps)),
            )
            for slip, words, steps in TRACE_SLIPS
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
            partial(training, in_turn=BACKWARD),
        ),
        Mistake(
            "updated-in-turn-forward",
            "by tracing again between two parameters of one step",
            "One step uses one trace: take all four gradients at the same point, then move all four parameters.",
            partial(training, in_turn=FORWARD),
        ),
        Mistake(
            "first-loss-missing",
            "without the loss before the first step",
            "After n steps there are n + 1 losses: one before the first step, one after each.",
            partial(training, skipped=1),
        ),
    ),
)
