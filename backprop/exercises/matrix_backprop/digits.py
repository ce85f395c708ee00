"""Handwritten digits: a learner's trained network is asked to read those that were kept away from it."""

from functools import cache

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values

HELD_OUT, ENOUGH, YEAR = 360, 0.95, 1989  # the year of LeCun's digits seeds the shuffle, here and in the lesson


@cache
def held_out() -> tuple[np.ndarray, np.ndarray]:
    """The images (360, 64) of grey values from 0 to 16 that the lesson does not train on, and their labels (360,)."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - takes a second, and only this exercise needs it

    data = load_digits()
    rows = np.random.default_rng(YEAR).permutation(len(data.data))[:HELD_OUT]
    return data.data[rows], data.target[rows]


class HeldOut(Exercise):
    """The exercise's only case: all digits that were held out, in an order of its own each time."""

    def inputs(self, rng: np.random.Generator) -> list[Values]:
        images, _ = held_out()
        return [{"X": images[rng.permutation(len(images))]}]


def labels_of(X) -> Values:
    """The labels of held-out images, whatever their order."""
    images, labels = held_out()
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    return {"labels": np.array([known[image.tobytes()] for image in X])}


def share_right(expected: np.ndarray, given: np.ndarray) -> tuple[bool, str]:
    """Are enough digits read right?"""
    share = float((expected == given).mean())
    told = f"{share:.1%} of {len(expected)} held-out digits are read right, and {ENOUGH:.0%} is the goal"
    if share >= ENOUGH:
        return True, told
    return False, f"{told}. Is the loss still falling? Are the images divided by 16, in training and here"


DIGITS = HeldOut(
    id="digits",
    name="read_digits",
    parts={"labels": 3},
    truth=labels_of,
    enough={"labels": share_right},
    noun="held-out digits",
    mistakes=(
        Mistake(
            "always-zero",
            "of a network that has not learned: it says 0 to everything",
            "Look at the loss curve: does it fall? Were the images divided by 16, in training and in `read_digits`? "
            "If so, train for some epochs, and look at the learning rate.",
            lambda X: np.zeros(len(X), int),
        ),
    ),
)
