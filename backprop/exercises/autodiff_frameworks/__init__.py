"""Lesson 05, automatic differentiation: a tape of one's own for numbers and arrays, forward mode, PyTorch beside it."""

from backprop.exercises.autodiff_frameworks.broadcasting import UNBROADCAST
from backprop.exercises.autodiff_frameworks.forward_mode import DUAL, JACOBIAN
from backprop.exercises.autodiff_frameworks.order import TOPOLOGICAL_ORDER
from backprop.exercises.autodiff_frameworks.own_functions import BREAD_LOSS, SWISH
from backprop.exercises.autodiff_frameworks.pitfalls import PITFALLS
from backprop.exercises.autodiff_frameworks.sweep import BACKWARD
from backprop.exercises.autodiff_frameworks.tape import TAPE_NUMBERS
from backprop.exercises.autodiff_frameworks.tensor import TENSOR
from backprop.exercises.autodiff_frameworks.torch_gradients import READ_GRADIENTS
from backprop.exercises.autodiff_frameworks.training import TRAIN, TRAIN_TORCH
from backprop.exercises.autodiff_frameworks.value import VALUE

EXERCISES = [
    TAPE_NUMBERS,
    VALUE,
    TOPOLOGICAL_ORDER,
    BACKWARD,
    UNBROADCAST,
    TENSOR,
    TRAIN,
    DUAL,
    JACOBIAN,
    READ_GRADIENTS,
    PITFALLS,
    TRAIN_TORCH,
    SWISH,
    BREAD_LOSS,
]
