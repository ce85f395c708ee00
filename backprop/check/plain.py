"""Bring whatever a learner's code returns into plain values: numbers, arrays, text, nothing else.

This module runs where the learner's code runs, so it knows neither the exercises nor the truth. Nothing that a learner
returns may make it raise, hang or print: what cannot be read is said in words.
"""

import numbers
from decimal import Decimal

import numpy as np

Plain = np.ndarray | str | None  # None stands for a blank: nothing filled in yet
FRAMEWORKS = {"torch", "jax", "jaxlib", "tensorflow", "backprop"}  # they differentiate; here the learner does
MOST_NUMBERS = 100_000  # in one array
MOST_TEXT = 4000  # characters
MOST_PARTS = 100


class NotPlain(TypeError):
    """Raised by `plain` for a value that is no number, array or text; the message says what came."""


def plain(value: object) -> Plain:
    """A value as a plain array or text; float32 stays float32. Raises `NotPlain` in the learner's words."""
    try:
        return _plain(value)
    except NotPlain:
        raise
    except Exception as error:  # a learner's class may do anything when it is looked at
        builtin = type(value) in (list, tuple)
        what = f"{describe(value)} that makes no array" if builtin else "something that cannot be read as a number"
        raise NotPlain(f"{what} ({type(error).__name__})") from None


def _plain(value: object) -> Plain:
    if value is None or value is Ellipsis:
        return None
    if issubclass(type(value), str):
        return clean(str.__str__(value))
    package = type(value).__module__.split(".")[0]
    if package in FRAMEWORKS:
        raise NotPlain(f"{describe(value)} of {package}, which differentiates by itself,")
    return _array(_floats(value), value)


def _floats(value: object) -> object:
    """Fractions and decimals as floats, also inside a list."""
    if issubclass(type(value), list | tuple):
        if len(value) > MOST_NUMBERS:
            raise NotPlain(f"{describe(value)}, more than can be checked")
        return [_floats(item) for item in value]
    if issubclass(type(value), numbers.Rational | Decimal) and not issubclass(type(value), int | np.integer):
        return float(value)
    return value


def _array(value: object, original: object) -> np.ndarray:
    size = value.size if issubclass(type(value), np.ndarray) else 0
    array = np.array(value) if size <= MOST_NUMBERS else None
    if array is None or array.size > MOST_NUMBERS:
        raise NotPlain(f"{describe(original)} with more numbers than can be checked")
    if array.dtype.kind not in "fiub":
        raise NotPlain(_with_what_it_holds(original))
    if array.dtype.kind == "b" or array.dtype == np.float32:
        return array
    exact = array.dtype.kind == "i" and array.dtype.itemsize <= 8
    return array.astype("<i8" if exact else "<f8")  # unsigned numbers would wrap around


def describe(value: object) -> str:
    """A value's type in words a learner uses."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        return f"an array of {value.dtype}"
    name = clean(type.__getattribute__(kind, "__name__"), inline=True) or "thing"
    article = "an" if name[:1].lower() in "aeio" else "a"
    size = f" of {kind.__len__(value)}" if kind in (list, tuple, dict, set) else ""
    return f"{article} {name}{size}"


def _with_what_it_holds(value: object) -> str:
    """Also what a list is of, if all of it is of one kind: a list of 3, each a dict of 2."""
    inner = {describe(item) for item in value} if type(value) in (list, tuple) else set()
    return f"{describe(value)}, each {inner.pop()}," if len(inner) == 1 else describe(value)


def clean(text: str, inline: bool = False) -> str:
    """Text that can be shown anywhere: no control characters or lone surrogates, not too long.

    `inline` text stands in a sentence of ours: it loses its line breaks and the marks that we use.
    """
    text = text[:MOST_TEXT].encode("utf-8", "replace").decode("utf-8")
    allowed = "" if inline else "\n\t"
    text = "".join(c if c.isprintable() or c in allowed else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text.translate({ord("`"): "'", ord("*"): "∗"})[:80] if inline else text
