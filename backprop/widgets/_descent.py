"""A ball that rolls down a loss: rate and momentum on a curve, or optimizers racing on a surface."""

from math import isfinite

import traitlets

from backprop.widgets import _svg as svg
from backprop.widgets._card import SLOT, Card
from backprop.widgets._chooser import choice, slider
from backprop.widgets._contours import contours
from backprop.widgets._plot import Plot, ticks

_COLOURS = (svg.BLUE, svg.RED, svg.GREEN, svg.PURPLE, svg.INK)


class Descent(Card):
    """Paths on a picture, played step by step: `Descent(runs, picture, title="...", alt="...")`; see `descent`, `race`.

    A run is {"runners": [{"name", "colour", "points"}], "captions": [one sentence a step]}, one run for each
    combination of the controls.
    """

    _scripts = ("controls.js", "steps.js", "descent.js")

    controls = traitlets.List(traitlets.Dict())
    choice = traitlets.List(traitlets.Int())
    runs = traitlets.List(traitlets.Dict())
    step = traitlets.Int(0)
    interval = traitlets.Int(500, help="milliseconds between steps while it plays")

    def __init__(self, runs, picture, controls=(), start=(), **traits):
        super().__init__(runs=runs, picture=picture, controls=list(controls), choice=list(start), **traits)

    def static_picture(self):
        """The first run, walked to its end."""
        trails = [
            svg.path(runner["points"], runner["colour"], 2.5) + svg.circle(*runner["points"][-1], 8, runner["colour"])
            for runner in self.runs[0]["runners"]
        ]
        return self.picture.replace(SLOT, "".join(trails))

    def static_caption(self):
        """Where that run ends."""
        return f"{self.alt} {self.runs[0]['captions'][-1]}"


def descent(
    loss, slope, start=-2.0, rates=(0.05, 0.2, 0.5, 0.9, 1.1), momenta=(0.0, 0.9), across=(-3.0, 3.0), steps=25
):
    """One parameter rolls downhill: `descent(lambda w: w * w, lambda w: 2 * w, start=-2.0)`."""
    xs = [across[0] + (across[1] - across[0]) * k / 200 for k in range(201)]
    top = max(map(loss, xs))
    plot = Plot(across, (-0.04 * top, 1.02 * top))
    base = svg.picture(780, 350, plot.axes(ticks(*across), ticks(0, top), "parameter w", "loss"),
                       plot.curve(xs, [loss(x) for x in xs], svg.INK, 3), SLOT)  # fmt: skip
    walks = [_walk(slope, start, rate, momentum, steps) for rate in rates for momentum in momenta]
    return Descent(
        [_rolled(plot, loss, walk) for walk in walks],
        base,
        [slider("Learning rate", map(svg.number, rates)), choice("Momentum", map(svg.number, momenta))],
        (0, 0),
        title="Downhill",
        alt="A ball on the curve of a loss, with the points it has stepped through.",
    )


def _walk(slope, start, rate, momentum, steps):
    """v becomes momentum * v + slope, w becomes w - rate * v: the form that PyTorch uses."""
    w, v, walk = start, 0.0, [start]
    for _ in range(steps):
        v = momentum * v + slope(w)
        w = min(max(w - rate * v, -1e6), 1e6)
        walk.append(w)
    return walk


def _rolled(plot, loss, walk):
    points = [plot.point(min(max(w, plot.across[0]), plot.across[1]), loss(w)) for w in walk]
    runner = {"name": "w", "colour": svg.BLUE, "points": [[round(x, 1), round(y, 1)] for x, y in points]}
    return {"runners": [runner], "captions": [_rolled_sentence(k, walk, loss, plot) for k in range(len(walk))]}


def _rolled_sentence(k, walk, loss, plot):
    now = f"Step {k}: w = {svg.number(walk[k], 3)}, loss {svg.number(loss(walk[k]), 3)}"
    if not plot.across[0] <= walk[k] <= plot.across[1]:
        return f"{now}. The ball has left the picture: this rate diverges."
    if k == 0:
        return f"{now}. Where will the ball come to rest?"
    return f"{now}: {'lower' if loss(walk[k]) < loss(walk[k - 1]) else 'not lower'} than one step before."


def race(paths, loss, across=(-2.0, 2.0), up=(-2.0, 2.0)):
    """Optimizers on the same surface: `race({"SGD": [(x, y), ...], "Adam": [(x, y), ...]}, lambda x, y: x*x + 10*y*y)`.

    A path is the list of points one optimizer walked through, computed by the lesson.
    """
    plot = Plot(across, up, top=40, bottom=370)
    names = [_name(k, name) for k, name in enumerate(paths)]
    axes = plot.axes(ticks(*across), ticks(*up), "first parameter", "second parameter")
    base = svg.picture(780, 420, contours(plot, loss), axes, *names, SLOT)
    runners = [
        {"name": name, "colour": _COLOURS[k % len(_COLOURS)], "points": [_inside(plot, *point) for point in path]}
        for k, (name, path) in enumerate(paths.items())
    ]
    length = max(map(len, paths.values()))
    captions = [_race_sentence(k, paths, loss) for k in range(length)]
    alt = f"Contour lines of a loss and, over them, the paths of {', '.join(paths)}."
    return Descent([{"runners": runners, "captions": captions}], base, title="Optimizers racing", alt=alt)


def _name(k, name):
    x = 250 + 126 * k
    return svg.circle(x, 16, 7, _COLOURS[k % len(_COLOURS)]) + svg.words(x + 14, 21, name, 14, anchor="start")


def _inside(plot, x, y):
    x, y = (value if isfinite(value) else 1e9 for value in (x, y))
    clipped = (min(max(x, plot.across[0]), plot.across[1]), min(max(y, plot.up[0]), plot.up[1]))
    return [round(value, 1) for value in plot.point(*clipped)]


def _race_sentence(k, paths, loss):
    reached = {name: loss(*path[min(k, len(path) - 1)]) for name, path in paths.items()}
    order = sorted(reached, key=reached.get)
    losses = ", ".join(f"{name} {svg.number(float(reached[name]), 3)}" for name in order)
    return f"Step {k}, the lowest loss first: {losses}."
