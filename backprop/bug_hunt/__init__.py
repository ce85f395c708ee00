"""Lesson 03's bug hunt: for each learner's number six networks, each with one bug planted in its backward pass.

It runs where the learner's code runs, so it imports NumPy only. What the right answers are stands in
`backprop.exercises`, which draws the same plans.
"""

from backprop.bug_hunt._plan import CAUSES, Plan, plans
from backprop.bug_hunt._suspect import NOBODY, Suspect, bug_hunt

__all__ = ["CAUSES", "NOBODY", "Plan", "Suspect", "bug_hunt", "plans"]
