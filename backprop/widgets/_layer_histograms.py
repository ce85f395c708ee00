"""What flows through each layer of a deep net: a histogram a layer."""

from math import isfinite

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, asked, choice, nothing_yet, switch, undone
from backprop.widgets._plot import numbers

_TITLE, _BINS, _COLUMNS = "Activations, layer by layer", 25, 5


def layer_histograms(measure, choices, switches=(), across=(-2.0, 2.0)):
    """A histogram for each layer: `layer_histograms(measure, {"Initialisation": ["small", "Xavier"]}, ["Batch norm"])`.

    `measure(initialisation="small", batch_norm=True)` returns one array of numbers for each layer, first layer first;
    it is called once for every combination, with the controls' names in lower case and joined by underscores. The
    outer bars hold whatever lies beyond.
    """
    if undone(measure):
        return nothing_yet(_TITLE)
    controls = [choice(label, options) for label, options in choices.items()] + [switch(label) for label in switches]

    def draw(*picked):
        layers = [numbers(values) for values in measure(**asked(controls, picked))]
        panels = [_panel(k, values, across) for k, values in enumerate(layers)]
        return "".join(panels), _sentence(layers)

    many = len(measure(**asked(controls, [0] * len(controls))))
    return FrameChooser.build(
        controls,
        svg.picture(780, 12 + 132 * -(-many // _COLUMNS), SLOT),
        draw,
        [0] * len(controls),
        title=_TITLE,
        alt=f"{many} small histograms, one for each layer from the input on, with the spread of its numbers.",
    )


def _panel(k, values, across):
    """One layer's histogram, its number and its spread."""
    left, base = 20 + 150 * (k % _COLUMNS), 98 + 132 * (k // _COLUMNS)
    counts, width = _counts(values, across), 130 / _BINS
    bars = "".join(
        f"M{left + width * bin_:.1f} {base}v{-60 * n / max(counts):.1f}h{width - 0.6:.1f}v{60 * n / max(counts):.1f}z"
        for bin_, n in enumerate(counts)
        if n
    )
    ends = [svg.words(left + x, base + 16, svg.number(v), 12, svg.QUIET) for x, v in zip((5, 125), across, strict=True)]
    shown = svg.words(left + 65, base - 68, f"layer {k + 1}, spread {_read(spread(values))}", 12, svg.INK)
    line = svg.path([(left, base), (left + 130, base)], svg.LINE, 1)
    return f'<path d="{bars}" fill="{svg.BLUE}"/>' + line + shown + "".join(ends)


def _counts(values, across):
    low, high = across
    counts = [0] * _BINS
    for value in values:
        if isfinite(value):
            counts[min(max(int((value - low) / (high - low) * _BINS), 0), _BINS - 1)] += 1
    return counts if any(counts) else [1] + counts[1:]


def spread(values):
    """The standard deviation: `spread([1.0, -1.0]) == 1.0`; not a number where a value is none."""
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5


def _read(value):
    return svg.number(value, 2, 0) if isfinite(value) else "overflow"


def _sentence(layers):
    first, last = (_read(spread(values)) for values in (layers[0], layers[-1]))
    silent = sum(value == 0 for value in layers[-1]) / len(layers[-1])
    sizes = f"The spread goes from {first} in the first layer to {last} in the last"
    return f"{sizes}, where {silent:.0%} of the numbers are exactly 0." if silent else f"{sizes}."
