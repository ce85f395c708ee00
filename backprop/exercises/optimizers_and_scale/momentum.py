"""Gradient descent with momentum, in PyTorch's form."""

import numpy as np

from backprop.engine import SGD
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises.optimizers_and_scale._by_optimizer import draw_weights, stepped


def true_momentum(w, g, v, lr, momentum) -> Values:
    """One step of the engine's SGD."""
    moved, state = stepped(SGD, w, g, {"velocity": v.copy()}, lr=lr, momentum=momentum)
    return {"v": state["velocity"], "w": moved}


def draw_momentum(rng) -> Values:
    """Some weights, on their way already."""
    n = int(rng.integers(2, 6))
    v = rng.uniform(0.3, 2.0, n) * rng.choice([-1, 1], n)
    return draw_weights(rng, (n,)) | dict(v=v, lr=float(rng.uniform(0.1, 0.5)), momentum=float(rng.uniform(0.5, 0.95)))


by_hand = Derivation(
    v_new=lambda v, g, momentum: momentum * v + g,
    w_new=lambda w, v_new, lr: w - lr * v_new,
)


def mistake(id: str, title: str, sentence: str, **steps) -> Mistake:
    """A mistake in one of the two lines."""

    def wrong(**inputs):
        found = by_hand.but(**steps)(**inputs)
        return {"v": found["v_new"], "w": found["w_new"]}

    return Mistake(id, title, sentence, wrong)


MOMENTUM_STEP = Exercise(
    id="momentum-step",
    name="momentum_step",
    parts=dict(v=1, w=1),
    truth=true_momentum,
    draw=draw_momentum,
    shown=dict(w=np.array([1.0, -2.0]), g=np.array([2.0, 0.5]), v=np.array([1.0, 3.0]), lr=0.1, momentum=0.9),
    noun="random steps",
    mistakes=(
        mistake(
            "dampened",
            "when the gradient is dampened by 1 - momentum",
            "That makes the velocity a mean of gradients. Here the new gradient counts in full, as in PyTorch.",
            v_new=lambda v, g, momentum: momentum * v + (1 - momentum) * g,
        ),
        mistake(
            "rate-in-velocity",
            "with the learning rate inside the velocity",
            "Some texts do that. Here, as in PyTorch, the velocity knows no rate: it comes in only when w moves.",
            v_new=lambda v, g, momentum, lr: momentum * v + lr * g,
            w_new=lambda w, v_new: w - v_new,
        ),
        mistake(
            "old-velocity",
            "by moving with the old velocity",
            "First the velocity takes in the gradient, then the weights move with the new velocity.",
            w_new=lambda w, v, lr: w - lr * v,
        ),
        mistake(
            "gradient-only",
            "by moving with the gradient alone",
            "The velocity is computed but not used. The weights move by lr times the new velocity.",
            w_new=lambda w, g, lr: w - lr * g,
        ),
        mistake(
            "looked-ahead",
            "from Nesterov's variant",
            "Nesterov moves by g + momentum * v_new, one step ahead. Plain momentum moves by the new velocity itself.",
            w_new=lambda w, v_new, g, lr, momentum: w - lr * (g + momentum * v_new),
        ),
        mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill, and the velocity is a sum of gradients. Subtract.",
            w_new=lambda w, v_new, lr: w + lr * v_new,
        ),
        mistake(
            "subtracted-twice",
            "when the velocity points downhill already and is subtracted again",
            "The sign belongs in one place. Here the velocity adds up gradients, uphill, and the weights subtract it.",
            v_new=lambda v, g, momentum: momentum * v - g,
        ),
    ),
)
