"""One sigmoid unit, read from PyTorch."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.functions import sigmoid


def _forward(F, x, w, b, target) -> dict:
    z = F.sum(w * x) + b
    y = F.sigmoid(z)
    return dict(z=z, y=y, L=(y - target) ** 2)


unit_by_hand = Derivation(
    z=lambda x, w, b: x @ w + b,
    y=lambda z: sigmoid(z),
    L=lambda y, target: (y - target) ** 2,
    dL_dy=lambda y, target: 2 * (y - target),
    dL_dz=lambda dL_dy, y: dL_dy * y * (1 - y),
    dL_dx=lambda dL_dz, w: dL_dz * w,
    dL_dw=lambda dL_dz, x: dL_dz * x,
    dL_db=lambda dL_dz: dL_dz,
)


def draw_unit(rng) -> Values:
    """Two or three inputs; a unit that is not saturated and misses its target."""
    while True:
        n = int(rng.integers(2, 4))
        case = dict(x=rng.normal(size=n), w=rng.normal(size=n), b=float(rng.normal()), target=float(rng.integers(2)))
        trace = unit_by_hand(**case)
        if 0.1 < abs(trace["z"]) < 3:
            return case


READ_GRADIENTS = Exercise(
    id="read-gradients",
    name="read_gradients",
    parts=dict(y=0.5, L=0.5, dL_dw=1, dL_db=1),
    truth=Autodiff(_forward),
    draw=draw_unit,
    shown=dict(x=np.array([1.0, 2.0]), w=np.array([0.5, -0.3]), b=0.1, target=1.0),
    noun="units",
    tolerance=1e-5,  # torch.tensor makes float32 of Python's floats
    uses_torch=True,
    mistakes=(
        unit_by_hand.mistake(
            "gradient-of-y",
            "for the gradient of y in place of the loss",
            "backward starts at whatever it is called on. Call it on the loss.",
            dL_dy=lambda: 1.0,
        ),
        unit_by_hand.mistake(
            "gradient-of-z",
            "for the gradient of z in place of the loss",
            "backward starts at whatever it is called on. Call it on the loss.",
            dL_dz=lambda: 1.0,
        ),
        unit_by_hand.mistake(
            "sigmoid-left-out",
            "without the sigmoid",
            "y is sigmoid(z), and the loss compares y with its target.",
            y=lambda z: z,
            dL_dz=lambda dL_dy: dL_dy,
        ),
        unit_by_hand.mistake(
            "bias-left-out",
            "without the bias",
            "z = w · x + b: the bias is added before the sigmoid.",
            z=lambda x, w: x @ w,
        ),
        unit_by_hand.mistake(
            "backward-twice",
            "after two backward passes",
            "torch adds to .grad. Two passes leave twice the gradient.",
            dL_dz=lambda dL_dy, y: 2 * dL_dy * y * (1 - y),
        ),
        unit_by_hand.mistake(
            "gradient-of-x",
            "by reading the gradient of x",
            "w.grad is asked for, and w needs requires_grad.",
            dL_dw=lambda dL_dx: dL_dx,
        ),
        unit_by_hand.mistake(
            "half-in-front",
            "for a loss with a half in front",
            "This loss is the plain square (y - target)².",
            L=lambda y, target: (y - target) ** 2 / 2,
            dL_dy=lambda y, target: y - target,
        ),
    ),
)
