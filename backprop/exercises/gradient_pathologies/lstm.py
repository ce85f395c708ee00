"""One step of an LSTM, on the way back."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes
from backprop.functions import sigmoid


def _step(F, dH, dC, zi, zf, zg, zo, c_before) -> dict:
    i, f, g, o = F.sigmoid(zi), F.sigmoid(zf), F.tanh(zg), F.sigmoid(zo)
    c = f * c_before + i * g
    h = o * F.tanh(c)
    return dict(i=i, f=f, g=g, o=o, c=c, L=F.sum(h * dH) + F.sum(c * dC))


lstm_by_hand = Derivation(
    i=lambda zi: sigmoid(zi),
    f=lambda zf: sigmoid(zf),
    g=lambda zg: np.tanh(zg),
    o=lambda zo: sigmoid(zo),
    c=lambda f, c_before, i, g: f * c_before + i * g,
    dL_do=lambda dH, c: dH * np.tanh(c),
    dL_dc=lambda dH, dC, o, c: dC + dH * o * (1 - np.tanh(c) ** 2),
    dL_di=lambda dL_dc, g: dL_dc * g,
    dL_df=lambda dL_dc, c_before: dL_dc * c_before,
    dL_dg=lambda dL_dc, i: dL_dc * i,
    dL_dc_before=lambda dL_dc, f: dL_dc * f,
    dL_dzi=lambda dL_di, i: dL_di * i * (1 - i),
    dL_dzf=lambda dL_df, f: dL_df * f * (1 - f),
    dL_dzg=lambda dL_dg, g: dL_dg * (1 - g**2),
    dL_dzo=lambda dL_do, o: dL_do * o * (1 - o),
)


GIVEN = ("dH", "dC", "zi", "zf", "zg", "zo", "c_before")


def draw_step(rng) -> Values:
    """One step for a few examples."""
    rows, units = sizes(rng, 2, 2, 5)
    return arrays(rng, **dict.fromkeys(GIVEN, (rows, units)))


LSTM_STEP_BACKWARD = Exercise(
    id="lstm-step-backward",
    name="lstm_step_backward",
    parts=dict(
        dL_do=0.5,
        dL_dc=1,
        dL_di=0.25,
        dL_df=0.25,
        dL_dg=0.25,
        dL_dc_before=0.75,
        dL_dzi=0.25,
        dL_dzf=0.25,
        dL_dzg=0.25,
        dL_dzo=0.25,
    ),
    truth=Autodiff(_step),
    draw=draw_step,
    shown=arrays(np.random.default_rng(3), **dict.fromkeys(GIVEN, (1, 2))),
    noun="steps",
    mistakes=(
        lstm_by_hand.mistake(
            "cell-for-its-tanh",
            "with c in place of tanh(c)",
            "h is o times tanh(c), so the local derivative of o is tanh(c).",
            dL_do=lambda dH, c: dH * c,
        ),
        lstm_by_hand.mistake(
            "tanh-not-applied",
            "with 1 - c squared as the slope of tanh",
            "tanh's slope is 1 minus the square of what tanh gives, and that is tanh(c).",
            dL_dc=lambda dH, dC, o, c: dC + dH * o * (1 - c**2),
        ),
        lstm_by_hand.mistake(
            "later-steps-dropped",
            "when what the later steps say about c is dropped",
            "c is used twice: for h, and by the next step, which hands back dC. Add both.",
            dL_dc=lambda dH, o, c: dH * o * (1 - np.tanh(c) ** 2),
        ),
        lstm_by_hand.mistake(
            "through-h-dropped",
            "when the path through h is dropped",
            "c is used twice: by the next step, and for h = o tanh(c). Add both.",
            dL_dc=lambda dC: dC,
        ),
        lstm_by_hand.mistake(
            "tanh-slope-forgotten",
            "without the slope of tanh at c",
            "h is o times tanh(c): from h to c the gradient is multiplied by o and by 1 - tanh(c) squared.",
            dL_dc=lambda dH, dC, o: dC + dH * o,
        ),
        lstm_by_hand.mistake(
            "output-gate-forgotten",
            "without the output gate",
            "h is o times tanh(c), so o is a factor on the way back to c.",
            dL_dc=lambda dH, dC, c: dC + dH * (1 - np.tanh(c) ** 2),
        ),
        lstm_by_hand.mistake(
            "input-gate-and-g-exchanged",
            "when i and g are exchanged",
            "c contains i times g: the local derivative of i is g, and that of g is i.",
            dL_di=lambda dL_dc, i: dL_dc * i,
            dL_dg=lambda dL_dc, g: dL_dc * g,
        ),
        lstm_by_hand.mistake(
            "forget-gate-forgotten",
            "without the forget gate",
            "c contains f times c_before, so f is what the gradient is multiplied by on its way to the step before.",
            dL_dc_before=lambda dL_dc: dL_dc,
        ),
        lstm_by_hand.mistake(
            "later-steps-alone-before",
            "with dC in place of dL/dc",
            "c_before reaches the loss through c, whatever way c takes from there: begin with the whole dL_dc.",
            dL_dc_before=lambda dC, f: dC * f,
        ),
        lstm_by_hand.mistake(
            "gate-for-its-factor",
            "with f itself as the derivative of f",
            "c contains f times c_before: the local derivative of f is c_before.",
            dL_df=lambda dL_dc, f: dL_dc * f,
        ),
        lstm_by_hand.mistake(
            "new-state-for-old",
            "with the new c in place of the one before",
            "The forget gate was multiplied by c_before.",
            dL_df=lambda dL_dc, c: dL_dc * c,
        ),
        lstm_by_hand.mistake(
            "gate-slopes-forgotten",
            "without the slopes of the gates",
            "From a gate to its pre-activation the gradient is multiplied by s(1 - s).",
            dL_dzi=lambda dL_di: dL_di,
            dL_dzf=lambda dL_df: dL_df,
            dL_dzo=lambda dL_do: dL_do,
        ),
        lstm_by_hand.mistake(
            "g-as-gate",
            "with sigmoid's slope for g",
            "g went through tanh: its slope is 1 - g squared.",
            dL_dzg=lambda dL_dg, g: dL_dg * g * (1 - g),
        ),
        lstm_by_hand.mistake(
            "slope-at-zi",
            "with zi * (1 - zi)",
            "Sigmoid's slope is s(1 - s) with s what sigmoid gives: take i, not zi.",
            dL_dzi=lambda dL_di, zi: dL_di * zi * (1 - zi),
        ),
        lstm_by_hand.mistake(
            "slope-at-zf",
            "with zf * (1 - zf)",
            "Sigmoid's slope is s(1 - s) with s what sigmoid gives: take f, not zf.",
            dL_dzf=lambda dL_df, zf: dL_df * zf * (1 - zf),
        ),
        lstm_by_hand.mistake(
            "slope-at-zg",
            "with 1 - zg squared",
            "tanh's slope is 1 minus the square of what tanh gives: take g, not zg.",
            dL_dzg=lambda dL_dg, zg: dL_dg * (1 - zg**2),
        ),
        lstm_by_hand.mistake(
            "output-gate-as-tanh",
            "with tanh's slope for the output gate",
            "o went through sigmoid: its slope is o(1 - o).",
            dL_dzo=lambda dL_do, o: dL_do * (1 - o**2),
        ),
    ),
)
