"""Network A, one ReLU unit: z1 = w1 x + b1, a1 = ReLU(z1), z2 = w2 a1 + b2, L = (z2 - y)^2.

Its truth goes through the engine; its derivation by hand is there for known mistakes, which replace one step.
"""

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Values
from backprop.exercises._scalars import some

WORKED = dict(x=2.0, y=3.0, w1=0.5, b1=0.0, w2=1.5, b2=0.0)
RATE = 0.1


def _forward(F, x, y, w1, b1, w2, b2) -> dict:
    z1 = w1 * x + b1
    a1 = F.relu(z1)
    z2 = w2 * a1 + b2
    return dict(z1=z1, a1=a1, z2=z2, L=(z2 - y) ** 2)


relu_trace = Autodiff(_forward)

relu_by_hand = Derivation(
    z1=lambda w1, x, b1: w1 * x + b1,
    a1=lambda z1: max(z1, 0.0),
    z2=lambda w2, a1, b2: w2 * a1 + b2,
    L=lambda z2, y: (z2 - y) ** 2,
    dL_dz2=lambda z2, y: 2 * (z2 - y),
    dL_dw2=lambda dL_dz2, a1: dL_dz2 * a1,
    dL_db2=lambda dL_dz2: dL_dz2,
    dz2_da1=lambda w2: w2,
    dL_da1=lambda dL_dz2, dz2_da1: dL_dz2 * dz2_da1,
    da1_dz1=lambda z1: float(z1 > 0),
    dL_dz1=lambda dL_da1, da1_dz1: dL_da1 * da1_dz1,
    dz1_dw1=lambda x: x,
    dL_dw1=lambda dL_dz1, dz1_dw1: dL_dz1 * dz1_dw1,
    dL_db1=lambda dL_dz1: dL_dz1,
    w1_new=lambda w1, dL_dw1: w1 - RATE * dL_dw1,
    z2_new=lambda w1_new, x, b1, w2, b2: w2 * max(w1_new * x + b1, 0.0) + b2,
    L_new=lambda z2_new, y: (z2_new - y) ** 2,
    loss_fell=lambda L_new, L: L_new < L,
)


def draw_relu(rng) -> Values:
    """Network A with the gate open or shut, but not near its kink; no prediction that is zero or hits the target."""
    while True:
        case = some(rng, WORKED)
        trace = relu_by_hand(**case)
        if min(abs(trace["z1"]), abs(trace["z2"]), abs(trace["dL_dz2"])) > 0.02:
            return case


ERROR_REVERSED = dict(
    title="with y - z2 in place of z2 - y",
    sentence="The derivative of (z2 - y)^2 contains z2 - y, prediction minus target. Yours has the opposite sign.",
)
HALF_KEPT = dict(
    title="for a loss with a half in front",
    sentence="This loss is the full square, so its derivative keeps the factor 2.",
)
GATE_FORGOTTEN = dict(
    title="without ReLU's gate",
    sentence="You let the gradient pass although z1 is negative. Look at the factor da1/dz1.",
)
W2_LEFT_OUT = dict(
    title="when w2 is left out",
    sentence="On its way from z2 to a1 the gradient passes the edge with w2: that is the factor dz2/da1.",
)
