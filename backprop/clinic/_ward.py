"""Eight beds, drawn by a number: which illness lies where, and what a treatment does."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from backprop.clinic._chart import text
from backprop.clinic._net import ACTIVATIONS, INITIALISATIONS, Settings
from backprop.clinic._training import Run, train
from backprop.own_number import own_number

BEDS = range(1, 9)
WIDTH = 24  # units of a hidden layer
CURED = 0.5  # a constant prediction has a loss of 1
EXACT = 1e-2  # a gradient check below it is passed: a nudge may cross a kink
TREATMENTS = (
    "activation=sigmoid, tanh, ReLU, leaky ReLU or swish; initialisation=Xavier or He; rate=a number; "
    "clipping=a number; normalisation=batch; residual=on; mend=the number of one of its layers"
)
_CASES = (  # what is the same in all patients with an illness, and what differs: seed, layers, where or how much
    (
        dict(activation="sigmoid", initialisation="Xavier"),
        (dict(seed=2, depth=7), dict(seed=4, depth=6), dict(seed=5, depth=7)),
    ),
    (
        dict(),
        (dict(seed=1, depth=6, gain=3.0), dict(seed=6, depth=5, gain=2.5), dict(seed=10, depth=6, gain=3.0)),
    ),
    (
        dict(bias=-9.0),
        (dict(seed=1, depth=6, biased=3), dict(seed=4, depth=6, biased=3), dict(seed=5, depth=7, biased=4)),
    ),
    (
        dict(activation="tanh", initialisation="Xavier", bias=5.0),
        (dict(seed=1, depth=6, biased=3), dict(seed=2, depth=7, biased=4), dict(seed=4, depth=6, biased=3)),
    ),
    (
        dict(alike=True),
        (dict(seed=1, depth=6), dict(seed=2, depth=7), dict(seed=5, depth=7)),
    ),
    (
        dict(),
        (dict(seed=1, depth=6, rate=1.5), dict(seed=2, depth=7, rate=2.0), dict(seed=4, depth=6, rate=2.0)),
    ),
    (
        dict(),
        (dict(seed=1, depth=6, rate=3e-5), dict(seed=2, depth=7, rate=5e-5), dict(seed=4, depth=6, rate=5e-5)),
    ),
    (
        dict(),
        (dict(seed=1, depth=6, bug=2), dict(seed=2, depth=7, bug=4), dict(seed=4, depth=6, bug=3)),
    ),
)


class UnknownTreatment(ValueError):
    """Raised for a treatment that the clinic does not have; the message lists those it has."""


@dataclass(frozen=True)
class Patient:
    """A sick training run; shown, it prints its chart."""

    settings: Settings
    tried: str = ""  # the treatments so far

    @property
    def run(self) -> Run:
        """The logbook of its training."""
        return _trained(self.settings)

    def treat(self, treatment: str) -> "Patient":
        """The same net trained from the start with one thing changed: `treat("rate=0.05")`."""
        changed = _changed(self.settings, treatment)
        return Patient(changed, f"{self.tried}, {treatment}" if self.tried else treatment)

    @property
    def cured(self) -> bool:
        """Does the loss end below 0.5, with gradients that are right in every layer?"""
        return not self.complaints

    @property
    def complaints(self) -> list[str]:
        """What is still wrong after the last step, in words; nothing if the patient is well."""
        loss, wrong = self.run.loss, [k for k, row in enumerate(self.run.layers, start=1) if not row.check < EXACT]
        ends = f"the loss ends at {loss:.2g}, not below {CURED}" if np.isfinite(loss) else "the loss overflows"
        layers = f"the gradient is wrong in layer {', '.join(map(str, wrong))}"
        return [ends] * (not loss < CURED) + [layers] * bool(wrong)

    def __repr__(self) -> str:
        return text(self.run, self.complaints, self.tried)


def ward(my_number: int) -> dict[int, Patient]:
    """The eight patients of one learner, by bed; ValueError for a number that no check takes."""
    my_number = own_number(my_number)
    return {bed: Patient(_admitted(*found)) for bed, found in zip(BEDS, _drawn(my_number), strict=True)}


def visitors() -> tuple[Patient, Patient]:
    """Two nets that everybody may look at: a healthy one, and one whose first weights are too small."""
    healthy = Settings((4, *[WIDTH] * 5, 1), seed=1)
    return Patient(healthy), Patient(replace(healthy, initialisation="small"))


def case_in(my_number: int, bed: int) -> int:
    """Which of the eight cases lies in a bed, 0 to 7."""
    return _drawn(my_number)[bed - 1][0]


def _drawn(my_number: int) -> list[tuple[int, int]]:
    rng = np.random.default_rng([my_number, 8])
    return [(int(case), int(rng.integers(len(_CASES[case][1])))) for case in rng.permutation(len(_CASES))]


def _admitted(case: int, variant: int) -> Settings:
    sick, variants = _CASES[case]
    own = dict(variants[variant])
    sizes = (4, *[WIDTH] * (own.pop("depth") - 1), 1)
    return Settings(sizes, **sick, **own)


@lru_cache(maxsize=256)
def _trained(settings: Settings) -> Run:
    return train(settings)


def _changed(settings: Settings, treatment: str) -> Settings:
    if not isinstance(treatment, str):
        raise UnknownTreatment(f"a text such as 'mend=3' was expected, got {treatment!r}; there are: {TREATMENTS}")
    name, _, dose = (word.strip().lower() for word in treatment.partition("="))
    try:
        return replace(settings, **_CABINET[name.replace("ization", "isation")](dose, settings))
    except (KeyError, ValueError):
        raise UnknownTreatment(f"there is no treatment {treatment!r}; there are: {TREATMENTS}") from None


def _named(table: dict, dose: str) -> str:
    return {name.lower(): name for name in table}[dose]


def _positive(dose: str) -> float:
    if not 0 < float(dose) < 1e9:
        raise ValueError(dose)
    return float(dose)


def _redrawn(dose: str) -> dict:
    if dose not in ("xavier", "he"):
        raise ValueError(dose)
    return dict(initialisation=_named(INITIALISATIONS, dose), gain=1.0, bias=0.0, biased=None, alike=False)


def _layer(dose: str, settings: Settings) -> int:
    if not 1 <= int(dose) < len(settings.sizes):
        raise ValueError(dose)
    return int(dose)


_CABINET = {
    "activation": lambda dose, _: dict(activation=_named(ACTIVATIONS, dose)),
    "initialisation": lambda dose, _: _redrawn(dose),
    "rate": lambda dose, _: dict(rate=_positive(dose)),
    "clipping": lambda dose, _: dict(clipping=_positive(dose)),
    "normalisation": lambda dose, _: {"batch": dict(normalisation=True)}[dose],
    "residual": lambda dose, _: {"on": dict(residual=True)}[dose],
    "mend": lambda dose, settings: dict(bug=None) if _layer(dose, settings) == settings.bug else {},
}
