"""One training run, with what a good logbook records of it: losses, gradients, activations, a gradient check."""

from dataclasses import dataclass

import numpy as np

from backprop.clinic._net import ACTIVATIONS, Layer, Settings, backward, clipped, first_layers, forward

STEPS, EXAMPLES = 200, 96
NUDGE = 1e-5  # of the central difference behind the gradient check
ROUNDING = 1e-11  # differences of a loss that are smaller say nothing


@dataclass(frozen=True)
class Record:
    """What was measured of one hidden or last layer before the first step."""

    spread: float  # standard deviation of an activation over the examples, mean over the units
    between_units: float  # standard deviation over the units, mean over the examples
    slope: float  # mean size of the activation function's slope at z; 1 in the last layer
    gradient: float  # norm of dL/dz
    check: float  # relative difference of dL/dW to a central difference in a random direction


@dataclass(frozen=True)
class Run:
    """The logbook of a training run."""

    settings: Settings
    losses: list[float]  # before the first step, after the first, and so on
    layers: list[Record]

    @property
    def loss(self) -> float:
        """The loss after the last step."""
        return self.losses[-1]


def examples(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four inputs of variance 1 and one target of variance 1, so that a constant prediction has a loss of 1."""
    rng = np.random.default_rng([seed, 4])
    X = rng.normal(size=(EXAMPLES, 4))
    y = np.sin(2 * X[:, :1]) + X[:, 1:2] * X[:, 2:3] + 0.5 * X[:, 3:]
    return X, (y - y.mean()) / y.std()


def train(settings: Settings, steps: int = STEPS) -> Run:
    """Gradient descent on the mean squared error over all examples."""
    X, y = examples(settings.seed)
    layers, losses, records = first_layers(settings), [], []
    with np.errstate(all="ignore"):  # a sick run overflows, and its losses say so
        for _ in range(steps + 1):
            losses.append(loss_and_gradients(settings, layers, X, y))
            records = records or [_record(settings, layers, k, X, y) for k in range(len(layers))]
            _step(settings, layers)
    return Run(settings, losses, records)


def loss_and_gradients(settings: Settings, layers: list[Layer], X: np.ndarray, y: np.ndarray) -> float:
    """One pass forward and one back; the gradients stay in the layers."""
    prediction = forward(settings, layers, X)
    backward(settings, layers, 2 * (prediction - y) / len(y))
    return float(((prediction - y) ** 2).mean())


def _step(settings: Settings, layers: list[Layer]) -> None:
    rate = settings.rate * clipped(layers, settings.clipping)
    for layer in layers:
        layer.W = layer.W - rate * layer.dW
        layer.b = layer.b - rate * layer.db


def _record(settings: Settings, layers: list[Layer], k: int, X: np.ndarray, y: np.ndarray) -> Record:
    layer = layers[k]
    slopes = ACTIVATIONS[settings.activation][1](layer.z, layer.a) if k < len(layers) - 1 else np.ones(1)
    return Record(
        spread=float(layer.a.std(axis=0).mean()),
        between_units=float(layer.a.std(axis=1).mean()),
        slope=float(np.abs(slopes).mean()),
        gradient=float(np.linalg.norm(layer.delta)),
        check=_gradient_check(settings, layers, k, X, y),
    )


def _gradient_check(settings: Settings, layers: list[Layer], k: int, X: np.ndarray, y: np.ndarray) -> float:
    """How far dL/dW of one layer is from what the loss does when all its weights are nudged by plus or minus h."""
    W = layers[k].W
    nudge = NUDGE * np.random.default_rng(k).choice([-1.0, 1.0], W.shape)
    kept = [vars(layer).copy() for layer in layers]
    losses = []
    for sign in (1, -1):
        layers[k].W = W + sign * nudge
        losses.append(((forward(settings, layers, X) - y) ** 2).mean())
    for layer, before in zip(layers, kept, strict=True):
        vars(layer).update(before)
    seen, said = (losses[0] - losses[1]) / 2, float((layers[k].dW * nudge).sum())
    return float(abs(seen - said) / (abs(seen) + abs(said) + ROUNDING))
