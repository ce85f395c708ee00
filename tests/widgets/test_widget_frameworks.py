"""The pictures of graphs, number formats and comparisons, held against NumPy and PyTorch."""

from types import SimpleNamespace

import numpy as np
import pytest

import backprop.widgets as widgets
from backprop.widgets import _half_precision


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


def test_what_pytorch_recorded_is_drawn(torch):
    x = torch.tensor([1.0, 2.0])
    w, b = torch.tensor([0.5, -0.3], requires_grad=True), torch.tensor(0.1, requires_grad=True)
    graph = widgets.grad_fn_graph((torch.sigmoid(w @ x + b) - 1) ** 2, w=w, b=b)
    assert graph.captions == ["7 nodes: 2 collect the gradient of a leaf, the others pass one on."]
    for name in ("PowBackward", "SubBackward", "SigmoidBackward", "AddBackward", "DotBackward", "AccumulateGrad"):
        assert name in graph.picture and name in graph.alt


def test_what_pytorch_did_not_record_is_refused(torch):
    with pytest.raises(ValueError, match="requires_grad=True"):
        widgets.grad_fn_graph(torch.tensor([1.0]))


@pytest.mark.parametrize("value", [0.0, 1.0, 1e-8, 3e-8, 6e-8, 1e-7, 0.1, 6.1e-5, 65504.0, 65519.0, 65520.0, 1e30])
def test_float16_is_numpys(value):
    with np.errstate(over="ignore"):
        assert _half_precision.rounded(value) == float(np.float16(value))


def test_what_float16_loses_is_counted_as_numpy_counts():
    gradients = 10 ** np.random.default_rng(0).normal(-6, 2.5, 3000).reshape(3, 1000) * np.array([[1], [-1], [1]])
    for caption, scale in zip(
        widgets.half_precision(gradients, (1, 1024, 2**24)).captions, (1, 1024, 2**24), strict=True
    ):
        with np.errstate(over="ignore"):
            half = np.float16(gradients * scale).astype(float)
        error = np.abs(half - gradients * scale) > np.abs(gradients * scale) / 2**11
        worse = (error & (half != 0) & np.isfinite(half)).mean()
        said = f"{(half == 0).mean():.0%} become 0, {worse:.0%} lose digits, {np.isinf(half).mean():.0%} overflow."
        assert caption.endswith(said)


@pytest.mark.parametrize(("given", "message"), [([0.0, 0.0], "not all zero"), ([float("nan")], "not all zero")])
def test_nothing_to_lose_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        widgets.half_precision(given)


@pytest.mark.parametrize("runs", [{"a": [1.2]}, {"a": []}, {"a": [97.0]}])
def test_accuracies_are_shares(runs):
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        widgets.accuracy_bars(runs)


def a_learners_graph():
    """L = (w x + b)², each node as a learner may write it."""

    def node(data, grad, op="", *before, name=""):
        return SimpleNamespace(data=data, grad=grad, _op=op, _prev=before, label=name)

    w, x, b = node(3.0, 56.0, name="w"), node(2.0, 84.0, name="x"), node(1.0, 28.0, name="b")
    product = node(6.0, 28.0, "*", w, x)
    z = node(7.0, 14.0, "+", product, b)
    return node(49.0, 1.0, "**2", z, name="L")


HOW = dict(value="data", parents="_prev", gradient="grad")


@pytest.mark.parametrize("made", [widgets.TapeStepper, lambda *a, **k: widgets.TapeList(*a, **k, op="_op")])
def test_a_learners_own_class_can_be_shown(made):
    shown = made(a_learners_graph(), **HOW)
    assert len(shown.frames) == 12 and shown.captions[-1].startswith("Visit 6 of 6")
    assert all(number in shown.frames[-1] for number in (">49<", ">56<", ">84<"))


def test_the_tape_fills_with_values_downward_and_with_gradients_upward():
    shown = widgets.TapeList(a_learners_graph(), **HOW, op="_op")
    values, gradients = (
        [frame.count(f'fill="{colour}"') for frame in shown.frames] for colour in ("#0072B2", "#B34700")
    )
    assert values == [1, 2, 3, 4, 5, 6] + [6] * 6 and gradients == [0] * 6 + [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("made", [widgets.TapeStepper, widgets.TapeList])
def test_a_misspelt_attribute_is_seen_on_the_picture(made):
    assert "none" in made(a_learners_graph(), **HOW | dict(value="value")).frames[0]


def test_a_tape_without_gradients_says_so():
    shown = widgets.TapeList(SimpleNamespace(data=1.0, _prev=(), grad=None), **HOW)
    assert ">none<" in shown.frames[-1] and "holds no gradient" in shown.captions[-1]
