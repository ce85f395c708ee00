"""Lesson 03, whole layers at once."""

from backprop.exercises.matrix_backprop.activations import ACTIVATIONS
from backprop.exercises.matrix_backprop.counting import MULTIPLY_ADDS
from backprop.exercises.matrix_backprop.cross_entropy import SOFTMAX_CROSS_ENTROPY
from backprop.exercises.matrix_backprop.digits import DIGITS
from backprop.exercises.matrix_backprop.gradient_check import DIRECTION_CHECK, NUMERIC_GRADIENT
from backprop.exercises.matrix_backprop.hunting import HUNT_FOUR, HUNT_TWO
from backprop.exercises.matrix_backprop.initialisation import HE
from backprop.exercises.matrix_backprop.layers import LINEAR_BACKWARD, LINEAR_FORWARD, ONE_LAYER
from backprop.exercises.matrix_backprop.losses import MSE
from backprop.exercises.matrix_backprop.network_mistakes import NETWORK
from backprop.exercises.matrix_backprop.training import ONE_EPOCH

EXERCISES = [
    ONE_LAYER,
    LINEAR_FORWARD,
    LINEAR_BACKWARD,
    ACTIVATIONS,
    MSE,
    HE,
    NETWORK,
    NUMERIC_GRADIENT,
    DIRECTION_CHECK,
    ONE_EPOCH,
    SOFTMAX_CROSS_ENTROPY,
    DIGITS,
    MULTIPLY_ADDS,
    HUNT_TWO,
    HUNT_FOUR,
]
