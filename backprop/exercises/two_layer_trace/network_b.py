"""Network B: two inputs, two sigmoid units, a linear output, L = (y - y_pred)^2 / 2."""

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises._scalars import some
from backprop.functions import sigmoid

NETWORK_B = dict(
    x1=1.0, x2=-2.0, y=1.0, w11=0.4, w12=0.1, w21=-0.3, w22=0.2, bh1=0.1, bh2=-0.2, v1=0.7, v2=-0.5, bo=0.3
)  # fmt: skip


def _forward(F, x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2, bo) -> dict:
    z1 = w11 * x1 + w12 * x2 + bh1
    z2 = w21 * x1 + w22 * x2 + bh2
    a1, a2 = F.sigmoid(z1), F.sigmoid(z2)
    y_pred = v1 * a1 + v2 * a2 + bo
    return dict(z1=z1, z2=z2, a1=a1, a2=a2, y_pred=y_pred, L=0.5 * (y - y_pred) ** 2)


sigmoid_trace = Autodiff(_forward, names={"dL_dy_pred": "delta_o", "dL_dz1": "delta_1", "dL_dz2": "delta_2"})


sigmoid_by_hand = Derivation(
    z1=lambda w11, w12, bh1, x1, x2: w11 * x1 + w12 * x2 + bh1,
    z2=lambda w21, w22, bh2, x1, x2: w21 * x1 + w22 * x2 + bh2,
    a1=lambda z1: sigmoid(z1),
    a2=lambda z2: sigmoid(z2),
    y_pred=lambda v1, v2, bo, a1, a2: v1 * a1 + v2 * a2 + bo,
    L=lambda y, y_pred: (y - y_pred) ** 2 / 2,
    delta_o=lambda y, y_pred: y_pred - y,
    slope_1=lambda a1: a1 * (1 - a1),
    slope_2=lambda a2: a2 * (1 - a2),
    delta_1=lambda delta_o, v1, slope_1: delta_o * v1 * slope_1,
    delta_2=lambda delta_o, v2, slope_2: delta_o * v2 * slope_2,
    dL_dv1=lambda delta_o, a1: delta_o * a1,
    dL_dv2=lambda delta_o, a2: delta_o * a2,
    dL_dbo=lambda delta_o: delta_o,
    dL_dw11=lambda delta_1, x1: delta_1 * x1,
    dL_dw12=lambda delta_1, x2: delta_1 * x2,
    dL_dbh1=lambda delta_1: delta_1,
    dL_dw21=lambda delta_2, x1: delta_2 * x1,
    dL_dw22=lambda delta_2, x2: delta_2 * x2,
    dL_dbh2=lambda delta_2: delta_2,
)


def draw_sigmoid(rng) -> Values:
    """Network B with a prediction that misses the target.

    Away from cancellation, where right answers lose their digits: no sum is nearly zero, no unit so saturated that
    1 - a is.
    """
    while True:
        case = some(rng, NETWORK_B)
        trace = sigmoid_by_hand(**case)
        sums = [abs(trace[name]) for name in ("z1", "z2", "y_pred", "delta_o")]
        if min(sums) > 0.1 and max(sums[:2]) < 3:
            return case


TRACE_SIGMOID = Exercise(
    id="trace-sigmoid",
    name="trace_sigmoid",
    parts=dict.fromkeys(["z1", "z2", "a1", "a2", "y_pred", "L"], 0.25)
    | dict.fromkeys(["delta_o", "delta_1", "delta_2"], 0.75)
    | dict.fromkeys(["dL_dv1", "dL_dv2", "dL_dbo"], 0.25)
    | dict.fromkeys(["dL_dw11", "dL_dw12", "dL_dbh1", "dL_dw21", "dL_dw22", "dL_dbh2"], 0.25),
    truth=sigmoid_trace,
    draw=draw_sigmoid,
    shown=NETWORK_B,
    noun="networks",
    tolerance=1e-11,
    mistakes=(
        sigmoid_by_hand.mistake(
            "transposed",
            "with w12 and w21 exchanged",
            "The first index is the unit a weight leads to, the second its input: w12 leads to unit 1 from x2.",
            z1=lambda w11, w21, bh1, x1, x2: w11 * x1 + w21 * x2 + bh1,
            z2=lambda w12, w22, bh2, x1, x2: w12 * x1 + w22 * x2 + bh2,
        ),
        sigmoid_by_hand.mistake(
            "gradients-transposed",
            "with the gradients of w12 and w21 exchanged",
            "w12 leads to unit 1 from x2, so its gradient is the delta of unit 1 times x2.",
            dL_dw12=lambda delta_2, x1: delta_2 * x1,
            dL_dw21=lambda delta_1, x2: delta_1 * x2,
        ),
        sigmoid_by_hand.mistake(
            "half-lost",
            "for a loss without the half",
            "This loss has a half in front, and the half cancels the 2 that the square brings down.",
            delta_o=lambda y, y_pred: 2 * (y_pred - y),
        ),
        sigmoid_by_hand.mistake(
            "loss-without-half",
            "when the loss has no half",
            "Network B's loss is half the square: L = (y - y_pred)^2 / 2.",
            L=lambda y, y_pred: (y - y_pred) ** 2,
        ),
        sigmoid_by_hand.mistake(
            "error-reversed",
            "when a sign is lost in front of the error",
            "L contains y - y_pred, and y_pred enters with a minus: its derivative is -(y - y_pred).",
            delta_o=lambda y, y_pred: y - y_pred,
        ),
        sigmoid_by_hand.mistake(
            "slope-at-activation",
            "when the sigmoid's slope is taken at the activation",
            "The slope belongs to z, the value that went in. With a = σ(z) it is a(1 - a), not σ'(a).",
            slope_1=lambda a1: sigmoid(a1) * (1 - sigmoid(a1)),
            slope_2=lambda a2: sigmoid(a2) * (1 - sigmoid(a2)),
        ),
        sigmoid_by_hand.mistake(
            "slope-from-z",
            "with z(1 - z) for the sigmoid's slope",
            "The slope is a(1 - a), with the activation a = σ(z). You put z into that formula.",
            slope_1=lambda z1: z1 * (1 - z1),
            slope_2=lambda z2: z2 * (1 - z2),
        ),
        sigmoid_by_hand.mistake(
            "slope-forgotten",
            "without the sigmoid's slope",
            "Between s and z stands the sigmoid. Its slope a(1 - a) is a factor of the hidden delta.",
            slope_1=lambda: 1.0,
            slope_2=lambda: 1.0,
        ),
        sigmoid_by_hand.mistake(
            "tanh-slope",
            "with 1 - a² for the slope",
            "That is the slope of tanh. The sigmoid's is a(1 - a).",
            slope_1=lambda a1: 1 - a1**2,
            slope_2=lambda a2: 1 - a2**2,
        ),
        sigmoid_by_hand.mistake(
            "v-left-out",
            "when v is left out",
            "The output's delta reaches hidden unit j along the edge with v_j, and is multiplied by it.",
            delta_1=lambda delta_o, slope_1: delta_o * slope_1,
            delta_2=lambda delta_o, slope_2: delta_o * slope_2,
        ),
        sigmoid_by_hand.mistake(
            "v-crossed",
            "with v1 and v2 exchanged",
            "Hidden unit 1 is connected to the output by v1, so v1 carries its gradient.",
            delta_1=lambda delta_o, v2, slope_1: delta_o * v2 * slope_1,
            delta_2=lambda delta_o, v1, slope_2: delta_o * v1 * slope_2,
        ),
        sigmoid_by_hand.mistake(
            "weight-for-input",
            "by multiplying delta by the weight itself",
            "A weight's gradient is the delta where it leads times what came in over it: x, or for v the activation.",
            dL_dv1=lambda delta_o, v1: delta_o * v1,
            dL_dv2=lambda delta_o, v2: delta_o * v2,
            dL_dw11=lambda delta_1, w11: delta_1 * w11,
            dL_dw12=lambda delta_1, w12: delta_1 * w12,
            dL_dw21=lambda delta_2, w21: delta_2 * w21,
            dL_dw22=lambda delta_2, w22: delta_2 * w22,
        ),
        sigmoid_by_hand.mistake(
            "output-delta-everywhere",
            "with the output's delta for the hidden biases",
            "A bias takes the delta of its own unit: bh1 that of unit 1, bh2 that of unit 2.",
            dL_dbh1=lambda delta_o: delta_o,
            dL_dbh2=lambda delta_o: delta_o,
        ),
        sigmoid_by_hand.mistake(
            "bias-times-input",
            "by multiplying a bias gradient by the input",
            "A bias moves its z one to one, so its gradient is the delta alone.",
            dL_dbh1=lambda delta_1, x1: delta_1 * x1,
            dL_dbh2=lambda delta_2, x2: delta_2 * x2,
        ),
    ),
)
