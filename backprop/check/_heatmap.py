"""A small picture of where an array is wrong."""

from html import escape

import numpy as np

MOST = 12  # rows and columns; a larger array shows its first ones
WRONG, RIGHT = "background:#F6C7A8;color:#5B2300", "background:#EEF3F1;color:#1b1b1b"


def heatmap(name: str, expected: np.ndarray, given: np.ndarray, tolerance: float) -> str:
    """The given entries, the wrong ones coloured and marked; empty where the shapes differ or there is no array."""
    if given.shape != expected.shape or not 1 <= given.ndim <= 2 or given.size < 2:
        return ""
    wrong = wrong_entries(expected, given, tolerance)
    rows = [_row(*row) for row in zip(*(np.atleast_2d(a)[:MOST, :MOST] for a in (expected, given, wrong)), strict=True)]
    summary = escape(_summary(name, expected, given, wrong))
    style = "border-collapse:separate;border-spacing:2px;margin-top:10px;font:12px/1.6 ui-monospace,monospace"
    table = f'<table role="img" aria-label="{summary}" style="{style}">{"".join(rows)}</table>'
    return f'{table}<p style="margin:4px 0 0;font-size:12px">{summary}</p>'


def wrong_entries(expected: np.ndarray, given: np.ndarray, tolerance: float) -> np.ndarray:
    """Where an entry is off by more than the tolerance, measured by the array's size."""
    size = np.abs(expected).max() or 1.0
    return ~(np.abs(given - expected) <= tolerance * size)


def _summary(name: str, expected: np.ndarray, given: np.ndarray, wrong: np.ndarray) -> str:
    off = np.where(np.isfinite(given), np.abs(given - expected), np.inf)
    at = np.unravel_index(int(np.argmax(off)), off.shape)
    where = ", ".join(str(int(i)) for i in at)
    digits = enough_digits(given[at], expected[at])
    return (
        f"{int(wrong.sum())} of {wrong.size} entries of {name} differ (marked ✗); "
        f"the farthest is [{where}]: {given[at]:.{digits}g} instead of {expected[at]:.{digits}g}."
    )


def enough_digits(given: float, expected: float) -> int:
    """As many as it takes to see that the two differ, 4 at least."""
    return next((d for d in (4, 8, 12) if f"{given:.{d}g}" != f"{expected:.{d}g}"), 16)


def _row(expected: np.ndarray, given: np.ndarray, wrong: np.ndarray) -> str:
    return f"<tr>{''.join(map(_cell, expected, given, wrong))}</tr>"


def _cell(expected: float, given: float, wrong: bool) -> str:
    style = f"padding:2px 6px;text-align:right;{WRONG if wrong else RIGHT}"
    digits = enough_digits(given, expected) if wrong else 4
    shown = f"{given:.3g}" if digits == 4 else f"{given:.{digits}g}"
    return f'<td style="{style}" title="expected {expected:.{digits}g}">{shown}{" ✗" if wrong else ""}</td>'
