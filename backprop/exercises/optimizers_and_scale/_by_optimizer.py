"""The truth of a single step: the engine's optimizer, started in the middle of its run."""

import numpy as np

from backprop.engine import Tensor
from backprop.exercises._form import Values


def stepped(optimizer: type, w, g, state: Values, **settings) -> tuple[np.ndarray, Values]:
    """The weights after one step of the engine's optimizer from this state, and its new state."""
    weights = Tensor(w.copy(), requires_grad=True)
    weights.grad = g.copy()
    running = optimizer([weights], **settings)
    running.states[0].update(state)
    running.step()
    return weights.data, running.states[0]


def draw_weights(rng, shape) -> Values:
    """Weights and a gradient whose entries differ in size, none of them near zero."""
    sizes = rng.uniform(0.3, 2.0, (2, *shape)) * rng.choice([-1, 1], (2, *shape))
    return {"w": sizes[0], "g": sizes[1] * rng.uniform(0.2, 3.0, shape)}
