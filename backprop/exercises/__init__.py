"""What each lesson asks: one module a lesson, one entry an exercise, its known mistakes beside it."""

from backprop.exercises import (
    autodiff_frameworks,
    chain_rule,
    gradient_pathologies,
    matrix_backprop,
    optimizers_and_scale,
    start_here,
    two_layer_trace,
)
from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Sealed, seal

__all__ = [
    "LESSONS",
    "Autodiff",
    "Derivation",
    "Exercise",
    "Mistake",
    "Sealed",
    "UnknownExercise",
    "all_exercises",
    "find",
    "seal",
]

LESSONS = {
    "00-start-here": start_here.EXERCISES,
    "01-chain-rule": chain_rule.EXERCISES,
    "02-two-layer-trace": two_layer_trace.EXERCISES,
    "03-matrix-backprop": matrix_backprop.EXERCISES,
    "04-gradient-pathologies": gradient_pathologies.EXERCISES,
    "05-autodiff-frameworks": autodiff_frameworks.EXERCISES,
    "06-optimizers-and-scale": optimizers_and_scale.EXERCISES,
}


class UnknownExercise(LookupError):
    """Raised by `find` for an id that no lesson has; the message lists those there are."""


def all_exercises() -> list[Exercise]:
    """Every exercise of the course, in lesson order."""
    return [exercise for exercises in LESSONS.values() for exercise in exercises]


def find(exercise_id: str) -> Exercise:
    """The exercise with this id; `UnknownExercise` lists the ids there are."""
    known = {exercise.id: exercise for exercise in all_exercises()}
    if exercise_id not in known:
        raise UnknownExercise(f"there is no exercise {exercise_id!r}; there are: {', '.join(known)}")
    return known[exercise_id]
