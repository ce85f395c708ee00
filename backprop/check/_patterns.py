"""Mistakes that any exercise can see: a lost factor, a transpose, a sum too few. Each is recognised on all cases."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from backprop.check._compare import relative_distance
from backprop.check._verdict import Diagnosis
from backprop.exercises import Autodiff, Exercise

MOST_WAYS = 4  # from one value to the loss, of which subsets are tried


@dataclass(frozen=True)
class Evidence:
    """The first wrong part over all cases: what was asked, expected and given, as arrays."""

    exercise: Exercise
    part: str
    cases: list[dict]
    expected: list[np.ndarray]
    given: list[np.ndarray]
    shown: int = 0  # which case the card shows

    def fits(self, candidates: list[np.ndarray]) -> bool:
        """Is the given answer this one in every case?"""
        return all(
            candidate.shape == given.shape and relative_distance(candidate, given) <= self.exercise.tolerance
            for candidate, given in zip(candidates, self.given, strict=True)
        )

    @property
    def same_shape(self) -> bool:
        """Do the shapes agree in every case?"""
        return all(e.shape == g.shape for e, g in zip(self.expected, self.given, strict=True))


def recognise(evidence: Evidence) -> Diagnosis | None:
    """The first pattern that fits, or None."""
    found = (pattern(evidence) for pattern in PATTERNS)
    return next((Diagnosis(None, *words) for words in found if words), None)


Words = tuple[str, str] | None  # a title that completes "Your answer is ...", and a sentence


def not_finite(seen: Evidence) -> Words:
    """NaN or infinity: where it begins."""
    all_cases = list(zip(seen.cases, seen.given, strict=True))
    for case, given in [all_cases[seen.shown], *all_cases]:  # the card's own example first
        if given.size and not np.isfinite(given).all():
            at = [int(i) for i in np.argwhere(~np.isfinite(given))[0]]
            where = f"`{seen.part}`{at or ''}"
            what = "nan" if np.isnan(given).any() else "infinite"
            sizes = ", ".join(f"`{name}` up to {np.abs(value).max():.3g}" for name, value in _arrays(case))
            look = "Look for 0/0, the logarithm of 0, or exp of a large number."
            return f"{what}, first at {where}", f"{look} The inputs: {sizes}."
    return None


def transposed(seen: Evidence) -> Words:
    """Rows and columns exchanged."""
    if all(e.ndim == 2 for e in seen.expected) and seen.fits([e.T for e in seen.expected]):
        return (
            "transposed",
            "Every number is right, but rows and columns are exchanged. Write down the shapes.",
        )
    return None


def not_summed(seen: Evidence) -> Words:
    """An axis is left over that should have been summed: broadcasting's way back."""
    for axis in range(max(g.ndim for g in seen.given)):
        if all(g.ndim > axis and g.ndim == e.ndim + 1 for e, g in zip(seen.expected, seen.given, strict=True)):
            summed = [g.sum(axis=axis) for g in seen.given]
            if all(_close(e, s, seen) for e, s in zip(seen.expected, summed, strict=True)):
                return f"not summed over axis {axis}", _why_summed(seen.part)
    return None


def _why_summed(part: str) -> str:
    if part.startswith("dL_"):
        return "What every example used on the way forward sums up on the way back."
    return f"The numbers along that axis are shares of one: `{part}` is their sum."


def axis_too_many(seen: Evidence) -> Words:
    """Right numbers with an axis of length 1 too many or too few."""
    pairs = list(zip(seen.expected, seen.given, strict=True))
    if seen.same_shape or any(e.size != g.size or e.squeeze().shape != g.squeeze().shape for e, g in pairs):
        return None
    if all(_close(e.ravel(), g.ravel(), seen) for e, g in pairs):
        return (
            "right in its numbers, but not in its shape",
            "Look for `keepdims`, or for a `[:, None]` too many or too few.",
        )
    return None


FACTORS = {
    -1.0: ("of the opposite sign", "Every value is right but for its sign."),
    2.0: ("twice too large", "A factor of 2 has slipped in."),
    0.5: ("half of what it should be", "A factor of 2 is lost."),
}


def constant_factor(seen: Evidence) -> Words:
    """The sign or a factor of two; among few typed-in numbers that would mostly be chance."""
    if seen.exercise.style == "values":
        return None
    return next((words for factor, words in FACTORS.items() if seen.fits([factor * e for e in seen.expected])), None)


def size_factor(seen: Evidence) -> Words:
    """A factor that is one of the input's dimensions: sum for mean, or mean for sum."""
    for name, _ in _arrays(seen.cases[0]):
        for axis in range(min(np.ndim(case[name]) for case in seen.cases)):
            sizes = [case[name].shape[axis] for case in seen.cases]
            where = f"the {'rows' if axis == 0 else 'columns' if axis == 1 else 'size'} of `{name}`"
            if max(sizes) == 1:
                continue
            if seen.fits([e * n for e, n in zip(seen.expected, sizes, strict=True)]):
                return (
                    f"too large by the number of {where}",
                    "A sum stands where a mean belongs: the 1/N is lost.",
                )
            if seen.fits([e / n for e, n in zip(seen.expected, sizes, strict=True)]):
                return (
                    f"too small by the number of {where}",
                    "It is divided by N once too often.",
                )
    return None


def upstream_ignored(seen: Evidence) -> Words:
    """The derivative alone, without what came from the loss."""
    name = seen.exercise.upstream
    if name is None:
        return None
    alone = [seen.exercise.truth(**case | {name: np.ones_like(case[name])})[seen.part] for case in seen.cases]
    if seen.fits([np.asarray(value) for value in alone]):
        return (
            "without the upstream gradient",
            f"The local derivative is to be multiplied by `{name}`.",
        )
    return None


def contribution_missing(seen: Evidence) -> Words:
    """A value that is used in several places, and the gradient that only some of them send back."""
    if not isinstance(seen.exercise.truth, Autodiff):
        return None
    ways = [seen.exercise.truth.contributions(seen.part, case) for case in seen.cases]
    count = len(ways[0])
    if not 2 <= count <= MOST_WAYS or any(len(way) != count for way in ways):
        return None
    for kept in (some for size in range(1, count) for some in combinations(range(count), size)):
        if seen.fits([sum(way[i] for i in kept) for way in ways]):
            return (
                f"{len(kept)} of {count} contributions",
                f"The value is used {count} times on the way forward, and each use sends a gradient back. "
                "They add: look for a term left out, or for `=` where `+=` belongs.",
            )
    return None


def remembered(seen: Evidence) -> Words:
    """The answer to an earlier question: something is kept between two calls."""
    if seen.exercise.style == "values" or len(seen.given) < 3:
        return None
    if seen.fits([seen.expected[0], *seen.expected[:-1]]):
        return (
            "the answer to the call before",
            "Something is kept between two calls: a global name, a default argument, a cache that is not renewed.",
        )
    return None


def single_precision(seen: Evidence) -> Words:
    """Right to seven digits, and no more digits there."""
    if seen.same_shape and _largest(seen) < 1e-5 and all((g == g.astype(np.float32)).all() for g in seen.given):
        return "computed in float32", "It has about seven right digits. Keep float64: look for `dtype` or `np.float32`."
    return None


def whole_numbers(seen: Evidence) -> Words:
    """Cut or rounded to integers."""
    if all(g.dtype.kind == "i" for g in seen.given) and seen.same_shape:
        for cut in (np.trunc, np.floor, np.rint):
            if all((cut(e) == g).all() for e, g in zip(seen.expected, seen.given, strict=True)):
                return "cut to whole numbers", "Look for `//`, `int(...)`, or an array made with an integer dtype."
    return None


def approximated(seen: Evidence) -> Words:
    """Close, but not as close as a derivation comes."""
    if seen.exercise.style != "values" and seen.same_shape and _largest(seen) < 1e-4:
        return "an approximation", (
            f"It comes close (largest relative difference {_largest(seen):.0e}), but a derivation is exact. "
            "Finite differences and rounding look like this."
        )
    return None


def example_only(seen: Evidence) -> Words:
    """Right on the lesson's own numbers, wrong on nearly all others."""
    close = [_close(e, g, seen) for e, g in zip(seen.expected, seen.given, strict=True)]
    if len(close) > 1 and close[0] and sum(close) < 0.1 * len(close):
        return "right on the lesson's example only", (
            "Other inputs give other numbers: compute with the arguments, and keep nothing from an earlier call."
        )
    return None


PATTERNS: tuple[Callable[[Evidence], Words], ...] = (
    not_finite,
    transposed,
    axis_too_many,
    not_summed,
    constant_factor,
    size_factor,
    upstream_ignored,
    contribution_missing,
    remembered,
    single_precision,
    whole_numbers,
    approximated,
    example_only,
)


def _close(expected: np.ndarray, given: np.ndarray, seen: Evidence) -> bool:
    return expected.shape == given.shape and relative_distance(expected, given) <= seen.exercise.tolerance


def _largest(seen: Evidence) -> float:
    return max(relative_distance(e, g) for e, g in zip(seen.expected, seen.given, strict=True))


def _arrays(case: dict) -> list[tuple[str, np.ndarray]]:
    return [(name, value) for name, value in case.items() if isinstance(value, np.ndarray | float) and np.size(value)]
