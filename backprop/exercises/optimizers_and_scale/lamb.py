"""LAMB: AdamW's direction, and a step as long as the layer's weights allow."""

import numpy as np

from backprop.engine import LAMB
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.optimizers_and_scale._by_optimizer import stepped
from backprop.exercises.optimizers_and_scale.adam import adam_by_hand, draw_adamw


def true_lamb(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay) -> Values:
    """One step of the engine's LAMB; the trust ratio is read off the length of its step."""
    settings = dict(lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    state = {"step": t - 1, "mean": m, "square": v}
    direction = LAMB([], **settings).direction(g, dict(state)) + weight_decay * w
    moved, _ = stepped(LAMB, w, g, state, **settings)
    trust = np.vdot(direction, w - moved) / np.vdot(direction, direction) / lr
    return {"direction": direction, "trust": float(trust), "w": moved}


def draw_lamb(rng) -> Values:
    """A layer's weights (out, in), all of them zero in every eighth case."""
    case = draw_adamw(rng, tuple(int(n) for n in rng.permutation([2, 3, 4])[:2]))
    return case | {"w": case["w"] * rng.choice([0.0, 0.2, 1.0], p=[1 / 8, 3 / 8, 1 / 2])}


def trust_ratio(w, direction) -> float:
    """The length of the weights over that of the direction; 1 where one of them is zero."""
    size, length = np.linalg.norm(w), np.linalg.norm(direction)
    return float(size / length) if size > 0 and length > 0 else 1.0


def by_hand(trust=trust_ratio, decay=lambda w: w, sign=1.0, length_of=None):
    """The step by hand; the keywords are the ways to get it wrong."""

    def step(w, weight_decay, lr, **rest) -> Values:
        adam = adam_by_hand(w=w, lr=lr, **rest)["direction"]
        direction = adam + weight_decay * decay(w)
        measured = {"adam": adam, "gradient": rest["g"]}.get(length_of, direction)
        ratio = trust(w, measured)
        return {"direction": direction, "trust": ratio, "w": w - sign * lr * ratio * direction}

    return step


def by_rows(w, direction) -> np.ndarray:
    """A ratio for each row."""
    lengths = [np.linalg.norm(array, axis=1, keepdims=True) for array in (w, direction)]
    return np.where(lengths[0] > 0, lengths[0] / lengths[1], 1.0)


def mistake(id: str, title: str, sentence: str, **ways) -> Mistake:
    """A mistake made in the step."""
    return Mistake(id, title, sentence, by_hand(**ways))


def upside_down(w, direction) -> float:
    """The ratio the wrong way round."""
    return 1 / trust_ratio(w, direction)


LAMB_STEP = Exercise(
    id="lamb-step",
    name="lamb_step",
    parts=dict(direction=1, trust=1, w=1),
    truth=true_lamb,
    draw=draw_lamb,
    shown=dict(
        w=np.array([[3.0, 4.0]]),
        g=np.array([[2.0, 0.5]]),
        m=np.zeros((1, 2)),
        v=np.zeros((1, 2)),
        t=1,
        lr=0.1,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        weight_decay=0.1,
    ),
    noun="random layers",
    census=("with all weights at zero", lambda truth: truth["trust"] == 1.0),
    mistakes=(
        mistake(
            "no-trust",
            "from AdamW, with no trust ratio",
            "Divide the length of the layer's weights by the length of the direction, and multiply the step by that.",
            trust=lambda w, direction: 1.0,
        ),
        mistake(
            "upside-down",
            "with the ratio upside down",
            "A layer with large weights can take a large step: its length stands above the fraction bar.",
            trust=upside_down,
        ),
        mistake(
            "length-without-decay",
            "with the length of Adam's step alone",
            "The direction includes the decay. Add it first, then measure the length.",
            length_of="adam",
        ),
        mistake(
            "length-of-the-gradient",
            "with the length of the gradient",
            "What is measured is what will be subtracted: Adam's direction with the decay, not the raw gradient.",
            length_of="gradient",
        ),
        mistake(
            "decay-forgotten",
            "without the decay",
            "The direction is AdamW's: m_hat / (sqrt(v_hat) + eps) + weight_decay * w.",
            decay=lambda w: 0 * w,
        ),
        mistake("update-added", "by adding the step", "The direction points uphill. Subtract.", sign=-1.0),
        mistake(
            "ratio-by-rows",
            "with a ratio for each row",
            "LAMB has one ratio for a whole layer: the length is that of all its numbers together.",
            trust=by_rows,
        ),
    ),
)
