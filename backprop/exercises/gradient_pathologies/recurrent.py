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
    dH, X, H0, Wx, Wh, b, *,
    meet=lambda dH, t, later: dH[t] + later,
    slope=lambda H, t: 1 - H[t + 1] ** 2,
    back=lambda dZ, state, later, Wh: dZ @ Wh,
    kept=1.0, came=0, order=reversed,
):  # fmt: skip
    """The same by hand; what is named after the star may be done wrongly."""
    H = [H0]
    for x in X:
        H.append(np.tanh(x @ Wx.T + H[-1] @ Wh.T + b))
    found = dict(dL_db=0 * b, dL_dWx=0 * Wx, dL_dWh=0 * Wh, dL_dX=0 * X)
    later = 0 * H0
    for t in order(range(len(X))):
        state = meet(dH, t, later)
        dZ = state * slope(H, t)
        found["dL_db"] = kept * found["dL_db"] + dZ.sum(axis=0)
        found["dL_dWx"] = kept * found["dL_dWx"] + dZ.T @ X[t]
        found["dL_dWh"] = kept * found["dL_dWh"] + dZ.T @ H[t + came]
        found["dL_dX"][t] = dZ @ Wx
        later = back(dZ, state, later, Wh)
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
                "H[t + 1] is used twice: by the loss (dH[t]) and by step t + 1 (later). Add both.",
                dict(meet=lambda dH, t, later: dH[t]),
            ),
            (
                "later-only",
                "with what the later steps say alone",
                "H[t + 1] is used twice: by the loss (dH[t]) and by step t + 1 (later). Add both.",
                dict(meet=lambda dH, t, later: later),
            ),
            (
                "last-step-only",
                "with the loss of the last step alone",
                "dH[t] comes from the loss at every step t, not only at the last.",
                dict(meet=lambda dH, t, later: dH[t] * (t == len(dH) - 1) + later),
            ),
            (
                "first-step-first",
                "when the loop runs forward",
                "What step t + 1 hands back must be there before step t needs it: begin with the last step.",
                dict(order=list),
            ),
            (
                "overwritten",
                "when each step's gradient replaces the one before",
                "All steps use the same weights, so their contributions add: += instead of =.",
                dict(kept=0.0),
            ),
            (
                "later-piled-up",
                "when later is added up over the steps",
                "The weights serve all steps, so their gradients add up. later goes on to one state only: replace it.",
                dict(back=lambda dZ, state, later, Wh: later + dZ @ Wh),
            ),
            (
                "past-the-slope",
                "when later goes past tanh",
                "H[t] goes into Z, and Z into tanh: on the way back dZ, with the slope in it, is what Wh multiplies.",
                dict(back=lambda dZ, state, later, Wh: state @ Wh),
            ),
            (
                "transposed",
                "with Wh transposed on the way back",
                "Forward is H @ Wh.T, so the way back to H is dZ @ Wh.",
                dict(back=lambda dZ, state, later, Wh: dZ @ Wh.T),
            ),
            (
                "slope-forgotten",
                "without tanh's slope",
                "On its way from H[t + 1] to Z the gradient is multiplied by 1 - H[t + 1] squared, at every step.",
                dict(slope=lambda H, t: 1.0),
            ),
            (
                "slope-before",
                "with tanh's slope at the state that comes in",
                "At step t tanh gave H[t + 1], the state that leaves: take the slope there.",
                dict(slope=lambda H, t: 1 - H[t] ** 2),
            ),
            (
                "tanh-twice",
                "when tanh is taken twice",
                "H[t + 1] is tanh(Z) already, so tanh's slope at Z is 1 - H[t + 1] squared.",
                dict(slope=lambda H, t: 1 - np.tanh(H[t + 1]) ** 2),
            ),
            (
                "state-after",
                "with the state that leaves the step",
                "Wh was multiplied by the state that came in, H[t].",
                dict(came=1),
            ),
        )
    ),
)
