"""Ask the learner's object and read what it answers. Like `plain`, this runs where the learner's code runs."""

import signal
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from backprop.check import driving
from backprop.check.plain import MOST_PARTS, MOST_TEXT, NotPlain, Plain, clean, describe, plain
from backprop.functions import with_functions

SECONDS = 5.0  # for one call; the exercises need milliseconds


@dataclass(frozen=True)
class Reply:
    """What came back from one call: the parts, or in words why there are none."""

    values: dict[str, Plain] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)  # parts that are no numbers, and what they are
    problem: str = ""  # what came instead of an answer
    crash: str = ""  # the learner's own traceback


class DidNotEnd(Exception):
    """Raised in the learner's function when it has run for too long."""


def ask(learner: object, style: str, cases: list[dict], driver: str = "") -> list[Reply]:
    """The learner's replies, one for each case; every call gets its own copy of the inputs.

    After a crash or a problem the remaining cases are not asked: they are answered by the same reply.
    """
    drive = driving.from_text(driver)
    replies: list[Reply] = []
    for case in cases:
        if replies and (replies[-1].crash or replies[-1].problem) and not replies[-1].values:
            replies.append(replies[-1])
        else:
            replies.append(ask_once(learner, style, {name: _copy(value) for name, value in case.items()}, drive))
    return replies


def ask_once(learner: object, style: str, case: dict, drive: Callable | None = None) -> Reply:
    """One question: call the learner's function, drive the learner's object, or read the typed-in answers."""
    parts = Reply()  # what came, also before a crash
    try:
        if style in ("class", "object") and (learner is None or learner is ...):
            return Reply()
        if unfit := _unfit(learner, style):
            return Reply(problem=f"{describe(learner)} came; {unfit} was expected")
        if style == "values":
            return read(parts, dict.items(learner))
        return _call(learner, with_functions(case), drive, parts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() and the like are answers too
        return _stopped(error, parts)


def _unfit(learner: object, style: str) -> str:
    """What was expected, if it is something else."""
    fits = {
        "values": ("a dict", issubclass(type(learner), dict)),
        "function": ("a function", callable(learner)),
        "class": ("a class", callable(learner)),
        "object": ("an object", True),
    }
    what, is_so = fits[style]
    return "" if is_so else what


def _call(learner, case: dict, drive: Callable | None, parts: Reply) -> Reply:
    before = {name: _copy(value) for name, value in case.items()}
    with patience(SECONDS):
        result = learner(**case) if drive is None else drive(learner, **case)
        if drive is None:
            result = dict.items(result) if issubclass(type(result), dict) else [("result", result)]
        read(parts, result)
    changed = [f"`{name}`" for name, value in case.items() if _differs(value, before[name])]
    if changed:
        return Reply(problem=f"your code changes its input {', '.join(changed)} in place; work on a copy")
    return parts


def _stopped(error: BaseException, parts: Reply) -> Reply:
    """The reply after a crash: the parts that came before it count, unless the code did not come to an end."""
    trouble = driving.trouble(error)
    so_far = Reply() if isinstance(error, DidNotEnd) else parts
    if trouble is None:
        return replace(so_far, crash=learners_traceback(error))
    return replace(so_far, problem=clean(trouble))


def read(reply: Reply, parts: Iterable[tuple[object, object]]) -> Reply:
    """Fill a reply with an answer's parts by name; each is copied as it comes, whatever a later step does to it."""
    for name, part in islice(parts, MOST_PARTS):
        name = clean(str(name) if type(name) in (str, int, float) else describe(name), inline=True)
        try:
            reply.values[name] = plain(part)
        except NotPlain as error:
            reply.unread[name] = str(error)
    return reply


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


def learners_traceback(error: BaseException) -> str:
    """An exception as text, with the learner's own lines and not ours; of a long one the end."""
    told = traceback.TracebackException.from_exception(error, limit=-20)
    _forget_our_lines(told)
    return clean("".join(told.format()).strip()[-MOST_TEXT:])


def _forget_our_lines(told: traceback.TracebackException) -> None:
    theirs = [frame for frame in told.stack if frame.filename not in (__file__, driving.FILE)]
    told.stack = traceback.StackSummary.from_list(theirs)
    for inner in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if inner is not None:
            _forget_our_lines(inner)


def _differs(value, before) -> bool:
    return isinstance(value, np.ndarray) and value.tobytes() != before.tobytes()


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value
