"""A learner's own number: what a check accepts is what the things drawn from it accept. Nothing of the course in it."""

from numbers import Integral

LARGEST_NUMBER = 10**12 - 1  # twelve digits; the check reads whole numbers of 64 bits
WANTED = (
    f"a whole number from 1 to {LARGEST_NUMBER:,} such as your student number; use only the digits, without quotes "
    "and without a leading zero"
)


def own_number(value: object, least: int = 1) -> int:
    """The number as an int; ValueError if it is none from `least` to LARGEST_NUMBER."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not least <= value <= LARGEST_NUMBER:
        raise ValueError(f"expected {WANTED}, got {value!r}")
    return int(value)
