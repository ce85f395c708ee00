"""Ask the learner's object and bring what it answers into plain values: numbers, arrays, text, nothing else.

This module runs where the learner's code runs, so it knows neither the exercises nor the truth.
"""

import traceback
from dataclasses import dataclass, field

import numpy as np

from backprop.functions import with_functions

Plain = np.ndarray | str | None  # None stands for a blank: nothing filled in yet
KINDS = {"f": "<f8", "i": "<i8", "u": "<i8", "b": "|b1"}


@dataclass(frozen=True)
class Reply:
    """What came back from one call: the parts, or in words why there are none."""

    values: dict[str, Plain] = field(default_factory=dict)
    problem: str = ""  # what came instead of an answer
    crash: str = ""  # the learner's own traceback


class NotPlain(TypeError):
    """Raised by `plain` for a value that is no number, array or text; the message says what came."""


def plain(value: object) -> Plain:
    """A value as a plain array or text; float32 stays float32. Raises `NotPlain` in the learner's words."""
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, str):
        return value
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        array = np.array(value)
    except (TypeError, ValueError) as error:
        raise NotPlain(f"{describe(value)}, which is no array ({error})") from error
    if array.dtype.kind not in KINDS:
        raise NotPlain(describe(value))
    return array if array.dtype == np.float32 else array.astype(KINDS[array.dtype.kind])


def describe(value: object) -> str:
    """A value's type in words a learner uses."""
    name = type(value).__name__
    article = "an" if name[0].lower() in "aeiou" else "a"
    size = f" of {len(value)}" if isinstance(value, list | tuple | dict | set) else ""
    return f"{article} {name}{size}"


def named(result: object) -> dict[str, object]:
    """The answer's parts by name; a single value is called "result"."""
    return {str(name): part for name, part in result.items()} if isinstance(result, dict) else {"result": result}


def reply_from(result: object) -> Reply:
    """Turn what the learner returned into a reply."""
    values = {}
    for name, part in named(result).items():
        try:
            values[name] = plain(part)
        except NotPlain as error:
            return Reply(problem=f"`{name}` is {error}; a number was expected" if name != "result" else str(error))
    return Reply(values)


def learners_traceback() -> str:
    """The current exception as text, starting at the learner's own line."""
    lines = traceback.format_exc().splitlines()
    ours = [i for i, line in enumerate(lines) if __file__ in line]
    start = ours[-1] + 1 if ours else 1
    body = [line for line in lines[start:] if line.strip() and set(line.strip()) - set("^~")]
    return "\n".join(body[1:] if body and body[0].strip().startswith("result =") else body)


def ask_once(learner: object, style: str, case: dict) -> Reply:
    """One question: call the learner's function, or read the typed-in answers."""
    if style == "values":
        if not isinstance(learner, dict):
            return Reply(problem=f"{describe(learner)} came; the answers are filled into a dict")
        return reply_from(learner)
    if not callable(learner):
        return Reply(problem=f"{describe(learner)} came; a function was expected")
    case = with_functions(case)
    try:
        result = learner(**case)
    except Exception:  # whatever the learner's code raises is an answer, and the next case is still asked
        return Reply(crash=learners_traceback())
    return reply_from(result)


def ask(learner: object, style: str, cases: list[dict]) -> list[Reply]:
    """The learner's replies, one for each case; every call gets its own copy of the inputs."""
    return [ask_once(learner, style, {name: _copy(value) for name, value in case.items()}) for case in cases]


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value
