"""The clinic: eight sick runs, each named and treated; a remedy counts if the check's own run of it recovers."""

from collections.abc import Callable
from dataclasses import dataclass

from backprop.clinic import BEDS, UnknownTreatment, case_in, ward
from backprop.exercises._form import Exercise, Mistake, Sealed, Values, seal

ILLNESSES = (
    "vanishing",
    "exploding",
    "dead units",
    "saturated units",
    "units alike",
    "rate too large",
    "rate too small",
    "bug in backward",
)
KEYS = (  # of the cases, in the clinic's order
    "aee2a95c04ce85611851",
    "76cfc030cf8acefe81f8",
    "abf4e494a196ecd3a5e6",
    "0218b388cb08a29d1524",
    "4fd6d0cf40eebfa4d62a",
    "2db77ec8232582a1c7ab",
    "94bae704f2e11c93b4db",
    "cc74c19d21d0832801ee",
)


@dataclass(frozen=True)
class Illness(Sealed):
    """The name of a bed's illness; the same in every bed."""

    options: tuple[str, ...] = ILLNESSES

    def opens(self, exercise: str, part: str, answer: object) -> bool:
        """Is this its name?"""
        return super().opens(exercise, "illness", answer)


@dataclass(frozen=True)
class Remedy(Sealed):
    """Any treatment after which the patient of this number and bed does as `wanted`."""

    my_number: int
    bed: int
    wanted: bool = True
    options: tuple[str, ...] = (
        "initialisation=Xavier",
        "activation=tanh",
        "rate=0.05",
        *(f"mend={n}" for n in (2, 3, 4)),
    )

    def opens(self, exercise: str, part: str, answer: object) -> bool:
        """Train the patient with this treatment and look at the chart."""
        try:
            return ward(self.my_number)[self.bed].treat(answer).cured is self.wanted
        except UnknownTreatment:
            return False


def true_diagnoses(my_number: int) -> Values:
    """For each bed its illness, and whatever heals it."""
    answers = {}
    for bed in BEDS:
        answers[f"illness_{bed}"] = Illness(KEYS[case_in(my_number, bed)])
        answers[f"remedy_{bed}"] = Remedy("", my_number, bed)
    return answers


def confused(taken: str, real: int) -> Callable[..., Values]:
    """A learner who takes the illness of case `real` for another."""

    def wrong(my_number: int) -> Values:
        bed = next(bed for bed in BEDS if case_in(my_number, bed) == real)
        return {f"illness_{bed}": Illness(seal("clinic", "illness", taken).digest)}

    return wrong


def no_cure(bed: int) -> Mistake:
    """A treatment of this bed that changes nothing for the better."""
    return Mistake(
        f"no-cure-{bed}",
        "with a remedy that the check has tried in vain",
        f"It ran the patient in bed {bed}: the loss does not end below 0.5, or a layer's gradient is still wrong.",
        lambda my_number: {f"remedy_{bed}": Remedy("", my_number, bed, wanted=False)},
    )


CLINIC = Exercise(
    id="clinic",
    name="diagnoses",
    parts={f"{what}_{bed}": points for bed in BEDS for what, points in (("illness", 1), ("remedy", 0.5))},
    truth=true_diagnoses,
    style="values",
    personal="my_number",
    mistakes=(
        Mistake(
            "zero-for-small",
            "if a gradient of exactly 0 were a small one",
            "Small gradients shrink from layer to layer. Here they stop at one layer. Look at its slope.",
            confused("vanishing", 2),
        ),
        Mistake(
            "flat-for-vanishing",
            "if every lost gradient were lost to depth",
            "Here it is lost in one layer, not in all. Look at that layer's slope, and how far its z lie from 0.",
            confused("vanishing", 3),
        ),
        Mistake(
            "flat-for-dead",
            "if tanh could die",
            "A dead ReLU has slope 0. This slope is tiny, but it is not 0: the units sit where tanh is flat.",
            confused("dead units", 3),
        ),
        Mistake(
            "dead-for-flat",
            "if ReLU could saturate",
            "ReLU is flat on one side only, and there its slope is exactly 0.",
            confused("saturated units", 2),
        ),
        Mistake(
            "rate-for-exploding",
            "if the rate were to blame",
            "Look at step 0, before any step was made: the gradient grows from layer to layer already.",
            confused("rate too large", 1),
        ),
        Mistake(
            "exploding-for-rate",
            "if the gradient were to blame",
            "Before the first step all layers look well. It is the steps that are too long.",
            confused("exploding", 5),
        ),
        Mistake(
            "slow-for-alike",
            "if the steps were too short",
            "Look at the column `between`: how much do the units of a layer differ from one another?",
            confused("rate too small", 4),
        ),
        Mistake(
            "slow-for-vanishing",
            "if the steps were too short",
            "The last layers do get a gradient. Compare it with the first layer's.",
            confused("rate too small", 0),
        ),
        Mistake(
            "vanishing-for-slow",
            "if the gradient did not arrive",
            "It arrives in the first layer as large as it left the last. And the loss does fall, slowly.",
            confused("vanishing", 6),
        ),
        Mistake(
            "rate-for-bug",
            "if the rate were to blame",
            "Look at the column `check`: it says where the gradient is not what a nudge finds.",
            confused("rate too large", 7),
        ),
        *map(no_cure, BEDS),
    ),
)
