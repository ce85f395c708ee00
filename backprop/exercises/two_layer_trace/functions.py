"""Functions for network A: one gradient, the whole trace."""

from backprop.exercises._form import Exercise
from backprop.exercises.two_layer_trace.network_a import (
    ERROR_REVERSED,
    GATE_FORGOTTEN,
    HALF_KEPT,
    W2_LEFT_OUT,
    WORKED,
    draw_relu,
    relu_by_hand,
    relu_trace,
)

ALONG_THE_CHAIN = (  # from the loss back to w1
    relu_by_hand.mistake("gate-forgotten", **GATE_FORGOTTEN, da1_dz1=lambda: 1.0),
    relu_by_hand.mistake(
        "gate-reversed",
        "with the gate the wrong way round",
        "The gradient passes where z1 is above zero and stops where it is below.",
        da1_dz1=lambda z1: float(z1 <= 0),
    ),
    relu_by_hand.mistake(
        "value-for-gate",
        "with a1 in place of the gate",
        "ReLU's value is not its slope. Its slope is 1 where z1 is above zero and 0 where it is below.",
        da1_dz1=lambda a1: a1,
    ),
    relu_by_hand.mistake("w2-left-out", **W2_LEFT_OUT, dz2_da1=lambda: 1.0),
    relu_by_hand.mistake("error-reversed", **ERROR_REVERSED, dL_dz2=lambda z2, y: 2 * (y - z2)),
    relu_by_hand.mistake("half-kept", **HALF_KEPT, dL_dz2=lambda z2, y: z2 - y),
    relu_by_hand.mistake(
        "error-reversed-and-half-kept",
        "with y - z2 alone",
        "Two slips in one: the derivative of (z2 - y)^2 contains z2 - y, and the 2 that the square brings down.",
        dL_dz2=lambda z2, y: y - z2,
    ),
    relu_by_hand.mistake(
        "power-kept",
        "when the square stays",
        "The derivative of a square loses one power: 2 (z2 - y), not 2 (z2 - y)^2.",
        dL_dz2=lambda z2, y: 2 * (z2 - y) ** 2,
    ),
    relu_by_hand.mistake(
        "input-left-out",
        "when x is left out",
        "That is the gradient of b1. The last factor, dz1/dw1, is x.",
        dz1_dw1=lambda: 1.0,
    ),
    relu_by_hand.mistake(
        "weight-for-input",
        "by taking the derivative with respect to x",
        "z1 = w1 x + b1. Here w1 moves and x stands still, so the last factor is x, not w1.",
        dz1_dw1=lambda w1: w1,
    ),
)

DL_DW1 = Exercise(
    id="dL-dw1",
    name="dL_dw1",
    parts={"dL_dw1": 3},
    truth=relu_trace,
    draw=draw_relu,
    shown=WORKED,
    noun="networks",
    census=("with a shut gate", lambda truth: truth["a1"] == 0),
    tolerance=1e-11,
    mistakes=ALONG_THE_CHAIN,
)

TRACE_RELU = Exercise(
    id="trace-relu",
    name="trace_relu",
    parts=dict(dL_dz2=0.5, dL_dw2=0.5, dL_db2=0.5, dL_da1=0.5, dL_dz1=1, dL_dw1=0.5, dL_db1=0.5),
    truth=relu_trace,
    draw=draw_relu,
    shown=WORKED,
    noun="networks",
    census=("with a shut gate", lambda truth: truth["a1"] == 0),
    tolerance=1e-11,
    mistakes=(
        *ALONG_THE_CHAIN,
        relu_by_hand.mistake(
            "gate-of-derivative",
            "when ReLU is applied to the gradient",
            "ReLU's gate looks at z1, not at the gradient: a negative gradient passes an open gate unchanged.",
            dL_dz1=lambda dL_da1: max(dL_da1, 0.0),
        ),
        relu_by_hand.mistake(
            "bias-times-input",
            "by multiplying the bias gradient by the input",
            "z1 = w1 x + b1: moving b1 moves z1 one to one, whatever x is. Its gradient is dL/dz1 alone.",
            dL_db1=lambda dL_dz1, x: dL_dz1 * x,
            dL_db2=lambda dL_dz2, a1: dL_dz2 * a1,
        ),
        relu_by_hand.mistake(
            "bias-one",
            "by giving a bias the gradient 1",
            "1 is only the local derivative of z with respect to b. What comes from the loss multiplies it.",
            dL_db1=lambda: 1.0,
            dL_db2=lambda: 1.0,
        ),
        relu_by_hand.mistake(
            "z1-for-a1",
            "by using z1 where a1 came in",
            "What w2 was multiplied by on the way forward is a1, the value after ReLU.",
            dL_dw2=lambda dL_dz2, z1: dL_dz2 * z1,
        ),
        relu_by_hand.mistake(
            "products-exchanged",
            "when w2 and a1 are exchanged",
            "z2 = w2 a1 + b2. The gradient of w2 takes what w2 was multiplied by, a1; the gradient of a1 takes w2.",
            dL_dw2=lambda dL_dz2, w2: dL_dz2 * w2,
            dz2_da1=lambda a1: a1,
        ),
    ),
)
