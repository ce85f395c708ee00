"""Adam and AdamW, one step each."""

import numpy as np

from backprop.engine import Adam, AdamW
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises.optimizers_and_scale._by_optimizer import draw_weights, stepped


def true_step(optimizer: type, w, g, m, v, t, lr, beta1, beta2, eps, **decay) -> Values:
    """One step of the engine's optimizer, with the moments and their corrected forms."""
    state = {"step": t - 1, "mean": m, "square": v}
    moved, state = stepped(optimizer, w, g, state, lr=lr, betas=(beta1, beta2), eps=eps, **decay)
    m_hat, v_hat = (state[name] / (1 - beta**t) for name, beta in (("mean", beta1), ("square", beta2)))
    return {"m": state["mean"], "v": state["square"], "m_hat": m_hat, "v_hat": v_hat, "w": moved}


def true_adam(**inputs) -> Values:
    """One step of the engine's Adam."""
    return true_step(Adam, **inputs)


def true_adamw(**inputs) -> Values:
    """One step of the engine's AdamW."""
    return true_step(AdamW, **inputs)


def draw_adam(rng, shape=None) -> Values:
    """A step in the middle of a run, or its first one; eps is large enough for its place to show."""
    shape = shape or (int(rng.integers(2, 6)),)
    first = rng.random() < 0.2
    m = rng.normal(size=shape) * (not first)
    v = rng.uniform(0.2, 2.0, shape) * (not first)
    t = 1 if first else int(rng.integers(2, 9))
    settings = dict(lr=float(rng.uniform(0.1, 0.5)), beta1=float(rng.uniform(0.7, 0.95)))
    settings |= dict(beta2=float(rng.uniform(0.96, 0.999)), eps=float(rng.uniform(0.01, 0.1)))
    return draw_weights(rng, shape) | dict(m=m, v=v, t=t) | settings


def draw_adamw(rng, shape=None) -> Values:
    """The same, with a decay."""
    return draw_adam(rng, shape) | dict(weight_decay=float(rng.uniform(0.1, 0.5)))


ADAM_LINES = dict(
    m_new=lambda m, g, beta1: beta1 * m + (1 - beta1) * g,
    v_new=lambda v, g, beta2: beta2 * v + (1 - beta2) * g * g,
    m_hat=lambda m_new, beta1, t: m_new / (1 - beta1**t),
    v_hat=lambda v_new, beta2, t: v_new / (1 - beta2**t),
    direction=lambda m_hat, v_hat, eps: m_hat / (np.sqrt(v_hat) + eps),
)
adam_by_hand = Derivation(**ADAM_LINES, w_new=lambda w, direction, lr: w - lr * direction)
adamw_by_hand = Derivation(
    **ADAM_LINES, w_new=lambda w, direction, lr, weight_decay: w - lr * (direction + weight_decay * w)
)


def named(found: Values) -> Values:
    """A derivation's values under the names of the answer."""
    return {"m": found["m_new"], "v": found["v_new"], "w": found["w_new"]} | {k: found[k] for k in ("m_hat", "v_hat")}


def mistakes_in(right: Derivation):
    """A function that makes known mistakes by changing lines of this derivation."""

    def mistake(id: str, title: str, sentence: str, **lines) -> Mistake:
        def wrong(**inputs):
            with np.errstate(invalid="ignore"):  # a wrong v may be negative, and has no root
                return named(right.but(**lines)(**inputs))

        return Mistake(id, title, sentence, wrong)

    return mistake


in_adam, in_adamw = mistakes_in(adam_by_hand), mistakes_in(adamw_by_hand)
EPS_INSIDE = dict(
    id="eps-inside",
    title="with eps inside the root",
    sentence="Take the root of v_hat first, then add eps. Inside, what counts is the root of eps, which is far larger.",
    direction=lambda m_hat, v_hat, eps: m_hat / np.sqrt(v_hat + eps),
)
UNCORRECTED = dict(
    id="bias-correction-forgotten",
    title="when the bias correction is forgotten",
    sentence="m and v start at 0 and are too small at first: m_hat is m divided by 1 minus beta1 to the power t.",
    m_hat=lambda m_new: m_new,
    v_hat=lambda v_new: v_new,
)

ADAM_STEP = Exercise(
    id="adam-step",
    name="adam_step",
    parts=dict(m=0.5, v=0.5, m_hat=0.5, v_hat=0.5, w=2),
    truth=true_adam,
    draw=draw_adam,
    shown=dict(
        w=np.array([1.0, -2.0]),
        g=np.array([2.0, 0.5]),
        m=np.zeros(2),
        v=np.zeros(2),
        t=1,
        lr=0.1,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
    ),
    noun="random steps",
    census=("at the start of a run", lambda truth: bool(np.allclose(truth["m_hat"] ** 2, truth["v_hat"]))),
    mistakes=(
        in_adam(**UNCORRECTED),
        in_adam(
            "corrected-but-not-used",
            "when the corrected moments are computed and not used",
            "The step is made of m_hat and v_hat. m and v themselves are kept for the next step.",
            direction=lambda m_new, v_new, eps: m_new / (np.sqrt(v_new) + eps),
        ),
        in_adam(
            "correction-not-a-power",
            "with a product for a power in the correction",
            "After t steps the zero at the start still weighs beta to the power t, not beta times t.",
            m_hat=lambda m_new, beta1, t: m_new / (1 - beta1 * t),
            v_hat=lambda v_new, beta2, t: v_new / (1 - beta2 * t),
        ),
        in_adam(
            "correction-without-t",
            "with the same correction at every step",
            "1 - beta is right for the first step only. Later it is 1 minus beta to the power t.",
            m_hat=lambda m_new, beta1: m_new / (1 - beta1),
            v_hat=lambda v_new, beta2: v_new / (1 - beta2),
        ),
        in_adam(**EPS_INSIDE),
        in_adam(
            "not-squared",
            "when v averages the gradient and not its square",
            "The second moment is the mean of g * g. Without the square m and v would say the same.",
            v_new=lambda v, g, beta2: beta2 * v + (1 - beta2) * g,
        ),
        in_adam(
            "root-forgotten",
            "without the root",
            "v_hat has the unit of a squared gradient. Take its root, or the step shrinks as the gradient grows.",
            direction=lambda m_hat, v_hat, eps: m_hat / (v_hat + eps),
        ),
        in_adam(
            "not-averaged",
            "with the gradient added in full",
            "m and v are running means: the old value counts beta, the new one 1 - beta.",
            m_new=lambda m, g, beta1: beta1 * m + g,
            v_new=lambda v, g, beta2: beta2 * v + g * g,
        ),
        in_adam(
            "betas-exchanged",
            "with beta1 and beta2 exchanged",
            "beta1 belongs to m, which may forget quickly, beta2 to v, which remembers longer.",
            m_new=lambda m, g, beta2: beta2 * m + (1 - beta2) * g,
            v_new=lambda v, g, beta1: beta1 * v + (1 - beta1) * g * g,
            m_hat=lambda m_new, beta2, t: m_new / (1 - beta2**t),
            v_hat=lambda v_new, beta1, t: v_new / (1 - beta1**t),
        ),
        in_adam(
            "update-added",
            "by adding the step",
            "m_hat points uphill, as the gradients do. Subtract.",
            w_new=lambda w, direction, lr: w + lr * direction,
        ),
    ),
)

ADAMW_STEP = Exercise(
    id="adamw-step",
    name="adamw_step",
    parts=dict(m=0.5, v=0.5, w=1),
    truth=true_adamw,
    draw=draw_adamw,
    shown=ADAM_STEP.shown | dict(weight_decay=0.1),
    noun="random steps",
    mistakes=(
        in_adamw(
            "decay-in-the-gradient",
            "when the decay is mixed into the gradient",
            "Then it enters m and v, and weights with large gradients hardly decay. Keep it apart: it acts on w alone.",
            m_new=lambda m, g, beta1, weight_decay, w: beta1 * m + (1 - beta1) * (g + weight_decay * w),
            v_new=lambda v, g, beta2, weight_decay, w: beta2 * v + (1 - beta2) * (g + weight_decay * w) ** 2,
            w_new=lambda w, direction, lr: w - lr * direction,
        ),
        in_adamw(
            "decay-forgotten",
            "from Adam without decay",
            "Besides Adam's step every weight loses lr * weight_decay times itself.",
            w_new=lambda w, direction, lr: w - lr * direction,
        ),
        in_adamw(
            "decay-without-rate",
            "when the decay is not multiplied by the rate",
            "In AdamW, as in PyTorch, the rate scales both: w loses lr * (step + weight_decay * w).",
            w_new=lambda w, direction, lr, weight_decay: w - lr * direction - weight_decay * w,
        ),
        in_adamw(
            "decay-of-the-moved",
            "when the weights decay after they have moved",
            "Both terms look at the same w, the one from before the step.",
            w_new=lambda w, direction, lr, weight_decay: (w - lr * direction) * (1 - lr * weight_decay),
        ),
        in_adamw(
            "growth",
            "when the weights grow instead of decaying",
            "Decay pulls toward zero: it is subtracted, like the step.",
            w_new=lambda w, direction, lr, weight_decay: w - lr * (direction - weight_decay * w),
        ),
        in_adamw(**UNCORRECTED),
        in_adamw(**EPS_INSIDE),
    ),
)
