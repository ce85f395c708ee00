"""A function of the learner's own on sliders: every move asks Python, and shows what came back."""

import secrets
from collections.abc import Callable
from html import escape

import anywidget
import traitlets
from IPython.display import HTML, display

from backprop.widgets import _svg as svg
from backprop.widgets._card import asset

_STEPS = 60  # of a slider from end to end
_MOST = 8  # numbers of one list


class Live(anywidget.AnyWidget):
    """The living half of `live`: sliders in the browser, the function in the kernel, `rows` of what it returned."""

    _esm = asset("card.js", "live.js")
    _css = asset("card.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("What the function returns for the sliders' values.").tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)  # none: the rows are the picture
    place = traitlets.Unicode().tag(sync=True)  # the id of the table that stands there without a kernel
    sliders = traitlets.List(traitlets.Dict()).tag(sync=True)
    values = traitlets.List(traitlets.Float()).tag(sync=True)
    rows = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)

    def __init__(self, function: Callable, title: str, sliders: list[dict]):
        self._function = function
        place = f"live-{secrets.token_hex(8)}"
        super().__init__(title=title, place=place, sliders=sliders, values=[one["start"] for one in sliders])
        self._ask()

    @traitlets.observe("values")
    def _ask(self, _change=None) -> None:
        inputs = {one["label"]: value for one, value in zip(self.sliders, self.values, strict=True)}
        at = ", ".join(f"{name} = {svg.number(value)}" for name, value in inputs.items())
        try:
            rows = rows_of(self._function(**inputs))
            said = f"{rows[-1][0]} = {rows[-1][1]}" if rows else "nothing comes back yet"
        except Exception as error:  # the learner's own: told where they look
            rows, said = [], f"your function stopped with {type(error).__name__}: {error}"
        self.rows, self.caption = rows, f"With {at}: {said}."

    def static_html(self) -> str:
        """The table as it stands now, for wherever there is no kernel."""
        cells = "".join(
            f"<tr><th scope=row>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in self.rows
        )
        return (
            f'<figure id="{self.place}" style="max-width:780px;margin:0;background:#fff;color:#1b1b1b;padding:8px">'
            f"<figcaption>{escape(self.title)}. {escape(self.caption)}</figcaption><table>{cells}</table></figure>"
        )

    def _ipython_display_(self) -> None:
        """The table first: a page without a kernel cannot show a widget, and would show nothing in its place."""
        display(HTML(self.static_html()))
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)


def live(function: Callable, title: str | None = None, **ranges: tuple) -> Live:
    """Sliders on a function of yours: `live(slope, x=(-3, 3))`, or with where it starts, `x=(-3, 3, 2)`.

    Every move calls the function in Python. It returns a number, or a dictionary of them, or short arrays.
    """
    if not ranges:
        raise ValueError("expected a range for each argument of the function, as in x=(-3, 3)")
    sliders = [_slider(name, *ends) for name, ends in ranges.items()]
    return Live(function, title or f"{getattr(function, '__name__', 'Your function')}, live", sliders)


def _slider(label: str, low: float, high: float, start: float | None = None) -> dict:
    if not low < high:
        raise ValueError(f"{label}=({low}, {high}): expected the smaller end first")
    start = (low + high) / 2 if start is None else start
    return dict(label=label, min=float(low), max=float(high), start=float(start), step=(high - low) / _STEPS)


def rows_of(answer: object) -> list[list[str]]:
    """Names and texts of what came back; none where nothing did."""
    if answer is None or answer is ...:
        return []
    parts = answer.items() if isinstance(answer, dict) else [("result", answer)]
    return [[str(name), _text(value)] for name, value in parts if value is not None and value is not ...]


def _text(value: object) -> str:
    """A number as in a book; a list's or an array's numbers in brackets, the first ones if there are many."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        shown = [_text(one) for one in value[:_MOST]] + ["…"] * (len(value) > _MOST)
        return f"[{', '.join(shown)}]"
    return str(value) if isinstance(value, (str, bool)) else svg.number(float(value))
