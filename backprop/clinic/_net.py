"""A deep net in plain NumPy whose parts can be exchanged: what the pictures measure and what the clinic trains."""

from dataclasses import dataclass

import numpy as np

EPS = 1e-5


def _sigmoid(z):
    with np.errstate(over="ignore"):  # exp(-z) may overflow to infinity, and 1 / infinity is the right 0
        return 1 / (1 + np.exp(-z))


ACTIVATIONS = {  # name -> the function of z, and its slope from z and a
    "sigmoid": (_sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0) * 1.0),
    "leaky ReLU": (lambda z: np.where(z > 0, z, 0.1 * z), lambda z, a: np.where(z > 0, 1.0, 0.1)),
    "swish": (lambda z: z * _sigmoid(z), lambda z, a: _sigmoid(z) + a * (1 - _sigmoid(z))),
}
INITIALISATIONS = {  # name -> the standard deviation of a weight in a layer (out, in)
    "small": lambda n_out, n_in: 0.01,
    "Xavier": lambda n_out, n_in: (2 / (n_in + n_out)) ** 0.5,
    "He": lambda n_out, n_in: (2 / n_in) ** 0.5,
    "large": lambda n_out, n_in: 2 * (2 / n_in) ** 0.5,
}


@dataclass(frozen=True)
class Settings:
    """What makes up a net and its training; one bed of the clinic differs from a healthy one in one of them."""

    sizes: tuple[int, ...]
    activation: str = "ReLU"
    initialisation: str = "He"
    rate: float = 0.05
    clipping: float | None = None
    normalisation: bool = False
    residual: bool = False
    gain: float = 1.0  # every first weight is multiplied by it
    bias: float = 0.0  # of the hidden units at the start
    biased: int | None = None  # the hidden layer in which they have it; None: in all
    alike: bool = False  # all first weights of a layer are the same number
    bug: int | None = None  # the layer whose way back is wrong
    seed: int = 0


@dataclass
class Layer:
    """One layer while it runs: its numbers on the way forward, and its gradients on the way back."""

    W: np.ndarray
    b: np.ndarray
    came_in: np.ndarray | None = None
    z: np.ndarray | None = None
    a: np.ndarray | None = None
    back: object = None  # the way back through the normalisation
    delta: np.ndarray | None = None
    dW: np.ndarray | None = None
    db: np.ndarray | None = None


def first_layers(settings: Settings) -> list[Layer]:
    """Layers with the weights with which training begins."""
    rng, layers = np.random.default_rng(settings.seed), []
    spread = INITIALISATIONS[settings.initialisation]
    for n_in, n_out in zip(settings.sizes, settings.sizes[1:], strict=False):
        W = rng.normal(0, spread(n_out, n_in) * settings.gain, (n_out, n_in))
        layers.append(Layer(np.full_like(W, 1 / n_in) if settings.alike else W, np.zeros(n_out)))
    for number, layer in enumerate(layers[:-1], start=1):
        if settings.biased in (None, number):
            layer.b += settings.bias
    return layers


def forward(settings: Settings, layers: list[Layer], X: np.ndarray) -> np.ndarray:
    """The prediction; the last layer has no activation function."""
    f, _ = ACTIVATIONS[settings.activation]
    a = X
    for layer in layers[:-1]:
        layer.came_in, layer.z = a, a @ layer.W.T + layer.b
        if settings.normalisation:
            layer.z, layer.back = _normalised(layer.z)
        layer.a = f(layer.z)
        a = layer.a + a if settings.residual and a.shape == layer.a.shape else layer.a
    last = layers[-1]
    last.came_in, last.z = a, a @ last.W.T + last.b
    last.a = last.z
    return last.z


def backward(settings: Settings, layers: list[Layer], delta: np.ndarray) -> None:
    """Leave delta, dW and db in every layer; `delta` is the gradient at the prediction."""
    _, slope = ACTIVATIONS[settings.activation]
    upstream = _into(layers[-1], delta)
    for number in range(len(layers) - 1, 0, -1):
        layer = layers[number - 1]
        delta = upstream * slope(layer.z, layer.a) * (-1 if settings.bug == number else 1)
        if settings.normalisation:
            delta = layer.back(delta)
        skipped = upstream if settings.residual and layer.came_in.shape == layer.a.shape else 0.0
        upstream = _into(layer, delta) + skipped


def _into(layer: Layer, delta: np.ndarray) -> np.ndarray:
    """Leave a layer's own gradients in it; what goes on to the layer before comes back."""
    layer.delta, layer.dW, layer.db = delta, delta.T @ layer.came_in, delta.sum(axis=0)
    return delta @ layer.W


def _normalised(z):
    """Every column with mean 0 and variance 1, and the way back."""
    spread = np.sqrt(z.var(axis=0) + EPS)
    out = (z - z.mean(axis=0)) / spread

    def back(g):
        return (g - g.mean(axis=0) - out * (g * out).mean(axis=0)) / spread

    return out, back


def clipped(layers: list[Layer], limit: float | None) -> float:
    """The factor by which one step shrinks so that the norm over all gradients is at most the limit."""
    if limit is None:
        return 1.0
    total = np.sqrt(sum((layer.dW**2).sum() + (layer.db**2).sum() for layer in layers))
    return min(1.0, limit / total) if total > 0 else 1.0
