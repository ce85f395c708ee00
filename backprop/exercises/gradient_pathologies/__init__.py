"""Lesson 04, vanishing and exploding gradients: measured, explained, mended; and a clinic."""

from backprop.exercises.gradient_pathologies.batch_norm import BATCH_NORM
from backprop.exercises.gradient_pathologies.batch_norm_backward import BATCH_NORM_BACKWARD
from backprop.exercises.gradient_pathologies.choosing import SCORE_FUNCTION, SOFT_ARGMAX
from backprop.exercises.gradient_pathologies.clinic import CLINIC
from backprop.exercises.gradient_pathologies.clip import CLIP
from backprop.exercises.gradient_pathologies.depth import GRADIENT_NORMS
from backprop.exercises.gradient_pathologies.initial import INITIAL_WEIGHTS, VARIANCE
from backprop.exercises.gradient_pathologies.lstm import LSTM_STEP_BACKWARD
from backprop.exercises.gradient_pathologies.norms import LAYER_NORM_BACKWARD, WEIGHT_NORM_BACKWARD
from backprop.exercises.gradient_pathologies.quiz import CHOICES, MATCH_REMEDIES
from backprop.exercises.gradient_pathologies.recurrent import RNN_BACKWARD
from backprop.exercises.gradient_pathologies.residual import RESIDUAL_BACKWARD
from backprop.exercises.gradient_pathologies.units import DEAD_UNITS, STRAIGHT_THROUGH

EXERCISES = [
    GRADIENT_NORMS,
    DEAD_UNITS,
    VARIANCE,
    INITIAL_WEIGHTS,
    BATCH_NORM,
    BATCH_NORM_BACKWARD,
    LAYER_NORM_BACKWARD,
    WEIGHT_NORM_BACKWARD,
    RESIDUAL_BACKWARD,
    RNN_BACKWARD,
    LSTM_STEP_BACKWARD,
    CLIP,
    STRAIGHT_THROUGH,
    SOFT_ARGMAX,
    SCORE_FUNCTION,
    MATCH_REMEDIES,
    CHOICES,
    CLINIC,
]
