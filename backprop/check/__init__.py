"""Ask the learner's code, compare, diagnose, show.

`check` is for notebooks, `judge` for the grader. `judge` and `Verdict` are loaded on first use: where a learner's code
is graded, neither they nor the exercises are installed.
"""

from backprop.check._practice import Card, NotYet, check
from backprop.check.reply import Reply

__all__ = ["Card", "NotYet", "Reply", "Verdict", "check", "judge"]


def __getattr__(name: str):
    if name == "judge":
        from backprop.check._judge import judge  # noqa: PLC0415

        return judge
    if name == "Verdict":
        from backprop.check._verdict import Verdict  # noqa: PLC0415

        return Verdict
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
