"""Functions as inputs: they travel as names, and only names of the table are looked up."""

import numpy as np
import pytest

from backprop.check.wire import answer, pack_cases, unpack_replies
from backprop.engine import grad
from backprop.functions import NAMED, UnknownFunction, readable, with_functions

PAIRS = [name for name in NAMED if not name.startswith("d_")]


@pytest.mark.parametrize("name", PAIRS)
def test_a_function_stands_beside_its_derivative(name):
    for x in (-1.7, -0.4, 0.6, 2.2):
        assert NAMED[f"d_{name}"](x) == pytest.approx(float(grad(NAMED[name])(x)), rel=1e-14)


@pytest.mark.parametrize("name", PAIRS)
def test_a_function_takes_arrays(name):
    xs = np.array([-1.7, 0.6])
    assert NAMED[name](xs).tolist() == pytest.approx([NAMED[name](x) for x in xs], rel=1e-14)


def test_names_become_functions_and_the_rest_stays():
    case = with_functions({"f": "function:cube", "fs": "functions:exp halve", "none": "functions:", "x": 2.0, "t": "a"})
    assert (case["f"](2), [f(0) for f in case["fs"]], case["none"]) == (8, [1, 0], [])
    assert (case["x"], case["t"]) == (2.0, "a")


@pytest.mark.parametrize("name", ["os.system", "__import__", "Square", "", "square exp"])
def test_a_name_outside_the_table_is_refused(name):
    with pytest.raises(UnknownFunction, match="there are: square, d_square"):
        with_functions({"f": f"function:{name}"})


@pytest.mark.parametrize(
    ("value", "words"),
    [("function:cube", "cube"), ("functions:cube exp", "[cube, exp]"), ("cube", None), (2.0, None)],
)
def test_a_card_writes_a_function_by_its_name(value, words):
    assert readable(value) == words


def test_functions_reach_the_learner_through_the_wire():
    cases = [{"f": "function:square", "fs": "functions:triple exp", "x": 3.0}]
    learner = {"ask": lambda f, fs, x: {"y": f(x), "z": fs[0](x), "n": len(fs)}}
    (reply,) = unpack_replies(answer(pack_cases(cases), learner, "ask", "function"), 1)
    assert {name: value.item() for name, value in reply.values.items()} == {"y": 9, "z": 9, "n": 2}
