"""Lesson 01, the chain rule: slopes by nudging, chains, paths that meet, the backward sweep, a kink."""

from backprop.exercises.chain_rule.chains import CHAIN_NUMBERS, COMPOSE
from backprop.exercises.chain_rule.passes import COUNT_PASSES
from backprop.exercises.chain_rule.paths import SHARED_WEIGHT
from backprop.exercises.chain_rule.quiz import CHOICES
from backprop.exercises.chain_rule.slopes import BEST_STEP, KINK, NUMERIC_DERIVATIVE
from backprop.exercises.chain_rule.sweep import BACKWARD_SWEEP

EXERCISES = [
    CHAIN_NUMBERS,
    NUMERIC_DERIVATIVE,
    BEST_STEP,
    COMPOSE,
    SHARED_WEIGHT,
    BACKWARD_SWEEP,
    COUNT_PASSES,
    KINK,
    CHOICES,
]
