"""Activation functions with their derivatives, and what they do to the numbers that flow through."""

from math import tanh
from statistics import NormalDist

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, choice, slider
from backprop.widgets._functions import sigmoid, sigmoid_slope
from backprop.widgets._plot import Plot, ticks

_EDGE, _BINS, _SAMPLES = 6.0, 30, 400
_SPREADS = (0.25, 0.5, 1, 1.5, 2, 3)


FUNCTIONS = {
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "ReLU": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "leaky ReLU": (lambda z: z if z > 0 else 0.1 * z, lambda z: 1.0 if z > 0 else 0.1),
    "swish": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid_slope(z)),
}


def activations(functions=None, spreads=_SPREADS):
    """Activation, slope and what flows through: `activations({"square": (lambda z: z * z, lambda z: 2 * z)})`.

    Without functions of your own it shows sigmoid, tanh, ReLU, leaky ReLU (slope 0.1) and swish. What flows in is a
    normal distribution of the chosen spread.
    """
    functions = functions or FUNCTIONS
    plot = Plot((-_EDGE, _EDGE), (-1.5, 3.2), right=430, bottom=310)
    axes = plot.axes(ticks(-_EDGE, _EDGE, 6), ticks(-1, 3, 4), "z", "")
    names = svg.formula(76, 44, "f(z)", 18, svg.BLUE, "start") + svg.formula(76, 70, "f′(z)", 18, svg.RED, "start")
    return FrameChooser.build(
        [choice("Activation", functions), slider("Spread of z", map(svg.number, spreads))],
        svg.picture(780, 365, axes, names, SLOT),
        lambda which, k: _draw(plot, *[*functions.items()][which], spreads[k]),
        (0, [*spreads].index(1) if 1 in spreads else 0),
        title="Activations and their slopes",
        alt="Left, an activation in blue and its derivative in red; right, histograms of what goes in, what comes out, "
        "and the slopes met on the way back.",
    )


def _draw(plot, name, pair, spread):
    """The two curves, three histograms, and what they mean for the gradient."""
    function, slope = pair
    zs = sorted([-_EDGE + 2 * _EDGE * k / 120 for k in range(121)] + [-1e-9, 1e-9])  # a kink at 0 stays sharp
    curves = _within(plot, zs, function, svg.BLUE, 3.5) + _within(plot, zs, slope, svg.RED, 2.5)
    samples = [NormalDist(0, spread).inv_cdf((k + 0.5) / _SAMPLES) for k in range(_SAMPLES)]
    outs, slopes = [function(z) for z in samples], [slope(z) for z in samples]
    parts = _histogram(30, "goes in: z", samples, (-_EDGE, _EDGE), svg.QUIET)
    parts += _histogram(140, "comes out: f(z)", outs, (-2, 6), svg.BLUE)
    parts += _histogram(250, "slope: f′(z)", slopes, (-0.5, 1.5), svg.RED)
    small, mean = sum(abs(s) < 0.1 for s in slopes) / len(slopes), svg.number(sum(slopes) / len(slopes), 2)
    flow = f"the slope is {mean} on average, and below 0.1 for {small:.0%} of what flows through"
    return curves + parts, f"{name}, z of spread {svg.number(spread)}: {flow}."


def _within(plot, xs, function, stroke, width):
    """A curve, without the stretches that leave the frame."""
    inside = [(x, function(x)) for x in xs if plot.up[0] <= function(x) <= plot.up[1]]
    return plot.curve(*zip(*inside, strict=True), stroke, width)


def _histogram(top, name, values, across, colour):
    """A small histogram; the few values beyond its range are not drawn."""
    low, high = across
    counts = [0] * _BINS
    for value in values:
        if low <= value < high:
            counts[int((value - low) / (high - low) * _BINS)] += 1
    left, width, base = 480, 276 / _BINS, top + 74
    bars = "".join(
        svg.rect(left + k * width, base - 56 * n / max(counts), width - 1, 56 * n / max(counts), 0, colour)
        for k, n in enumerate(counts)
        if n
    )
    ends = [svg.words(x, base + 15, svg.number(v), 12, svg.QUIET) for x, v in ((left, low), (left + 276, high))]
    middle = svg.words(left + 138, base + 15, svg.number((low + high) / 2), 12, svg.QUIET)
    line = svg.path([(left, base), (left + 276, base)], svg.LINE, 1)
    return bars + line + middle + "".join(ends) + svg.words(left, top + 8, name, 14, colour, "start", font_weight=600)
