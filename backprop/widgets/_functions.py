"""Functions that more than one picture computes with."""

from math import exp


def sigmoid(z):
    """The logistic function, without overflow: `sigmoid(-1000.0) == 0.0`."""
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def sigmoid_slope(z):
    """Its derivative: `sigmoid_slope(0.0) == 0.25`."""
    return sigmoid(z) * (1 - sigmoid(z))
