"""What the lesson's pictures measure: the gradient in each layer of a deep net, and over a recurrent one's steps."""

import numpy as np

from backprop.clinic._net import Settings, backward, clipped, first_layers, forward

WIDTH, ROWS = 32, 48


def measure(depth, activation, initialisation, normalisation=False, residual=False, clipping=False):
    """The norm of dL/dz in each of `depth` layers of 32 units, from the input on, for a random gradient of norm 1."""
    sizes = (WIDTH,) * (depth + 1)
    settings = Settings(sizes, activation, initialisation, normalisation=normalisation, residual=residual, seed=depth)
    rng = np.random.default_rng(depth)
    X, G = rng.normal(size=(2, ROWS, WIDTH))
    with np.errstate(all="ignore"):  # where it overflows, the picture says so
        layers = first_layers(settings)
        forward(settings, layers, X)
        backward(settings, layers, G / np.linalg.norm(G))
        shrink = clipped(layers, 1.0 if clipping else None)
        return [shrink * float(np.linalg.norm(layer.delta)) for layer in layers]


def memory(step, state, steps):
    """How strongly the last state of a recurrent net follows the state `k` steps before it, for k = 0, 1, ... `steps`.

    `step(t, state)` makes one step for a batch of states (n, h). The states along the way are nudged by central
    differences, all coordinates at once; the answer is the norm of the Jacobian, divided by sqrt(h).
    """
    states = [state]
    for t in range(steps):
        states.append(step(t, states[-1]))
    return [_jacobian_norm(step, states[steps - k], range(steps - k, steps)) for k in range(steps + 1)]


def _jacobian_norm(step, state, times, nudge=1e-5):
    size = state.shape[-1]
    ends = np.concatenate([state + nudge * np.eye(size), state - nudge * np.eye(size)])
    for t in times:
        ends = step(t, ends)
    return float(np.linalg.norm(ends[:size] - ends[size:]) / (2 * nudge * size**0.5))
