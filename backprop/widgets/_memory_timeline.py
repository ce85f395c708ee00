"""The activations a training step holds, moment by moment, with and without checkpoints."""

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT
from backprop.widgets._chooser import FrameChooser, slider
from backprop.widgets._plot import Plot, ticks


def memory_timeline(sizes=(1,) * 16, unit="activations"):
    """Memory over one step, by number of segments: `memory_timeline([4, 4, 8, 8], unit="MiB")`; sizes are per layer."""
    sizes, plain = [float(size) for size in sizes], _timeline([float(size) for size in sizes], 1)
    longest = max(len(_timeline(sizes, n)) for n in range(1, len(sizes) + 1))
    plot = Plot((0, longest), (0, sum(sizes) * 1.1), top=34)
    axes = plot.axes(ticks(0, longest), ticks(0, sum(sizes)), "layers computed since the step began", f"{unit} held")
    base = svg.picture(780, 355, _stairs(plot, plain, "#9aa3aa", 2.5, 0.25), axes, SLOT)
    options = ["1 (none)", *map(str, range(2, len(sizes) + 1))]
    return FrameChooser.build(
        [slider("Segments", options)],
        base,
        lambda k: (_overlay(plot, sizes, k + 1), _sentence(sizes, k + 1, unit)),
        (max(round(len(sizes) ** 0.5) - 1, 0),),
        title="Memory over one training step",
        alt="A curve of the activations held while a step runs: grey without checkpoints, blue with them; "
        "it rises in the forward pass and falls in the backward pass.",
    )


def _timeline(sizes, segments):
    """What is held after each layer's computation: forward, then backward with its recomputation.

    With segments, forward keeps only what each segment hands to the next; backward computes the others again.
    """
    borders = [round(len(sizes) * k / segments) for k in range(segments + 1)]
    parts = [range(a, b) for a, b in zip(borders, borders[1:], strict=False)]
    held, history = set(), [0.0]

    def note():
        history.append(sum(sizes[layer] for layer in held))

    for k, part in enumerate(parts):
        last = k == len(parts) - 1
        for layer in part:  # a layer needs the one before only until it is computed, unless backward will ask for it
            held.add(layer)
            note()
            if not last and layer - 1 in part:
                held.discard(layer - 1)
    for k, part in enumerate(reversed(parts)):
        held -= set(part) if k else set()
        for layer in part if k else ():  # compute the whole segment again, as torch.utils.checkpoint does
            held.add(layer)
            note()
        for layer in reversed(part):  # backward
            note()
            held.discard(layer)
    return [*history, 0.0]


def _stairs(plot, history, colour, width, fill=0.0):
    corners = [(t + side, level) for t, level in enumerate(history) for side in (-0.5, 0.5)]
    points = [plot.point(max(t, 0), level) for t, level in corners]
    shade = svg.path([*points, (points[-1][0], plot.bottom)], "none", 0, colour, fill_opacity=fill or 0.12)
    return shade + svg.path(points, colour, width)


def _overlay(plot, sizes, segments):
    history = _timeline(sizes, segments)
    peak = max(history)
    x, y = plot.point(history.index(peak), peak)
    label = svg.words(x, y - 12, f"peak {svg.number(peak)}", 14, svg.BLUE, font_weight=600)
    return _stairs(plot, history, svg.BLUE, 3) + svg.circle(x, y, 5, svg.BLUE) + label


def _sentence(sizes, segments, unit):
    peak, extra = max(_timeline(sizes, segments)), len(_timeline(sizes, segments)) - len(_timeline(sizes, 1))
    if segments == 1:
        return f"Without checkpoints all {unit} wait for the backward pass: {svg.number(sum(sizes))} at the peak."
    saved, more = 1 - peak / sum(sizes), extra / (3 * len(sizes))
    gain = f"{segments} segments: the peak is {svg.number(peak)}, {saved:.0%} less"
    price = f"{extra} of {len(sizes)} layers are computed again, {more:.0%} more work"
    return f"{gain}. The price: {price}, if backward costs two forwards."
