"""How a check uses a learner's object: a driver, a small function of ours that travels as text.

Like `reply`, this runs where the learner's code runs. An exercise's driver knows its arguments, `np` and nothing else.
"""

import __future__

import inspect
import linecache
import textwrap
import traceback
from collections.abc import Callable

import numpy as np

FILE = "<how the check asks>"
NOTHING_CAME = ("'NoneType'", "'ellipsis'")  # in the message, where a method without an answer returned nothing


def as_text(drive: Callable | None) -> str:
    """A driver's source; an empty text for none."""
    return textwrap.dedent(inspect.getsource(drive)) if drive else ""


def from_text(text: str) -> Callable | None:
    """The driver with this source, or None for an empty text."""
    if not text:
        return None
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)  # so that tracebacks can quote it
    namespace = {"np": np}
    exec(compile(text, FILE, "exec", __future__.annotations.compiler_flag), namespace)
    return next(found for found in namespace.values() if inspect.isfunction(found))


def trouble(error: BaseException) -> str | None:
    """What went wrong in the driver's own line: "" where nothing had come back, None if it was not the driver's."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or frames[-1].filename != FILE:
        return None
    told = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    if any(sign in told for sign in NOTHING_CAME):
        return ""
    return f"the check wrote `{frames[-1].line}` and got {told}"
