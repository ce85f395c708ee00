"""The pictures of training, each with the numbers of a real net and against another way to get them."""

import re

import numpy as np
import pytest

import backprop.widgets as widgets
from backprop.widgets import _layer_histograms, _plot, _svg


def a_real_net(sizes, rng):
    """Weights, slopes of tanh and outputs of one example; and what the loss says."""
    a, weights, slopes = rng.normal(size=sizes[0]), [], []
    for into, out in zip(sizes, sizes[1:], strict=False):
        weights.append(rng.normal(size=(out, into)))
        a = np.tanh(weights[-1] @ a)
        slopes.append(1 - a**2)
    return weights, slopes, a - 0.3


@pytest.mark.parametrize("sizes", [(3, 4, 2), (1, 64, 32, 1), (2, 3)])
def test_deltas_are_those_of_the_two_equations(sizes):
    weights, slopes, upstream = a_real_net(sizes, np.random.default_rng(1))
    expected = [upstream * slopes[-1]]
    for W, slope in zip(weights[:0:-1], slopes[-2::-1], strict=True):
        expected.insert(0, W.T @ expected[0] * slope)
    found = widgets.delta_recursion(weights, slopes, upstream)
    for mine, theirs in zip(found.deltas, expected, strict=True):
        np.testing.assert_allclose(mine, theirs)
    assert len(found.frames) == 2 * len(weights)


@pytest.mark.parametrize(
    ("weights", "slopes", "upstream", "message"),
    [
        ([np.ones((4, 3)), np.ones((4, 2))], [np.ones(4), np.ones(2)], np.ones(2), "a slope for each row"),
        ([np.ones((4, 3)), np.ones((2, 3))], [np.ones(4), np.ones(2)], np.ones(2), "as wide as the layer before"),
        ([np.ones((4, 3))], [np.ones(4)], np.ones(3), "a slope for each row"),
    ],
)
def test_shapes_that_cannot_be_a_net_are_refused(weights, slopes, upstream, message):
    with pytest.raises(ValueError, match=message):
        widgets.delta_recursion(weights, slopes, upstream)


def test_the_fit_takes_columns_and_says_what_the_loss_did():
    x = np.linspace(-2, 2, 100)[:, None]
    said = {step: x**2 * step / 50 for step in (0, 10, 50)}
    fit = widgets.training_fit(x, x**2, said, [4 * 0.9**k for k in range(51)])
    assert fit.captions[-1] == "After 50 steps the loss has gone from 4 to 0.0206."


def test_a_long_run_makes_no_heavy_picture():
    losses = [1 / (k + 1) for k in range(50_000)]
    assert len(widgets.loss_curve(losses)._repr_html_()) < 120_000
    assert len(widgets.training_fit([0, 1], [0, 1], {0: [0, 1], 49_999: [0, 1]}, losses)._repr_html_()) < 60_000


@pytest.mark.parametrize(
    ("said", "losses", "message"),
    [({0: [1.0, 1.0]}, [1.0], "for each of 3 x"), ({0: [1.0] * 3, 9: [1.0] * 3}, [1.0] * 9, "each step up to 9")],
)
def test_a_fit_with_numbers_missing_is_refused(said, losses, message):
    with pytest.raises(ValueError, match=message):
        widgets.training_fit([1, 2, 3], [1, 2, 3], said, losses)


@pytest.mark.parametrize("undone", [None, ...])
def test_before_the_exercise_is_solved_a_picture_says_so(undone):
    for made in (
        widgets.loss_curve(undone),
        widgets.line_plot([1, 2], {"yours": undone}),
        widgets.training_fit([1], [1], undone, [1]),
        widgets.delta_recursion([undone], [[1]], [1]),
        widgets.gradient_flow(undone, {}),
        widgets.layer_histograms(undone, {}),
        widgets.unrolled_gradient({"plain": undone}),
        widgets.half_precision(undone),
        widgets.accuracy_bars({"yours": undone}),
        widgets.grad_fn_graph(undone),
    ):
        assert made.captions == ["Nothing to draw yet: finish the exercise above, then run this cell again."]


def test_a_line_has_gaps_where_it_has_no_number():
    plot = widgets.line_plot([1, 2, 3, 4], {"a": [1, 2, float("inf"), 4], "b": [1, 1, 1, 1]})
    assert plot.captions[2] == "At x 3: a not a number, b 1."
    ups = widgets.line_plot([1, 2, 3], {"a": [1, 0, 100]}, log_up=True)
    assert ups.captions[1] == "At x 2: a 0." and "10·" not in ups.picture


def test_a_line_needs_a_value_for_each_x():
    with pytest.raises(ValueError, match=r"expected 3 values in each line, one for each x, got a \(2\)"):
        widgets.line_plot([1, 2, 3], {"a": [1, 2]})


def test_any_shape_of_numbers_will_do():
    assert _plot.numbers(np.ones((2, 1))) == _plot.numbers([[1], [1]]) == _plot.numbers((1, 1)) == [1.0, 1.0]


def activations_of_a_net(initialisation, batch_norm, layers=12, width=40):
    """What comes out of each layer of a deep ReLU net."""
    rng = np.random.default_rng(0)
    a, spread = rng.normal(size=(50, width)), {"small": 0.01, "He": (2 / width) ** 0.5}[initialisation]
    for _ in range(layers):
        z = a @ (spread * rng.normal(size=(width, width)))
        a = np.maximum((z - z.mean(0)) / z.std(0) if batch_norm else z, 0)
        yield a


def test_histograms_of_a_real_net_show_what_initialisation_does():
    widget = widgets.layer_histograms(
        lambda **chosen: list(activations_of_a_net(**chosen)), {"Initialisation": ["small", "He"]}, ["Batch norm"]
    )
    spreads = [
        [float(a.std()) for a in activations_of_a_net(name, norm)] for name in ("small", "He") for norm in (0, 1)
    ]
    for caption, real in zip(widget.captions, spreads, strict=True):
        assert f"from {_svg.number(real[0], 2, 0)} in the first layer to {_svg.number(real[-1], 2, 0)} in" in caption
    assert "exactly 0." in widget.captions[1] and all(frame.count("layer") == 12 for frame in widget.frames)


def test_histograms_keep_what_lies_beyond_in_the_outer_bars():
    counts = _layer_histograms._counts([-9.0, -2.0, 0.0, 1.99, 2.0, 9.0, float("nan")], (-2.0, 2.0))
    assert (counts[0], counts[12], counts[-1], sum(counts)) == (2, 1, 3, 6)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [([1.0, float("inf")], "no longer a number"), ([1.0, 1e-30], "plain 1·10⁻³⁰"), ([1.0, 0.0], "plain 0.")],
)
def test_the_unrolled_gradient_says_what_arrives(values, sentence):
    assert sentence in widgets.unrolled_gradient({"plain": values}).captions[-1]


def test_the_unrolled_gradient_wants_rows_of_one_length():
    with pytest.raises(ValueError, match=r"as many norms for each cell, two or more, got \[3, 2\]"):
        widgets.unrolled_gradient({"plain": [1, 1, 1], "LSTM": [1, 1]})


class Screen:
    """What a notebook's place for one output shows, one after the other."""

    def __init__(self, monkeypatch):
        self.shown = []
        monkeypatch.setattr("IPython.get_ipython", lambda: self)
        monkeypatch.setattr("IPython.display.display", self.display)

    def display(self, html, display_id):
        self.shown.append(html.data)
        return self

    def update(self, html):
        self.shown.append(html.data)


def test_live_loss_ends_with_the_whole_curve(monkeypatch):
    screen = Screen(monkeypatch)
    live = widgets.LiveLoss(400)
    for step in range(400):
        live(np.float64(0.99**step))
    assert "step 1 of 400, loss 1." in screen.shown[0] and "<progress" in screen.shown[0]
    assert "After 399 steps the loss has gone from 1 to" in screen.shown[-1] and "<progress" not in screen.shown[-1]
    assert len(screen.shown) < 20


def test_live_loss_survives_an_overflow_and_a_script(monkeypatch):
    live = widgets.LiveLoss(3)
    for loss in (1.0, float("nan"), float("inf")):
        live(loss)  # no notebook, nothing to show
    screen = Screen(monkeypatch)
    live = widgets.LiveLoss(3)
    for loss in (1.0, float("nan"), float("inf")):
        live(loss)
    assert re.search("1 finite losses came back", screen.shown[-1])
