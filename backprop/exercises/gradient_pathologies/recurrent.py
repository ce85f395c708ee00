"""Recurrent nets: backward through time in a plain net."""

from functools import partial

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes


def _recurrent(F, dH, X, H0, Wx, Wh, b) -> dict:
    H, L = H0, 0.0
    for t in range(len(X)):
        H = F.tanh(X[t] @ Wx.T + H @ Wh.T + b)
        L = L + F.sum(H * dH[t])
    return {"L": L}


def rnn_by_hand(
    dH, X, H0, Wx, Wh, b, *, carried=True, transposed=False, sloped=True, kept=1.0, came="before", all=True
):
    """The same by hand; what is named after the star is done wrongly."""
    H = [H0]
    for x in X:
        H.append(np.tanh(x @ Wx.T + H[-1] @ Wh.T + b))
    found = dict(dL_db=0 * b, dL_dWx=0 * Wx, dL_dWh=0 * Wh, dL_dX=0 * X)
    later = 0 * H0
    for t in reversed(range(len(X))):
        upstream = dH[t] * (1.0 if all or t == len(X) - 1 else 0.0) + later * carried
        dZ = upstream * (1 - H[t + 1] ** 2 if sloped else 1.0)
        found["dL_db"] = kept * found["dL_db"] + dZ.sum(axis=0)
        found["dL_dWx"] = kept * found["dL_dWx"] + dZ.T @ X[t]
        found["dL_dWh"] = kept * found["dL_dWh"] + dZ.T @ H[t if came == "before" else t + 1]
        found["dL_dX"][t] = dZ @ Wx
        later = dZ @ (Wh.T if transposed else Wh)
    return found | {"dL_dH0": later}


def draw_recurrent(rng) -> Values:
    """Two to six steps of a small net; no weight is so large that tanh saturates."""
    return _recurrent_case(rng, *sizes(rng, 4))


def _recurrent_case(rng, steps, rows, into, hidden) -> Values:
    shapes = dict(dH=(steps, rows, hidden), X=(steps, rows, into), H0=(rows, hidden), b=(hidden,))
    case = arrays(rng, **shapes, Wx=(hidden, into), Wh=(hidden, hidden))
    return {name: case[name] * (0.5 if name in ("X", "Wx", "Wh", "b") else 1.0) for name in ORDER}


ORDER = ("dH", "X", "H0", "Wx", "Wh", "b")


RNN_BACKWARD = Exercise(
    id="rnn-backward",
    name="rnn_backward",
    parts=dict(dL_db=1, dL_dWx=1, dL_dWh=1, dL_dX=1, dL_dH0=1),
    truth=Autodiff(_recurrent),
    draw=draw_recurrent,
    shown=_recurrent_case(np.random.default_rng(3), 2, 1, 3, 2),
    noun="recurrent nets",
    upstream="dH",
    mistakes=tuple(
        Mistake(id, title, sentence, partial(rnn_by_hand, **wrong))
        for id, title, sentence, wrong in (
            (
                "cut-after-one-step",
                "when the way through time is cut after one step",
                "H[t] is used twice: by the loss at t, and by step t + 1. What comes back from there must be added.",
                dict(carried=False),
            ),
            (
                "last-step-only",
                "with the loss of the last step alone",
                "dH[t] comes from the loss at every step t, not only at the last.",
                dict(all=False),
            ),
            (
                "overwritten",
                "when each step's gradient replaces the one before",
                "All steps use the same weights, so their contributions add: += instead of =.",
                dict(kept=0.0),
            ),
            (
                "transposed",
                "with Wh transposed on the way back",
                "Forward is H @ Wh.T, so the way back to H is dZ @ Wh.",
                dict(transposed=True),
            ),
            (
                "slope-forgotten",
                "without tanh's slope",
                "On its way from H to Z the gradient is multiplied by 1 - H squared, at every step.",
                dict(sloped=False),
            ),
            (
                "state-after",
                "with the state that leaves the step",
                "Wh was multiplied by the state that came in, that of the step before.",
                dict(came="after"),
            ),
        )
    ),
)
