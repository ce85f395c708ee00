"""Lesson 06, optimizers and scale: steps, memory, half precision, many workers."""

from backprop.exercises.optimizers_and_scale.adam import ADAM_STEP, ADAMW_STEP
from backprop.exercises.optimizers_and_scale.batches import ACCUMULATE, DATA_PARALLEL
from backprop.exercises.optimizers_and_scale.checkpoints import CHECKPOINTED
from backprop.exercises.optimizers_and_scale.half import LOSS_SCALING
from backprop.exercises.optimizers_and_scale.lamb import LAMB_STEP
from backprop.exercises.optimizers_and_scale.memory import MEMORY_COUNT
from backprop.exercises.optimizers_and_scale.momentum import MOMENTUM_STEP
from backprop.exercises.optimizers_and_scale.quiz import SCALE_QUIZ
from backprop.exercises.optimizers_and_scale.ring import RING_ALL_REDUCE

EXERCISES = [
    MOMENTUM_STEP,
    ADAM_STEP,
    ADAMW_STEP,
    LAMB_STEP,
    MEMORY_COUNT,
    CHECKPOINTED,
    LOSS_SCALING,
    ACCUMULATE,
    DATA_PARALLEL,
    RING_ALL_REDUCE,
    SCALE_QUIZ,
]
