"""The example in docs/exercises.md does what the text says, in the lines it says."""

import re
from pathlib import Path

import numpy as np
import pytest
from learners import verdict_on

from backprop.check._witness import by_differences
from backprop.exercises import Autodiff, Exercise, Mistake
from backprop.exercises._scalars import some

TEXT = (Path(__file__).parents[2] / "docs" / "exercises.md").read_text(encoding="utf-8")
ENTRY, CELLS, DRIVER = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
MODULE = dict(Exercise=Exercise, Mistake=Mistake, Autodiff=Autodiff, some=some, np=np)


@pytest.fixture(scope="module")
def softplus():
    namespace = dict(MODULE)
    exec(ENTRY, namespace)
    return namespace["SOFTPLUS"]


def test_an_exercise_with_two_known_mistakes_takes_less_than_thirty_lines(softplus):
    assert len(softplus.mistakes) == 2
    assert len((ENTRY + CELLS).splitlines()) < 30


def test_the_documented_answer_is_right_and_the_mistakes_are_named(softplus):
    namespace = {"np": np, "check": lambda *_: None}
    exec(CELLS, namespace)
    assert verdict_on(softplus, namespace["softplus_slope"]).status == "right"
    assert [verdict_on(softplus, mistake.wrong).mistake for mistake in softplus.mistakes] == ["value", "sign"]
    assert by_differences(softplus.truth, {"x": 0.7}, np.random.default_rng(0)) < 1e-6


def test_the_documented_driver_is_a_driver():
    namespace = {"np": np}
    exec(DRIVER, namespace)
    layer = type(
        "Layer", (), {"__init__": lambda self, W: None, "forward": lambda self, A: A, "backward": lambda s, g: g}
    )
    layer.dW = 3
    assert dict(namespace["drive"](layer, 1, 2, 4)) == {"Z": 2, "dL_dA": 4, "dL_dW": 3}
