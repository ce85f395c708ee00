"""The field's history as a line one walks along."""

from textwrap import wrap

from backprop.widgets import _svg as svg
from backprop.widgets._player import FramePlayer

HISTORY = (
    (1960, "Kelley", "Henry Kelley computes gradients for flight paths, from the end of the path back to its start."),
    (1961, "Bryson", "Arthur Bryson does the same for control in stages, each passing its gradient to the one before."),
    (1962, "Dreyfus", "Stuart Dreyfus derives the same method from the chain rule alone."),
    (1970, "Linnainmaa", "Seppo Linnainmaa describes reverse-mode automatic differentiation of any computation."),
    (1974, "Werbos", "Paul Werbos proposes backpropagation in his thesis, and applies it to neural networks in 1982."),
    (1986, "Rumelhart, Hinton, Williams", "Nature 323, 533–536: backpropagation learns useful hidden features."),
    (1989, "LeCun", "Yann LeCun and colleagues train a convolutional network to read handwritten digits."),
    (2012, "AlexNet", "Krizhevsky, Sutskever and Hinton win ImageNet with a deep network on two GPUs."),
    (2015, "Frameworks", "TensorFlow is released, PyTorch in 2017, JAX in 2018: gradients become automatic."),
    (2020, "Scale", "Networks reach hundreds of billions of parameters. The algorithm stayed, the scale changed."),
)  # fmt: skip


def history_timeline(events=HISTORY):
    """Walk through the years: `history_timeline([(1970, "Linnainmaa", "Describes reverse mode.")])`."""
    events = sorted(events)
    return FramePlayer(
        frames=[_frame(events, k) for k in range(len(events))],
        captions=[f"{year}, {name}: {text}" for year, name, text in events],
        title="Where backpropagation comes from",
        alt="A line of years from " + ", ".join(f"{year} {name}" for year, name, _ in events) + ".",
    )


def _frame(events, now):
    first, last = events[0][0], max(events[-1][0], events[0][0] + 1)
    spots = [60 + 660 * (year - first) / (last - first) for year, _, _ in events]
    line = svg.path([(40, 190), (740, 190)], svg.LINE, 4) + svg.path([(40, 190), (spots[now], 190)], svg.BLUE, 4)
    dots = "".join(svg.circle(x, 190, 6, svg.BLUE if k <= now else svg.LINE) for k, x in enumerate(spots))
    decades = [year for year in range(-(-first // 10) * 10, last + 1, 10)]
    marks = "".join(svg.words(60 + 660 * (y - first) / (last - first), 232, str(y), 13, svg.QUIET) for y in decades)
    return svg.picture(780, 250, line, dots, marks, _label(spots[now], *events[now]))


def _label(x, year, name, text):
    """The year large over its dot, kept inside the picture."""
    middle = min(max(x, 190), 590)
    lines = wrap(text, 46)[:3]
    parts = [
        svg.words(middle, 44, str(year), 34, svg.BLUE, font_weight=700),
        svg.words(middle, 74, name, 17, font_weight=600),
    ]
    parts += [svg.words(middle, 100 + 20 * k, line, 14, svg.QUIET) for k, line in enumerate(lines)]
    return "".join(parts) + svg.path([(x, 168), (x, 184)], svg.BLUE, 2) + svg.circle(x, 190, 10, svg.BLUE)
