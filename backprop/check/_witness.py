"""Who else agrees with a truth that is written as a forward pass: central differences and PyTorch."""

import numpy as np

from backprop.check import _torch
from backprop.check._compare import close, relative_distance
from backprop.exercises import Autodiff, Exercise
from backprop.exercises._autodiff import is_float
from backprop.functions import with_functions

STEP = 1e-5  # of central differences in float64: their error is about 1e-10 there, and grows on both sides
AGREES = 1e-6  # along one random direction: their worst entries are off by 1e-8, and curved functions by more
CASES = 10  # that the witnesses look at


def with_witnesses(exercise: Exercise, compared: str, seed: bytes) -> str:
    """A right answer's sentence, and who else agrees with the truth and how closely, where others can be asked."""
    if not isinstance(exercise.truth, Autodiff):
        return compared
    rng = np.random.default_rng(list(seed))
    cases = [with_functions(case) for case in exercise.inputs(rng)[:CASES]]
    differences = max(by_differences(exercise.truth, case, rng) for case in cases)
    torch = _torch_in_words(exercise, cases)
    told = f"and {_with(differences, AGREES)} central differences ({differences:.0e})."
    return f"{compared.removesuffix('.')}{torch} {told}"


def _with(distance: float, passes: float) -> str:
    return "with" if distance <= passes else "NOT with"


def by_differences(autodiff: Autodiff, case: dict, rng: np.random.Generator) -> float:
    """The relative difference of the slope along one random direction of +-1 steps in every input."""
    truth = autodiff(**case)
    step = {name: rng.choice([-1.0, 1.0], size=np.shape(value)) for name, value in case.items() if is_float(value)}
    gradients = {name: truth[autodiff.names.get(f"dL_d{name}", f"dL_d{name}")] for name in step}
    slope = sum(float(np.sum(gradients[name] * step[name])) for name in step)
    up, down = (autodiff.loss(**case | {name: case[name] + far * step[name] for name in step}) for far in (STEP, -STEP))
    return abs((up - down) / (2 * STEP) - slope) / max(abs(slope), 1.0)


def by_torch(autodiff: Autodiff, case: dict, where: str, names: list[str]) -> float:
    """The largest relative difference of the named parts between the engine and PyTorch."""
    truth, witness = autodiff(**case), _torch.parts(autodiff, case, where)
    return max(relative_distance(np.asarray(truth[name], float), np.asarray(witness[name], float)) for name in names)


def _torch_in_words(exercise: Exercise, cases: list[dict]) -> str:
    if not _torch.is_installed():
        return ""
    where = _torch.device()
    farthest = max(by_torch(exercise.truth, case, where, list(exercise.parts)) for case in cases)
    return f", {_with(farthest, _torch.passes_at(where))} {_torch.in_words(where)} ({close(farthest)})"
