"""A progress bar and the loss so far, while a net trains."""

from html import escape
from time import monotonic

from backprop.widgets import _svg as svg
from backprop.widgets._card import asset
from backprop.widgets._loss_curve import loss_curve
from backprop.widgets._plot import Plot, logarithms, ticks, whole_decades

_PAUSE = 0.2  # seconds between two pictures: more often costs the training time, and no eye sees it


class LiveLoss:
    """Call it with each step's loss: `live = LiveLoss(500)`, then `live(loss)`; the last brings the whole curve."""

    def __init__(self, steps):
        self.steps, self.losses = steps, []
        self._shown, self._next = None, 0.0

    def __call__(self, loss):
        self.losses.append(float(loss))
        if len(self.losses) == self.steps:
            self._show(loss_curve(self.losses)._repr_html_())
        elif monotonic() >= self._next:
            self._show(self._repr_html_())
            self._next = monotonic() + _PAUSE

    def _show(self, html):
        """Into the same place as before; nowhere, where there is no notebook."""
        from IPython import get_ipython  # noqa: PLC0415 - a script that trains a net has no need of it
        from IPython.display import HTML, display  # noqa: PLC0415

        if get_ipython() is None:
            return
        if self._shown is None:
            self._shown = display(HTML(html), display_id=True)
        else:
            self._shown.update(HTML(html))

    def __repr__(self):
        return f"step {len(self.losses)} of {self.steps}, loss {svg.number(self.losses[-1], 3, 0)}"

    def _repr_html_(self):
        """The card while it trains: no script in it, it is gone in a moment."""
        bar = f'<progress max="{self.steps}" value="{len(self.losses)}" aria-label="Training"></progress>'
        return (
            f'<style>{asset("card.css")}</style><section class="bp-card" role="group" aria-label="Training">'
            f'<p class="bp-title">Training</p><div class="bp-figure" role="img" aria-label="The loss so far.">'
            f'{self._picture()}</div><p class="bp-caption">{escape(repr(self))}.</p>{bar}</section>'
        )

    def _picture(self):
        logs = logarithms(self.losses)
        known = [(step, log) for step, log in enumerate(logs) if log is not None]
        plot = Plot((0, max(self.steps - 1, 1)), whole_decades([log for _, log in known] or [0.0]), top=36)
        axes = plot.decades() + plot.axes(ticks(*plot.across), [], "step", "loss")
        some = known[:: max(len(known) // 300, 1)]
        line = plot.curve(*zip(*some, strict=True), svg.BLUE, 3 if len(known) < 300 else 1.5) if len(some) > 1 else ""
        return svg.picture(780, 360, axes, line)
