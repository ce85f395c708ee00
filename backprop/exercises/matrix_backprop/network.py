"""A whole network: any depth, any sizes, one activation a layer."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Values
from backprop.exercises.matrix_backprop.activations import BY_HAND
from backprop.exercises.matrix_backprop.layers import sizes as different_sizes

FROM_THE_LOSS = (3, 2, 1)


def drive(
    Network, sizes, names, earlier, X, W1, b1, W2, b2, W3, b3, upstream, rate, widths, others, theta, inputs, seed
):
    """A network of three layers with our numbers in it, used twice and moved a step; then one of another depth."""
    net = Network([int(n) for n in sizes], names.split())
    net.forward(earlier)  # another batch, of which nothing may be left
    net.W[1:], net.b[1:] = [W1.copy(), W2.copy(), W3.copy()], [b1.copy(), b2.copy(), b3.copy()]
    yield "A3", net.forward(X)
    net.backward(0.5 - upstream)  # nor of another gradient
    dL_dX = net.backward(upstream)
    longer = len(net.dW) > len(sizes)
    for k in (3, 2, 1):
        yield f"dL_dW{k}", "None, for it was appended behind the end" if longer and net.dW[k] is None else net.dW[k]
        yield f"dL_db{k}", net.db[k]
    yield "dL_dX", dL_dX
    net.update(rate)
    for k in (3, 2, 1):
        yield f"new_W{k}", None if net.dW[k] is None else net.W[k]  # without a gradient there is no step
        yield f"new_b{k}", None if net.db[k] is None else net.b[k]
    net, at = Network([int(n) for n in widths], others.split()), 0
    for k in range(1, len(widths)):
        out, into = int(widths[k]), int(widths[k - 1])
        net.W[k], net.b[k] = theta[at : at + out * into].reshape(out, into) + 0, theta[at + out * into :][:out] + 0
        at += out * into + out
    net.forward(inputs)
    net.backward(seed)
    gradients = [part for k in range(1, len(widths)) for part in (net.dW[k], net.db[k])]
    blank = any(part is None for part in gradients)
    yield "other_depths", None if blank else np.concatenate([np.ravel(part) for part in gradients])


def through(F, A, layers: list, names: str):
    """The output of layers [(W, b), ...] for inputs A."""
    for (W, b), name in zip(layers, names.split(), strict=True):
        Z = F.linear(A, W, b)
        A = Z if name == "identity" else getattr(F, name)(Z)
    return A


def cut(theta, widths) -> list:
    """The layers whose parameters lie one after the other in theta: W1, b1, W2, ..."""
    layers, at = [], 0
    for into, out in zip(map(int, widths[:-1]), map(int, widths[1:]), strict=True):
        layers.append((theta[at : at + out * into].reshape(out, into), theta[at + out * into : at + out * into + out]))
        at += out * into + out
    return layers


def two_networks(F, names, X, W1, b1, W2, b2, W3, b3, upstream, widths, others, theta, inputs, seed, **_) -> dict:
    """The three layers and, beside them, a network of another depth."""
    A3 = through(F, X, [(W1, b1), (W2, b2), (W3, b3)], names)
    other = through(F, inputs, cut(theta, widths), others)
    return dict(A3=A3, L=F.sum(A3 * upstream) + F.sum(other * seed))


class WithStep(Autodiff):
    """Also the parameters after one step of gradient descent."""

    def parts(self, nodes, value) -> Values:
        found = super().parts(nodes, value)
        names = [f"{kind}{k}" for k in FROM_THE_LOSS for kind in "Wb"]
        return found | {f"new_{name}": found[name] - found["rate"] * found[f"dL_d{name}"] for name in names}


def draw(rng) -> Values:
    """Three layers of different sizes and, beside them, one, two or four; no ReLU near its kink."""
    while True:
        case = _three_layers(rng) | _other_layers(rng)
        if _nearest_to_a_kink(case) > 2e-3:
            return case


def _names(rng, many: int) -> str:
    return " ".join(map(str, rng.choice(["relu", "sigmoid", "tanh", "swish"], many)))


def _three_layers(rng) -> Values:
    n, *sizes = different_sizes(rng, 5)
    layers = zip(sizes, sizes[1:], (1, 2, 3), strict=False)
    parameters = {}
    for into, out, k in layers:
        parameters |= {f"W{k}": rng.normal(size=(out, into)) * 0.8, f"b{k}": rng.normal(size=out) * 0.5}
    batches = dict(earlier=rng.normal(size=(n, sizes[0])), X=rng.normal(size=(n, sizes[0])))
    told = dict(sizes=np.array(sizes), names=_names(rng, 3), rate=float(rng.uniform(0.05, 0.5)))
    return told | batches | parameters | dict(upstream=rng.normal(size=(n, sizes[-1])))


def _other_layers(rng) -> Values:
    many = int(rng.choice([1, 2, 4]))
    n, *widths = different_sizes(rng, many + 2, 2, 8)
    count = sum(out * (into + 1) for into, out in zip(widths, widths[1:], strict=False))
    return dict(
        widths=np.array(widths),
        others=_names(rng, many),
        theta=rng.normal(size=count) * 0.7,
        inputs=rng.normal(size=(n, widths[0])),
        seed=rng.normal(size=(n, widths[-1])),
    )


def _nearest_to_a_kink(case: Values) -> float:
    net = ByHand(list(case["sizes"]), case["names"].split())
    net.W[1:], net.b[1:] = ([case[f"{kind}{k}"] for k in (1, 2, 3)] for kind in "Wb")
    net.forward(case["X"])
    other = ByHand(list(case["widths"]), case["others"].split())
    other.W[1:], other.b[1:] = map(list, zip(*cut(case["theta"], case["widths"]), strict=True))
    other.forward(case["inputs"])
    return min(np.abs(Z).min() for Z in net.Z[1:] + other.Z[1:])


class ByHand:
    """The network by hand; a mistaken learner is a subclass in which one method is otherwise."""

    def __init__(self, sizes, names):
        self.sizes, self.names = sizes, names
        pairs = list(zip(map(int, sizes[1:]), map(int, sizes[:-1]), strict=True))
        self.W, self.b = [None] + [np.ones(pair) for pair in pairs], [None] + [np.zeros(out) for out, _ in pairs]
        self.dW, self.db = [0] * len(sizes), [0] * len(sizes)

    def forward(self, X):
        """Every layer in turn, keeping Z and A."""
        self.Z, self.A = [None], [X]
        for k, W in enumerate(self.W[1:], 1):
            self.Z.append(self.A[-1].dot(W.T) + self.b[k])
            self.A.append(self.value(k))
        return self.A[-1]

    def backward(self, gradient):
        """Every layer from the last."""
        for k in range(len(self.W) - 1, 0, -1):
            delta = gradient * self.slope(k)
            self.keep(k, delta.T.dot(self.A[k - 1]), self.bias(delta))
            gradient = delta.dot(self.W[k])
        return gradient

    def update(self, rate):
        """One step down."""
        for k in range(1, len(self.W)):
            self.W[k], self.b[k] = self.moved(self.W[k], self.dW[k], rate), self.moved(self.b[k], self.db[k], rate)

    def value(self, k):
        """The activation of layer k."""
        return BY_HAND[self.names[k - 1]][0](self.Z[k])

    def slope(self, k):
        """The slope of layer k's activation."""
        return BY_HAND[self.names[k - 1]][1](self.Z[k])

    def bias(self, delta):
        """The gradient of a bias."""
        return delta.sum(axis=0)

    def keep(self, k, dW, db):
        """Note the gradients of layer k."""
        self.dW[k], self.db[k] = dW, db

    def moved(self, parameter, gradient, rate):
        """A parameter after one step."""
        return parameter - rate * gradient
