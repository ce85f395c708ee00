"""Numbers worked out on paper and typed in: the trace, one step, the learning rates."""

from backprop.engine import grad, relu
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.two_layer_trace.network_a import (
    ERROR_REVERSED,
    HALF_KEPT,
    RATE,
    WORKED,
    relu_by_hand,
    relu_trace,
)


def local_derivatives(x, y, w1, b1, w2, b2) -> Values:
    """Network A's trace and the local derivatives along its chain."""
    trace = relu_trace(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2)
    return trace | {
        "dz2_da1": float(grad(lambda a1: w2 * a1 + b2)(trace["a1"])),
        "da1_dz1": float(grad(relu)(trace["z1"])),
        "dz1_dw1": float(grad(lambda w1: w1 * x + b1)(w1)),
    }


def one_step() -> Values:
    """The worked example before and after one step on w1 alone."""
    before = relu_trace(**WORKED)
    w1_new = WORKED["w1"] - RATE * before["dL_dw1"]
    after = relu_trace(**WORKED | {"w1": w1_new})
    return {"w1_new": w1_new, "z2_new": after["z2"], "L_new": after["L"], "loss_fell": after["L"] < before["L"]}


def learning_rates() -> Values:
    """Where one step on w1 lands lowest, and where it lands as high as it began.

    Along the step the loss is a parabola in the rate, so its slope is a straight line and two points give its zero.
    """
    slope = relu_trace(**WORKED)["dL_dw1"]
    at_0, at_1 = (-slope * relu_trace(**WORKED | {"w1": WORKED["w1"] - rate * slope})["dL_dw1"] for rate in (0, 1))
    best = at_0 / (at_0 - at_1)
    return {"best": best, "largest": 2 * best}


def typed_mistake(id: str, names: dict, title: str, sentence: str, **steps) -> Mistake:
    """The same mistake on the worked example, where the answers are typed in."""
    return Mistake(id, title, sentence, relu_by_hand.but(**steps).only(*names, **WORKED))


FORWARD_PARTS = dict(z1=0.5, a1=0.5, z2=0.5, L=0.5)
FORWARD_NUMBERS = Exercise(
    id="forward-numbers",
    name="forward",
    parts=FORWARD_PARTS,
    truth=lambda: relu_trace(**WORKED),
    style="values",
    tolerance=1e-3,
    mistakes=(
        typed_mistake(
            "weight-forgotten",
            FORWARD_PARTS,
            "when w1 is left out",
            "The input is multiplied by w1 = 0.5 on its way to z1.",
            z1=lambda x, b1: x + b1,
        ),
        typed_mistake(
            "half-square",
            FORWARD_PARTS,
            "with a half in front of the square",
            "This network's loss is (z2 - y)^2 with nothing in front. Other losses have a half there.",
            L=lambda z2, y: (z2 - y) ** 2 / 2,
        ),
        typed_mistake(
            "not-squared",
            FORWARD_PARTS,
            "when the error is not squared",
            "z2 - y is the error. The loss is its square, so it is never negative.",
            L=lambda z2, y: z2 - y,
        ),
        typed_mistake(
            "w2-left-out",
            FORWARD_PARTS,
            "when w2 is left out",
            "Before a1 reaches z2 it is multiplied by w2 = 1.5.",
            z2=lambda a1, b2: a1 + b2,
        ),
    ),
)

BACKWARD_PARTS = dict(dL_dz2=0.6, dz2_da1=0.6, da1_dz1=0.6, dz1_dw1=0.6, dL_dw1=0.6)
BACKWARD_NUMBERS = Exercise(
    id="backward-numbers",
    name="backward",
    parts=BACKWARD_PARTS,
    truth=lambda: local_derivatives(**WORKED),
    style="values",
    tolerance=1e-3,
    mistakes=(
        typed_mistake("error-reversed", BACKWARD_PARTS, **ERROR_REVERSED, dL_dz2=lambda z2, y: 2 * (y - z2)),
        typed_mistake("half-kept", BACKWARD_PARTS, **HALF_KEPT, dL_dz2=lambda z2, y: z2 - y),
        typed_mistake(
            "value-for-slope",
            BACKWARD_PARTS,
            "by taking a1 itself for its effect on z2",
            "z2 = w2 a1 + b2. If a1 grows by 0.01, z2 grows by w2 times 0.01.",
            dz2_da1=lambda a1: a1,
        ),
        typed_mistake(
            "weight-for-input",
            BACKWARD_PARTS,
            "by taking the derivative with respect to x",
            "z1 = w1 x + b1. Here w1 moves and x stands still, so the slope is x, not w1.",
            dz1_dw1=lambda w1: w1,
        ),
        typed_mistake(
            "gate-shut",
            BACKWARD_PARTS,
            "with the gate shut",
            "z1 is 1, above zero, so ReLU passes everything on: its slope there is 1.",
            da1_dz1=lambda: 0.0,
        ),
        typed_mistake(
            "product-sign",
            BACKWARD_PARTS,
            "when the product loses its sign",
            "The four factors are right. One of them is negative, so their product is negative.",
            dL_dw1=lambda dL_dz2, dz2_da1, da1_dz1, dz1_dw1: abs(dL_dz2 * dz2_da1 * da1_dz1 * dz1_dw1),
        ),
        typed_mistake(
            "added",
            BACKWARD_PARTS,
            "by adding the factors",
            "Along one path the local derivatives are multiplied. Sums come in where several paths meet.",
            dL_dw1=lambda dL_dz2, dz2_da1, da1_dz1, dz1_dw1: dL_dz2 + dz2_da1 + da1_dz1 + dz1_dw1,
        ),
    ),
)

STEP_PARTS = dict(w1_new=0.5, z2_new=0.5, L_new=0.5, loss_fell=0.5)
ONE_STEP = Exercise(
    id="one-step",
    name="step",
    parts=STEP_PARTS,
    truth=one_step,
    style="values",
    tolerance=1e-3,
    mistakes=(
        typed_mistake(
            "update-added",
            STEP_PARTS,
            "by adding the step",
            "The gradient points uphill. To go down, subtract the rate times the gradient.",
            w1_new=lambda w1, dL_dw1: w1 + RATE * dL_dw1,
        ),
        typed_mistake(
            "stale-forward",
            STEP_PARTS,
            "with the a1 from before the update",
            "w1 has moved, so z1 and a1 have moved too. Run the whole forward pass again.",
            z2_new=lambda w2, a1, b2: w2 * a1 + b2,
        ),
        typed_mistake(
            "input-forgotten",
            STEP_PARTS,
            "when the input is left out of the new forward pass",
            "z1 is the new weight times x = 2, not the weight alone.",
            z2_new=lambda w1_new, b1, w2, b2: w2 * max(w1_new + b1, 0.0) + b2,
        ),
        typed_mistake(
            "rate-forgotten",
            STEP_PARTS,
            "without the learning rate",
            "The gradient is -9, but the step is only a tenth of it: 0.1 times -9.",
            w1_new=lambda w1, dL_dw1: w1 - dL_dw1,
        ),
    ),
)


RATES = Exercise(
    id="learning-rates",
    name="rates",
    parts=dict(best=1, largest=1),
    truth=learning_rates,
    style="values",
    tolerance=9e-3,  # so that 0.056 passes for 1/18
    mistakes=(
        Mistake(
            "swapped",
            "when the two are exchanged",
            "The best rate lands in the valley, the largest one climbs the other side to the height where it began.",
            lambda: {"best": 1 / 9, "largest": 1 / 18},
        ),
        Mistake(
            "one-tenth",
            "by trying 0.1 and stopping there",
            "0.1 does lower the loss, but so does a rate a little above it. Where does the loss come back to 2.25?",
            lambda: {"best": 1 / 18, "largest": 0.1},
        ),
    ),
)
