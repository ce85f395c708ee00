"""Ask the learner's code, compare, diagnose, show.

`check` and `progress` are for notebooks, `judge` for the grader. What needs the exercises is loaded on first use: where
a learner's code is graded, they are not installed.

A check in a notebook is practice: it runs beside the learner's code, and whoever patches NumPy there can fool it, but
nobody else. Graded work is asked the same questions in the learner's process and judged in another, out of its reach.
"""

from importlib import import_module

from backprop.check._practice import Card, NotYet, check, outside
from backprop.check.reply import Reply

_LATER = {"Verdict": "_verdict", "judge": "_judge", "progress": "_progress"}
__all__ = ["Card", "NotYet", "Reply", "Verdict", "check", "judge", "progress"]


def __getattr__(name: str):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"backprop.check.{_LATER[name]}"), name)
    except ModuleNotFoundError as error:
        return outside(error)
