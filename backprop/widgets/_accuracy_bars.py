"""How well several methods do on the same data: a bar for each mean, a dot for each run."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, nothing_yet, undone
from backprop.widgets._plot import numbers

_TITLE, _ROW, _LEFT, _RIGHT = "Accuracy on held-out data", 56, 230, 700


def accuracy_bars(runs):
    """Shares of right answers, one for each seed: `accuracy_bars({"one way": [0.97, 0.96], "another": [0.9]})`."""
    if undone(runs) or undone(*runs.values()):
        return nothing_yet(_TITLE)
    runs = {name: numbers(shares) for name, shares in runs.items()}
    if not all(shares and 0 <= min(shares) <= max(shares) <= 1 for shares in runs.values()):
        raise ValueError(f"expected shares from 0 to 1, one or more for each method, got {runs}")
    rows = [_row(24 + _ROW * k, name, shares) for k, (name, shares) in enumerate(runs.items())]
    return FrameChooser(
        picture=svg.picture(780, 40 + _ROW * len(runs), *rows, SLOT),
        frames=[""],
        captions=[_sentence(runs)],
        title=_TITLE,
        alt=f"A bar for each method, {', '.join(runs)}, and a dot for each of its runs.",
    )


def _mean(shares):
    return sum(shares) / len(shares)


def _row(y, name, shares):
    across = _RIGHT - _LEFT
    bar = svg.rect(_LEFT, y, across, 34, 4, svg.PALE) + svg.rect(_LEFT, y, across * _mean(shares), 34, 4, "#9CC9E6")
    dots = [svg.circle(_LEFT + across * share, y + 17, 5, svg.BLUE, fill_opacity=0.75) for share in shares]
    label = svg.words(_LEFT - 12, y + 22, name, 15, svg.INK, "end")
    return bar + "".join(dots) + label + svg.words(768, y + 22, f"{_mean(shares):.1%}", 15, svg.BLUE, "end")


def _sentence(runs):
    order = sorted(runs, key=lambda name: -_mean(runs[name]))
    read = [f"{name} {_mean(runs[name]):.1%}{_between(runs[name])}" for name in order]
    return f"The best first: {', '.join(read)}."


def _between(shares):
    return f" ({min(shares):.1%} to {max(shares):.1%} over {len(shares)} runs)" if len(shares) > 1 else ""
