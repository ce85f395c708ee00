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


WELL, NOT_WELL, UNKNOWN = "well", "not well", "unknown"


@dataclass(frozen=True)
class Remedy(Sealed):
    """Any treatment with this outcome for the patient of this number and bed."""

    my_number: int
    bed: int
    outcome: str = WELL
    options: tuple[str, ...] = (
        "initialisation=Xavier",
        "activation=tanh",
        "rate=0.05",
        "mend=2",
        "mend=3",
        "mend=4",
        "rest",
    )

    def opens(self, exercise: str, part: str, answer: object) -> bool:
        """Train the patient with this treatment and look at the chart."""
        try:
            cured = ward(self.my_number)[self.bed].treat(answer).cured
        except UnknownTreatment:
            return self.outcome == UNKNOWN
        return self.outcome == (WELL if cured else NOT_WELL)


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


def remedy_mistake(id: str, title: str, sentence: str, bed: int, outcome: str) -> Mistake:
    """A remedy with this outcome for this bed."""
    return Mistake(
        f"{id}-{bed}", title, sentence, lambda my_number: {f"remedy_{bed}": Remedy("", my_number, bed, outcome)}
    )


def no_cure(bed: int) -> Mistake:
    """A treatment of this bed that changes nothing for the better."""
    return remedy_mistake(
        "no-cure",
        "with a remedy that the check has tried in vain",
        f"The first line of `patients[{bed}].treat(...)` says where the loss ended and which gradient is wrong.",
        bed,
        NOT_WELL,
    )


def no_treatment(bed: int) -> Mistake:
    """Words that the clinic does not know."""
    return remedy_mistake(
        "no-treatment",
        "with a remedy that the clinic does not have",
        "A treatment is a text in quotes, name=value, such as 'rate=0.05' or 'mend=3'. The lesson lists them all.",
        bed,
        UNKNOWN,
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
            "flat-for-depth",
            "if a small slope were saturation",
            "Sigmoid's slope is 0.25 at most. Here it is near that in every layer, and small ones multiply.",
            confused("saturated units", 0),
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
            "exploding-for-bug",
            "if the gradient were right and only too large",
            "Look at the column `check` first: what is wrong need not be measured.",
            confused("exploding", 7),
        ),
        Mistake(
            "rate-for-bug",
            "if the rate were to blame",
            "Look at the column `check`: it says where the gradient is not what a nudge finds.",
            confused("rate too large", 7),
        ),
        *map(no_cure, BEDS),
        *map(no_treatment, BEDS),
    ),
)
