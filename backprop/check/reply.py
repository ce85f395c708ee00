"""Ask the learner's object and bring what it answers into plain values: numbers, arrays, text, nothing else.

This module runs where the learner's code runs, so it knows neither the exercises nor the truth.
"""

import signal
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from backprop.functions import with_functions

Plain = np.ndarray | str | None  # None stands for a blank: nothing filled in yet
SECONDS = 5.0  # for one call; the exercises need milliseconds
FRAMEWORKS = {"torch", "jax", "jaxlib", "tensorflow", "backprop"}  # they differentiate; here the learner does
KINDS = {"f": "<f8", "i": "<i8", "u": "<i8", "b": "|b1"}


@dataclass(frozen=True)
class Reply:
    """What came back from one call: the parts, or in words why there are none."""

    values: dict[str, Plain] = field(default_factory=dict)
    problem: str = ""  # what came instead of an answer
    crash: str = ""  # the learner's own traceback


class DidNotEnd(Exception):
    """Raised in the learner's function when it has run for too long."""


@contextmanager
def patience(seconds: float):
    """Raise `DidNotEnd` in the block after so many seconds, where the system can: on POSIX, in the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise DidNotEnd(f"it was stopped after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class NotPlain(TypeError):
    """Raised by `plain` for a value that is no number, array or text; the message says what came."""


def plain(value: object) -> Plain:
    """A value as a plain array or text; float32 stays float32. Raises `NotPlain` in the learner's words."""
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, str):
        return value
    package = type(value).__module__.split(".")[0]
    if package in FRAMEWORKS:
        raise NotPlain(f"{describe(value)} of {package}; a number or a NumPy array was expected")
    try:
        array = np.array(value)
    except (TypeError, ValueError) as error:
        raise NotPlain(f"{describe(value)}, which is no array ({error})") from error
    if array.dtype.kind not in KINDS:
        raise NotPlain(describe(value))
    return array if array.dtype == np.float32 else array.astype(KINDS[array.dtype.kind])


def describe(value: object) -> str:
    """A value's type in words a learner uses."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
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


def learners_traceback(error: Exception) -> str:
    """An exception as text, with the learner's own lines and not ours."""
    told = traceback.TracebackException.from_exception(error)
    told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename != __file__])
    return "".join(told.format()).strip()


def ask_once(learner: object, style: str, case: dict) -> Reply:
    """One question: call the learner's function, or read the typed-in answers."""
    if style == "values":
        if not isinstance(learner, dict):
            return Reply(problem=f"{describe(learner)} came; the answers are filled into a dict")
        return reply_from(learner)
    if not callable(learner):
        return Reply(problem=f"{describe(learner)} came; a function was expected")
    case = with_functions(case)
    before = {name: _copy(value) for name, value in case.items()}
    try:
        with patience(SECONDS):
            result = learner(**case)
    except Exception as error:  # whatever the learner's code raises is an answer, and the next case is still asked
        return Reply(crash=learners_traceback(error))
    changed = [f"`{name}`" for name, value in case.items() if _differs(value, before[name])]
    if changed:
        return Reply(problem=f"your function changes its input {', '.join(changed)} in place; work on a copy")
    return reply_from(result)


def ask(learner: object, style: str, cases: list[dict]) -> list[Reply]:
    """The learner's replies, one for each case; every call gets its own copy of the inputs."""
    replies: list[Reply] = []
    for case in cases:
        if replies and DidNotEnd.__name__ in replies[-1].crash:
            return replies + [replies[-1]] * (len(cases) - len(replies))  # the next case would not end either
        replies.append(ask_once(learner, style, {name: _copy(value) for name, value in case.items()}))
    return replies


def _differs(value, before) -> bool:
    return isinstance(value, np.ndarray) and value.tobytes() != before.tobytes()


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value
