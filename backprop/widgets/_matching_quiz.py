"""Match steps to what they compute, by click, drag or keyboard; the answer comes out as one line of Python."""

from textwrap import wrap

import traitlets

from backprop.widgets import _svg as svg
from backprop.widgets._card import Card


class MatchingQuiz(Card):
    """Put each definition beside its step: `MatchingQuiz(["forward", "update"], ["moves ...", "computes ..."])`.

    It does not grade: the card shows what was matched so far as a line to copy into a cell.
    """

    _scripts = ("matching_quiz.js",)
    _styles = ("card.css", "matching_quiz.css")

    steps = traitlets.List(traitlets.Unicode())
    definitions = traitlets.Dict()
    answer = traitlets.Dict(help="step: letter of its definition")

    def __init__(self, steps, definitions, title="Which step computes what?", **traits):
        if not isinstance(definitions, dict):
            definitions = {chr(65 + k): text for k, text in enumerate(definitions)}
        alt = f"{len(steps)} steps to be matched with {len(definitions)} definitions."
        super().__init__(steps=list(steps), definitions=definitions, title=title, alt=alt, **traits)

    def static_picture(self):
        """Both columns, to be matched on paper."""
        left = [_box(20, 20 + 66 * k, 230, [step]) for k, step in enumerate(self.steps)]
        right = [
            _box(300, 20 + 66 * k, 460, wrap(f"{letter}  {text}", 62)[:2])
            for k, (letter, text) in enumerate(self.definitions.items())
        ]
        return svg.picture(780, 30 + 66 * max(len(left), len(right)), *left, *right)


def _box(x, y, width, lines):
    first = y + 31 - 9 * (len(lines) - 1)
    rows = [svg.words(x + 14, first + 19 * k, line, 14, anchor="start") for k, line in enumerate(lines)]
    return svg.rect(x, y, width, 54, 8, svg.PALE, svg.LINE) + "".join(rows)
