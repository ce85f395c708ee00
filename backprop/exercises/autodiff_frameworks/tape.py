"""A tape of five lines, read backward on paper: v1 = a, v2 = b, v3 = v1 v2, v4 = v3 + v1, v5 = v4^2."""

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values

GIVEN = dict(v1=2.0, v2=3.0)


def _forward(F, v1, v2) -> dict:
    v3 = v1 * v2
    v4 = v3 + v1
    return dict(v3=v3, v4=v4, L=v4**2)


_tape = Autodiff(_forward, names={"dL_dv1": "g1", "dL_dv2": "g2", "dL_dv3": "g3", "dL_dv4": "g4"})


def true_tape() -> Values:
    """The gradient beside every line of the tape."""
    return {"g5": 1.0} | _tape(**GIVEN)


tape_by_hand = Derivation(
    v3=lambda v1, v2: v1 * v2,
    v4=lambda v3, v1: v3 + v1,
    g5=lambda: 1.0,
    g4=lambda g5, v4: g5 * 2 * v4,
    g3=lambda g4: g4,
    from_sum=lambda g4: g4,
    from_product=lambda g3, v2: g3 * v2,
    g2=lambda g3, v1: g3 * v1,
    g1=lambda from_sum, from_product: from_sum + from_product,
)
PARTS = dict(g5=0.4, g4=0.4, g3=0.4, g2=0.4, g1=0.4)


ON_PAPER = tape_by_hand.only(*PARTS, **GIVEN)


TAPE_NUMBERS = Exercise(
    id="tape-numbers",
    name="tape",
    parts=PARTS,
    truth=true_tape,
    style="values",
    tolerance=1e-3,
    mistakes=(
        ON_PAPER.mistake(
            "overwritten-by-product",
            "when the share from line 3 replaces the one from line 4",
            "v1 is used on two lines. Each hands its share back, and the shares add.",
            g1=lambda from_product: from_product,
        ),
        ON_PAPER.mistake(
            "overwritten-by-sum",
            "when only line 4 hands something back to v1",
            "v1 is used on two lines. Line 3 hands its share back too, and the shares add.",
            g1=lambda from_sum: from_sum,
        ),
        ON_PAPER.mistake(
            "own-factor",
            "by multiplying with a number's own value",
            "In v1 v2 the slope along v1 is v2, the other factor.",
            from_product=lambda g3, v1: g3 * v1,
            g2=lambda g3, v2: g3 * v2,
        ),
        ON_PAPER.mistake(
            "value-for-slope",
            "by starting with the loss itself",
            "The output follows itself one to one: its gradient is 1, whatever its value is.",
            g5=lambda v4: v4**2,
        ),
        ON_PAPER.mistake(
            "power-kept",
            "when the square stays",
            "The slope of a square is twice what was squared: 2 v4.",
            g4=lambda g5, v4: g5 * v4**2,
        ),
    ),
)
