"""The bug hunt: layer, cause and mended gradients of each suspect, all drawn from the learner's number."""

from functools import partial

import numpy as np

from backprop.bug_hunt import NOBODY, Plan, Suspect, plans
from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values, seal

PARAMETERS = [f"{kind}{k}" for k in (1, 2, 3, 4) for kind in "Wb"]


def _forward(F, order, activation, X, Y, **parameters) -> dict:
    A = X
    for step, k in enumerate(order, 1):
        Z = F.linear(A, parameters[f"W{k}"], parameters[f"b{k}"])
        A = getattr(F, activation)(Z) if step < len(order) else Z
    return dict(L=F.sum((A - Y) ** 2) / X.shape[0])


suspects_loss = Autodiff(_forward)


def right_gradient(plan: Plan) -> np.ndarray:
    """All gradients of a suspect, as they should be, one after the other."""
    found = suspects_loss(order=plan.order, activation=plan.activation, **plan.arrays())
    return np.concatenate([np.ravel(found[f"dL_d{name}"]) for name in PARAMETERS])


def findings(exercise: str, numbers: tuple[int, ...], my_number: int) -> Values:
    """What a learner with this number finds in these suspects, counted from 1."""
    found, all_plans = {}, plans(my_number)
    for k in numbers:
        plan = all_plans[k - 1]
        cause = seal(exercise, f"cause_{k}", plan.cause)
        found |= {f"layer_{k}": plan.layer, f"cause_{k}": cause, f"mended_{k}": right_gradient(plan)}
    return found


def as_it_came(k: int, my_number: int) -> Values:
    """The gradients of one suspect before anything is mended."""
    return {f"mended_{k}": Suspect(plans(my_number)[k - 1]).gradient()}


def of_nobodys(k: int, my_number: int) -> Values:
    """The right gradients, but of the suspect that is shown before a number is given."""
    return {f"mended_{k}": right_gradient(plans(NOBODY)[k - 1])}


def not_mended(k: int) -> tuple[Mistake, Mistake]:
    """What goes wrong with the repair of one suspect."""
    return (
        Mistake(
            f"not-mended-{k}",
            f"of suspect {k} as it came",
            "These are the gradients from before the repair. Does the text of the mended line differ from the old? "
            "Is it a line of the way back? The loss is right: to change it changes no gradient.",
            partial(as_it_came, k),
        ),
        Mistake(
            f"before-the-number-{k}",
            "of a suspect that is nobody's",
            "This one was shown before you put in your number. Run the cell with `bug_hunt(my_number)` again, and look "
            "for the bug once more: your own suspects are other ones.",
            partial(of_nobodys, k),
        ),
    )


def counted_from_the_loss(numbers: tuple[int, ...], my_number: int) -> Values:
    """The layers' numbers, counted from the wrong end."""
    return {f"layer_{k}": 5 - plans(my_number)[k - 1].layer for k in numbers}


def hunt(id: str, name: str, numbers: tuple[int, ...]) -> Exercise:
    """The exercise on some of the six suspects."""
    parts = {}
    for k in numbers:
        parts |= {f"layer_{k}": 0.5, f"cause_{k}": 0.5, f"mended_{k}": 1}
    return Exercise(
        id=id,
        name=name,
        parts=parts,
        truth=partial(findings, id, numbers),
        style="values",
        personal="my_number",
        mistakes=(
            *(mistake for k in numbers for mistake in not_mended(k)),
            Mistake(
                "counted-from-the-loss",
                "when layers are counted from the loss",
                "Layer 1 is the one that the data meets first: its parameters are W1 and b1.",
                partial(counted_from_the_loss, numbers),
            ),
        ),
    )


HUNT_TWO = hunt("bug-hunt-two", "caught", (1, 2))
HUNT_FOUR = hunt("bug-hunt-four", "caught_too", (3, 4, 5, 6))
