"""The numbers behind the pictures, each against another way to get it."""

import numpy as np
import pytest

import backprop.widgets as widgets
from backprop.widgets import (
    _clipping,
    _descent,
    _expression,
    _gradient_flow,
    _layout,
    _memory_timeline,
    _shape_inspector,
)
from backprop.widgets._plot import ticks

EXPRESSIONS = {
    "x*y + sin(x)": dict(x=2.0, y=3.0),
    "(relu(w*x + b) - y)**2": dict(w=0.7, x=2.0, b=0.5, y=3.0),
    "exp(a*b)*(b+c) + a/c": dict(a=1.0, b=0.5, c=2.0),
    "log(a) - cos(-a) + tanh(a)*sigmoid(a)": dict(a=0.8),
    "x**y": dict(x=1.5, y=2.5),
    "x*x*x": dict(x=1.2),
}


def slope(function, given, name, step=1e-6):
    """A central difference by one argument."""
    up, down = (function(**given | {name: given[name] + sign * step}) for sign in (1, -1))
    return (up - down) / (2 * step)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_graph_gradients_agree_with_central_differences(text):
    given = EXPRESSIONS[text]
    stepper = widgets.GraphStepper(text, **given)
    for name in given:
        found = slope(lambda **at: widgets.GraphStepper(text, **at).numbers.values["f"], given, name)
        assert stepper.numbers.gradients[name] == pytest.approx(found, abs=1e-7)


def test_the_same_subexpression_is_one_node_whose_contributions_add():
    stepper = widgets.GraphStepper("x*y + x*y", x=2.0, y=3.0)
    assert len(stepper.numbers.values) == 4 and stepper.numbers.gradients["x"] == 6


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        ("x*z", dict(x=1.0), "no value for z"),
        ("__import__('os')", {}, "no value for __import__"),
        ("(lambda: 1)()", {}, "expected"),
        ("x @ y", dict(x=1.0, y=1.0), "expected"),
        ("x.real + 1", dict(x=1.0), "expected"),
        ("+".join(f"x{k}" for k in range(20)), {f"x{k}": 1.0 for k in range(20)}, "expected"),
    ],
)
def test_an_expression_that_cannot_be_drawn_is_refused_with_advice(text, given, message):
    with pytest.raises(ValueError, match=message):
        widgets.GraphStepper(text, **given)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_no_two_cards_of_a_graph_overlap(text):
    operations = _expression.Reader(EXPRESSIONS[text], "f").read(text)
    places, _, _ = _layout.layout({name: o.inputs for name, o in operations.items()})
    spots = list(places.values())
    for k, (x, y) in enumerate(spots):
        assert all(abs(x - u) >= 104 or abs(y - v) >= 80 for u, v in spots[:k])


@pytest.mark.parametrize("way", ["by value", "by array", "by global norm"])
@pytest.mark.parametrize("limit", [0.5, 2.0, 100.0])
def test_clipping(way, limit):
    before = {"W": (3.0, -4.0), "b": (0.0, 1.0)}
    after = {name: np.array(pair) for name, pair in _clipping.clip(before, way, limit).items()}
    flat = np.concatenate([np.array(pair) for pair in before.values()])
    expected = {
        "by value": lambda g: np.clip(g, -limit, limit),
        "by array": lambda g: g * min(1, limit / np.linalg.norm(g)),
        "by global norm": lambda g: g * min(1, limit / np.linalg.norm(flat)),
    }[way]
    for name, pair in before.items():
        np.testing.assert_allclose(after[name], expected(np.array(pair)))


@pytest.mark.parametrize("sizes", [(3, 4, 2), (5, 5), (2, 7, 3, 1)])
def test_every_product_has_the_shape_that_numpy_gives(sizes):
    for left, right, result, _ in [*_shape_inspector._forward(sizes, 6), *_shape_inspector._backward(sizes, 6)]:
        assert (np.ones(left[1]) @ np.ones(right[1])).shape == result[1]


def test_a_wrong_transpose_of_a_square_matrix_is_not_called_an_error():
    captions = widgets.shape_inspector((4, 4), batch=5).captions
    assert "fits all the same" in captions[1]


def test_memory_without_checkpoints_is_the_sum_and_always_ends_empty():
    for segments in range(1, 17):
        history = _memory_timeline._timeline([1.0] * 16, segments)
        assert history[0] == history[-1] == 0
    assert max(_memory_timeline._timeline([1.0, 2.0, 4.0], 1)) == 7


def test_checkpoints_hold_about_twice_the_root():
    peaks = [max(_memory_timeline._timeline([1.0] * 64, segments)) for segments in range(1, 65)]
    assert min(peaks) == pytest.approx(2 * 64**0.5, abs=2)


def test_checkpoints_recompute_all_but_the_last_segment():
    plain, saved = (_memory_timeline._timeline([1.0] * 16, segments) for segments in (1, 4))
    assert len(saved) - len(plain) == 12


def test_momentum_is_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    w = torch.tensor(-2.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    walk = _descent._walk(lambda w: 2 * w, -2.0, 0.1, 0.9, 10)
    for expected in walk[1:]:
        optimizer.zero_grad()
        (w * w).backward()
        optimizer.step()
        assert w.item() == pytest.approx(expected)


def test_gradient_flow_asks_for_each_combination_by_name():
    asked = []

    def measure(depth, activation, batch_norm):
        asked.append((depth, activation, batch_norm))
        return [1.0] * depth

    widgets.gradient_flow(measure, {"Activation": ["tanh", "ReLU"]}, ["Batch norm"], depths=(2, 3))
    assert set(asked) == {(d, a, n) for d in (2, 3) for a in ("tanh", "ReLU") for n in (False, True)}


@pytest.mark.parametrize(
    ("norms", "words"),
    [
        ([1e-30, 1.0], "vanished"),
        ([0.0, 1.0], "vanished"),
        ([0.0011, 1.0], "vanished"),
        ([0.11, 1.0], "arrives"),
        ([9.9, 1.0], "arrives"),
        ([170.0, 1.0], "exploded"),
        ([1e9, 1.0], "exploded"),
        ([2.0, 1.0], "arrives"),
        ([float("nan"), 1.0], "overflowed"),
    ],
)
def test_gradient_flow_says_what_it_sees(norms, words):
    assert words in _gradient_flow._sentence(norms, 2)


def test_a_vanished_norm_is_not_called_zero():
    assert "1·10⁻³⁰" in _gradient_flow._sentence([1e-30, 1.0], 2)


def test_the_secant_of_a_parabola_has_slope_two_x_plus_h():
    widget = widgets.secant(lambda x: x * x, x=1.0, steps=[1, 0.5])
    assert "is 3." in widget.captions[0] and "is 2.5." in widget.captions[1]


def test_angles_need_a_step_each():
    with pytest.raises(ValueError, match="a step for each"):
        widgets.angle_plot([90.0, 60.0], steps=[1])


def test_history_is_in_order_and_names_the_milestones():
    years = [int(caption[:4]) for caption in widgets.history_timeline().captions]
    assert years == sorted(years) and {1960, 1961, 1962, 1970, 1974, 1986, 1989, 2012} <= set(years)


@pytest.mark.parametrize(("low", "high", "expected"), [(0, 0.15, [0, 0.05, 0.1, 0.15]), (-2, 2, [-2, -1, 0, 1, 2])])
def test_ticks_are_round(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def step_of_a_real_net(sizes=(3, 4, 2), batch=5):
    """One forward and backward pass with tanh, under the names on the picture."""
    rng = np.random.default_rng(0)
    w1, w2, x = (rng.normal(size=shape) for shape in ((sizes[1], sizes[0]), (sizes[2], sizes[1]), (batch, sizes[0])))
    z1 = x @ w1.T
    a1 = np.tanh(z1)
    z2 = a1 @ w2.T
    d2 = z2 / batch
    d1 = d2 @ w2 * (1 - a1**2)
    arrays = {"A_0": x, "W_1": w1, "Z_1": z1, "A_1": a1, "W_2": w2, "Z_2": z2, "δ_2": d2, "δ_1": d1}
    return arrays | {"∂L/∂W_2": d2.T @ a1, "∂L/∂b_2": d2.sum(0), "∂L/∂A_1": d2 @ w2, "∂L/∂W_1": d1.T @ x}


def test_shapes_may_carry_the_numbers_of_a_real_step():
    arrays = step_of_a_real_net()
    widget = widgets.shape_inspector((3, 4, 2), 5, arrays)
    assert widget.frames[0] != widgets.shape_inspector((3, 4, 2), 5).frames[0]
    with pytest.raises(ValueError, match=r"expected W_1ᵀ of shape \(3, 4\)"):
        widgets.shape_inspector((3, 4, 2), 5, arrays | {"W_1": arrays["W_2"]})


def test_sigmoid_table_expects_what_the_stepper_shows():
    given = dict(x1=0.3, w12=-0.7, v2=0.4)
    stepper, table = widgets.sigmoid_network(**given).numbers, widgets.sigmoid_table(**given)
    expected = {row["key"]: row["expected"] for row in table.rows}
    assert len([key for key in expected if key.startswith(("dL/dw", "dL/db", "dL/dv"))]) == 9
    assert all(expected[f"dL/d{name}"] == stepper.gradients[name] for name in ("w11", "w12", "w21", "w22", "bh1", "bo"))


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        ({"losses": [2.25, 0.0]}, "After one step the loss has gone from 2.25 to 1·10⁻¹²."),
        ([1.0, 10.0, float("inf")], "After step 1 the loss was no longer a number: it has overflowed."),
        ([float("nan")], "Nothing to draw: 0 finite losses came back, and a curve needs two."),
        ({}, "Nothing to draw yet: finish the exercise above, then run this cell again."),
        (np.linspace(1, 0.1, 1000), "After 999 steps the loss has gone from 1 to 0.1."),
    ],
)
def test_the_loss_curve_says_how_the_run_ended(run, sentence):
    assert widgets.loss_curve(run).captions[-1] == sentence
