"""Lesson 02, two layers traced by hand."""

from backprop.exercises.two_layer_trace.functions import DL_DW1, TRACE_RELU
from backprop.exercises.two_layer_trace.network_b import TRACE_SIGMOID
from backprop.exercises.two_layer_trace.quiz import CHOICES, MATCH_STEPS
from backprop.exercises.two_layer_trace.training import TRAIN
from backprop.exercises.two_layer_trace.typed_in import BACKWARD_NUMBERS, FORWARD_NUMBERS, ONE_STEP, RATES

EXERCISES = [
    FORWARD_NUMBERS,
    BACKWARD_NUMBERS,
    ONE_STEP,
    RATES,
    DL_DW1,
    TRACE_RELU,
    TRAIN,
    TRACE_SIGMOID,
    MATCH_STEPS,
    CHOICES,
]
