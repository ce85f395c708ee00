"""The card a learner reads: what was right, the first thing that was not, and where to look."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from backprop.check._heatmap import heatmap
from backprop.check.plain import clean
from backprop.functions import readable

if TYPE_CHECKING:
    from backprop.check._verdict import Verdict

CODE, STRONG = re.compile(r"`([^`*]*)`"), re.compile(r"\*\*([^*]*)\*\*")  # neither can begin inside the other
GREEN, RED, GREY = "#00694F", "#B34700", "#5A5A5A"
CARD = (
    "border:1px solid #bbb;border-left:6px solid {colour};border-radius:6px;background:#fff;color:#1b1b1b;"
    "padding:10px 16px;max-width:720px;margin:4px 0;font:14px/1.5 system-ui,sans-serif"
)


def as_text(verdict: Verdict) -> str:
    """The card for a terminal or a gradebook comment."""
    lines = [headline(verdict), *(_strip_marks(line) for line in _paragraphs(verdict))]
    if trace := _trace(verdict):
        lines.append(trace)
    return "\n".join(line for line in lines if line)


def as_html(verdict: Verdict) -> str:
    """The card for a notebook; the learner's text in it is escaped."""
    colour = {"right": GREEN, "blank": GREY}.get(verdict.status, RED)
    body = "".join(f'<p style="margin:6px 0 0">{_marked(line)}</p>' for line in _paragraphs(verdict) if line)
    trace = _trace(verdict) and f'<pre style="{PRE}">{escape(_trace(verdict))}</pre>'
    return (
        f'<section aria-label="Result of the check" style="{CARD.format(colour=colour)}">'
        f'<p style="margin:0"><strong style="color:{colour};font-size:16px">{escape(headline(verdict))}</strong></p>'
        f"{body}{_map(verdict)}{_table(verdict)}{trace}</section>"
    )


MOST_INPUTS = 12  # that a card names one by one
INLINE = "background:#f2f2f2;color:#1b1b1b"  # or a dark theme would set its own
PRE = "background:#f6f6f6;color:#1b1b1b;padding:8px;margin:8px 0 0;overflow:auto;font-size:12px;white-space:pre-wrap"


STOPPED = "Your code stopped with an error. The last line says which, the lines above it where."
FILL_IN = "Fill in the cell above, run it, then run this check again."
RETURN = "If you have filled it in: does your function end with a `return`?"
NAMES = "Keep the names of the function and of its arguments as the lesson has them."
ENDLESS = "Your code did not come to an end. If there is a loop: does what its condition asks for change inside it?"
OPEN_BLANK = "A blank is still open: `...` stands where a number is needed. Fill in the blanks from top to bottom."


MISFIT = (
    "Two arrays do not fit together. The last line below tells their sizes. In a product the first needs as many "
    "columns as the second has rows: is one of them turned the wrong way?"
)
APART = (
    "Two arrays met that do not fit entry by entry{shapes}. Which layer does each of them belong to? If one of them is "
    "a sum or a maximum: along which axis, and does it need `keepdims=True`?"
)
SHAPES = re.compile(r"\([\d, ]*\)")
ADDED_TO_NONE = (
    "Something is added to an entry that is still None. Set it anew in each pass: with `=`, and not with `+=`."
)
NO_SUCH_ENTRY = (
    "A list ends before the entry that is asked for. Has that entry been appended yet, and is it the number of this "
    "layer or of the one before?"
)
NAMED_NONE = "A name was looked up that is None. Entry 0 belongs to the input; is the number off by one?"

CRASHES = {  # a part of the traceback's text -> what helps
    "'ellipsis'": OPEN_BLANK,
    "unexpected keyword argument": NAMES,
    "positional argument": NAMES,
    "DidNotEnd": ENDLESS,
    "mismatch in its core dimension": MISFIT,
    "not aligned": MISFIT,
    "could not be broadcast": APART,
    "could not broadcast": APART,
    "non-broadcastable": APART,
    "for +: 'NoneType'": ADDED_TO_NONE,  # also what `+=` says where an array is added
    "for +=: 'NoneType'": ADDED_TO_NONE,
    "list index out of range": NO_SUCH_ENTRY,
    "KeyError: None": NAMED_NONE,
    "": STOPPED,
}


def headline(verdict: Verdict) -> str:
    """Right or not, and the points, in one line."""
    earned, whole = number(verdict.points), points(verdict.max_points)
    if verdict.status == "right":
        return f"Right, {whole}."
    if verdict.status == "blank":
        return f"Not done yet: {earned} of {whole}."
    return f"Not yet: {earned} of {whole}."


def points(value: float) -> str:
    """1 point, 2.5 points."""
    return f"{number(value)} point{'' if value == 1 else 's'}"


def number(value: object, digits: int = 4) -> str:
    """A value as a learner reads it: few digits, True or False, an array's first rows."""
    if value is None:
        return "nothing yet"
    if isinstance(value, str):
        return f"“{clean(value[:40], inline=True)}”"
    array = np.asarray(value)
    if array.ndim:
        return np.array2string(array, precision=digits, threshold=12, edgeitems=2)
    return f"{array.item() + 0.0:.{digits}g}" if array.dtype != bool else str(bool(array))


def _paragraphs(verdict: Verdict) -> list[str]:
    if verdict.status == "right":
        return [verdict.compared]
    if verdict.status == "blank":
        return [FILL_IN] if verdict.exercise.style == "values" else [FILL_IN, RETURN]
    if verdict.status == "problem":
        return [verdict.words[0].upper() + verdict.words[1:] + "."]
    if verdict.status == "crash":
        return [_advice(verdict.words)]
    stopped = _trace(verdict).startswith("Traceback")
    advice = _advice(verdict.words) if stopped else ""
    return [_what_was_right(verdict), _what_differs(verdict), _why(verdict), advice]


def _advice(crash: str) -> str:
    """What helps after this crash; of arrays that met, their shapes."""
    last = crash.splitlines()[-1]
    line = next(line for sign, line in CRASHES.items() if sign in crash)
    shapes = " and ".join(SHAPES.findall(last)[:2])
    return line.replace("{shapes}", f": their shapes are {shapes}" if shapes else "")


def _trace(verdict: Verdict) -> str:
    """The learner's traceback, or what the check met with their object, where that is why an answer is missing."""
    missing = verdict.status == "wrong" and verdict.first_wrong.worst.blank
    return verdict.words if verdict.status == "crash" or missing else ""


def _what_was_right(verdict: Verdict) -> str:
    """The right parts before the first wrong one, then its name."""
    first = verdict.first_wrong
    if len(verdict.parts) == 1:
        return ""
    before = [f"`{part.name}`" for part in verdict.parts[: verdict.parts.index(first)] if part.right]
    right = f"Right so far: {', '.join(before)}. " if before else ""
    return f"{right}**First that differs: `{first.name}`.**"


def _what_differs(verdict: Verdict) -> str:
    first, example = verdict.first_wrong, verdict.example
    given, expected = example.given.get(first.name), example.expected[first.name]
    where = f"With {_inputs(example.inputs)}: " if example.inputs else ""
    if first.worst.words:
        return f"{where}`{first.name}`: {first.worst.words}."
    if verdict.exercise.style == "values":
        return f"You have `{first.name}` = {number(given)}."
    digits = next((d for d in (4, 8, 12) if number(given, d) != number(expected, d)), 16)
    return f"{where}your `{first.name}` is **{number(given, digits)}**, and **{number(expected, digits)}** is expected."


def _inputs(inputs: dict) -> str:
    """All inputs, but of very many only the first, which a driver's exercise puts what matters into."""
    shown = list(inputs.items())[: len(inputs) if len(inputs) <= MOST_INPUTS else 3]
    rest = f" and {len(inputs) - len(shown)} more inputs" if len(shown) < len(inputs) else ""
    return ", ".join(f"`{name}` {_input(value)}" for name, value in shown) + rest


def _input(value: object) -> str:
    if np.size(value) > 12:
        return f"of shape {value.shape}"
    return f"= {readable(value) or number(value)}".replace("\n", "")


def _why(verdict: Verdict) -> str:
    diagnosis = verdict.diagnosis
    if diagnosis is None:
        return ""
    begins = "Your answer is what one gets" if diagnosis.id else "Your answer is"
    return f"{begins} **{diagnosis.title}**. {diagnosis.sentence}"


def _map(verdict: Verdict) -> str:
    """Where the first wrong part is wrong, if it is an array that may be shown."""
    first, example = verdict.first_wrong, verdict.example
    if example is None or verdict.exercise.style == "values" or first.name in verdict.exercise.enough:
        return ""
    expected, given = np.asarray(example.expected[first.name]), example.given.get(first.name)
    if not isinstance(given, np.ndarray) or expected.dtype.kind not in "fi" or given.dtype.kind not in "fi":
        return ""
    return heatmap(first.name, expected, given, verdict.exercise.tolerance)


def _table(verdict: Verdict) -> str:
    """Every part in order, with a word beside the mark so that colour is never the only sign."""
    if verdict.status != "wrong" or len(verdict.parts) == 1:
        return ""
    cells = "".join(_cell(part.name, part.right) for part in verdict.parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:4px;margin-top:10px">{cells}</div>'


def _cell(name: str, right: bool) -> str:
    colour, mark, word = (GREEN, "✓", "right") if right else (RED, "✗", "not yet")
    style = (
        f"border:1px solid {colour};color:{colour};border-radius:4px;padding:0 8px;font:12px/1.8 ui-monospace,monospace"
    )
    return (
        f'<span style="{style}" title="{word}"><span role="img" aria-label="{word}">{mark}</span> {escape(name)}</span>'
    )


def _marked(line: str) -> str:
    """Escape, then turn the two marks that the sentences use, `code` and **strong**, into HTML."""
    html = CODE.sub(rf'<code style="{INLINE}">\1</code>', escape(line))
    return STRONG.sub(r"<strong>\1</strong>", html)


def _strip_marks(line: str) -> str:
    return line.replace("**", "").replace("`", "")
