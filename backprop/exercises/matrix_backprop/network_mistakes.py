"""The network exercise. Its known mistakes are networks by hand in which one method is otherwise."""

import numpy as np

from backprop.exercises._form import Exercise, Mistake
from backprop.exercises.matrix_backprop.activations import BY_HAND
from backprop.exercises.matrix_backprop.network import FROM_THE_LOSS, ByHand, WithStep, draw, drive, two_networks


def net_mistake(id: str, title: str, sentence: str, **methods) -> Mistake:
    """A mistake made in some of the network's methods."""
    return Mistake(id, title, sentence, type("Mistaken", (ByHand,), methods))


def _slope_at_activation(net, k):
    return BY_HAND[net.names[k - 1]][1](net.A[k])


def _slope_but_last(net, k):
    return 1.0 if k == len(net.W) - 1 else ByHand.slope(net, k)


def _slope_but_hidden(net, k):
    return ByHand.slope(net, k) if k == len(net.W) - 1 else 1.0


def _value_but_last(net, k):
    return net.Z[k] if k == len(net.W) - 1 else ByHand.value(net, k)


def _first_forward_only(net, X):
    output = ByHand.forward(net, X)
    net.Z, net.A = net.__dict__.setdefault("kept", (net.Z, net.A))
    return output


def _pile_up(net, k, dW, db):
    net.dW[k], net.db[k] = net.dW[k] + dW, net.db[k] + db


def _weights_only(net, rate):
    net.W[1:] = [net.moved(W, dW, rate) for W, dW in zip(net.W[1:], net.dW[1:], strict=True)]


def _relu(net, k):
    return np.maximum(net.Z[k], 0.0)


def _relu_slope(net, k):
    return 1.0 * (net.Z[k] > 0)


def _with_what_came_out(net, gradient):
    for k in range(len(net.W) - 1, 0, -1):
        delta = gradient * net.slope(k)
        net.keep(k, delta.T.dot(net.A[k]), net.bias(delta))
        gradient = delta.dot(net.W[k])
    return gradient


def _stay(net, rate):
    pass


def _below_stays(net, gradient):
    """The delta of the layer above, without the way through its weights, where the sizes allow nothing else."""
    for k in range(len(net.W) - 1, 0, -1):
        delta = gradient * net.slope(k)
        net.keep(k, delta.T.dot(net.A[k - 1]), net.bias(delta))
        gradient = np.repeat(delta.sum(axis=1, keepdims=True), net.W[k].shape[1], axis=1)
    return gradient


PARTS = {"A3": 1.5}
PARTS |= {f"dL_d{kind}{k}": 0.75 if kind == "W" else 0.25 for k in FROM_THE_LOSS for kind in "Wb"}
PARTS |= {"dL_dX": 0.5}
PARTS |= {f"new_{kind}{k}": 0.25 for k in FROM_THE_LOSS for kind in "Wb"}
PARTS |= {"other_depths": 1.5}

NETWORK = Exercise(
    id="network",
    name="Network",
    parts=PARTS,
    truth=WithStep(two_networks, names={"dL_dtheta": "other_depths"}),
    draw=draw,
    shown=draw(np.random.default_rng(4)),
    style="class",
    drive=drive,
    cases=15,
    noun="pairs of random networks",
    mistakes=(
        net_mistake(
            "slope-at-activation",
            "with f'(a) in place of f'(z)",
            "The slope of a layer's activation is taken at what flowed into it: at Z[l], not at A[l].",
            slope=_slope_at_activation,
        ),
        net_mistake(
            "last-slope-missing",
            "without the activation's slope in the last layer",
            "What comes in is the gradient at A[L]. The last layer has an activation too: delta[L] takes its slope.",
            slope=_slope_but_last,
        ),
        net_mistake(
            "hidden-slopes-missing",
            "without the activation's slope in the hidden layers",
            "After W[l] the gradient has come back to an activation A. To get on to Z, multiply by f'(Z).",
            slope=_slope_but_hidden,
        ),
        net_mistake(
            "slopes-missing",
            "without any activation's slope",
            "Every layer has an activation, so every delta is a gradient at A times f'(Z).",
            slope=lambda net, k: 1.0,
        ),
        net_mistake(
            "last-activation-missing",
            "when the last layer has no activation",
            "Each layer has a name of its own in `activations`, the last one too; for none it is 'identity'.",
            value=_value_but_last,
        ),
        net_mistake(
            "relu-everywhere",
            "with ReLU in every layer",
            "Each layer has a name of its own: `activation(self.activations[l])` hands out its function and its slope.",
            value=_relu,
            slope=_relu_slope,
        ),
        net_mistake(
            "what-came-out",
            "with A[l] in place of A[l - 1]",
            "A weight's gradient is delta times what came *into* its layer: that is what the layer before put out.",
            backward=_with_what_came_out,
            update=_stay,
        ),
        net_mistake(
            "weights-skipped",
            "when the gradient does not pass through the weights",
            "Between delta[l] and the layer before lie the weights W[l]: delta @ W[l].",
            backward=_below_stays,
        ),
        net_mistake(
            "stale-cache",
            "with Z and A of an earlier batch",
            "Each forward pass keeps its own Z and A. Begin it with fresh lists, and do not append to the old ones.",
            forward=_first_forward_only,
        ),
        net_mistake(
            "gradients-pile-up",
            "when gradients of an earlier batch are still there",
            "Each backward pass sets dW and db anew: = and not +=.",
            keep=_pile_up,
        ),
        net_mistake(
            "bias-mean",
            "with a mean over the batch where a sum belongs",
            "If the loss is a mean, its 1/N is in the gradient that comes in. Sum the bias gradient over the batch.",
            bias=lambda net, delta: delta.mean(axis=0),
        ),
        net_mistake(
            "update-does-nothing",
            "when update changes nothing",
            "Is it filled in? `W = W - ...` gives a name of its own to a new array, and the network keeps the old one. "
            "Put the result back: `self.W[l] = ...`, and the same for `self.b[l]`.",
            update=_stay,
        ),
        net_mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill: subtract the rate times the gradient.",
            moved=lambda net, parameter, gradient, rate: parameter + rate * gradient,
        ),
        net_mistake(
            "rate-forgotten",
            "without the learning rate",
            "The step is only a part of the gradient: the rate times it.",
            moved=lambda net, parameter, gradient, rate: parameter - gradient,
        ),
        net_mistake(
            "biases-stay",
            "when the biases stay where they are",
            "`update` moves both, every W and every b.",
            update=_weights_only,
        ),
    ),
)
