"""Who agrees with the truth: PyTorch on whatever device there is, central differences, contributions that add."""

from dataclasses import replace

import numpy as np
import pytest
from learners import names, verdict_on

from backprop.check import _torch, check
from backprop.check._tolerances import TABLE, tolerance
from backprop.check._witness import by_differences, by_torch, with_witnesses
from backprop.exercises import Autodiff, Exercise, all_exercises
from backprop.functions import with_functions

WITNESSED = [exercise for exercise in all_exercises() if isinstance(exercise.truth, Autodiff)]


def cases(exercise, count=5):
    return [with_functions(case) for case in exercise.inputs(np.random.default_rng(8))[:count]]


@pytest.mark.parametrize("exercise", WITNESSED, ids=names)
def test_the_truth_agrees_with_torch(exercise):
    pytest.importorskip("torch")
    for case in cases(exercise):
        assert by_torch(exercise.truth, case, "cpu", list(exercise.parts)) < 1e-12


@pytest.mark.parametrize("exercise", WITNESSED, ids=names)
def test_the_truth_agrees_with_central_differences(exercise):
    for case in cases(exercise):
        assert by_differences(exercise.truth, case, np.random.default_rng(9)) < 1e-6


@pytest.mark.gpu
@pytest.mark.parametrize("exercise", WITNESSED, ids=names)
def test_the_truth_agrees_with_torch_on_the_gpu(exercise):
    torch = pytest.importorskip("torch")
    where = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else ""
    if not where:
        pytest.skip("PyTorch sees no GPU here")
    for case in cases(exercise):
        assert by_torch(exercise.truth, case, where, list(exercise.parts)) < _torch.passes_at(where)


class Lying(Autodiff):
    def __call__(self, x):
        return {"dL_dx": 3 * x * np.arange(1, 3)}


def test_a_wrong_gradient_is_noticed_by_both_witnesses():
    def doubled(F, x):
        return {"L": 2 * F.sum(x * x) if F.__class__.__name__ == "module" else F.sum(x * x)}

    case = {"x": np.array([1.0, -2.0])}
    assert by_torch(Autodiff(doubled), case, "cpu", ["dL_dx"]) > 0.4
    assert by_differences(Lying(doubled), case, np.random.default_rng(0)) > 0.1


def test_the_card_says_who_agrees(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setenv("BACKPROP_DEVICE", "cpu")
    _torch.device.cache_clear()
    right = next(exercise for exercise in all_exercises() if exercise.id == "dL-dw1").mistakes[0].wrong.but
    card = check("dL-dw1", lambda **case: right(da1_dz1=lambda z1: float(z1 > 0))(**case)["dL_dw1"])
    assert "agree with the reference engine" in repr(card)
    assert ", with PyTorch " in repr(card) and " on the CPU (" in repr(card)
    assert "and with central differences (" in repr(card)


def test_the_card_says_who_does_not_agree():
    exercise = replace(
        RESIDUAL, truth=Lying(lambda F, x: {"L": F.sum(x * x)}), draw=lambda rng: {"x": rng.normal(size=2)}
    )
    told = with_witnesses(replace(exercise, shown={"x": np.ones(2)}), "Right.", b"seed")
    assert "Right, NOT with PyTorch" in told and "NOT with central differences" in told


def test_the_card_without_torch(monkeypatch):
    monkeypatch.setattr(_torch, "is_installed", lambda: False)
    exercise = next(exercise for exercise in all_exercises() if exercise.id == "dL-dw1")
    text = repr(check("dL-dw1", exercise.truth))
    assert "PyTorch" not in text and "and with central differences" in text


def test_the_tolerance_table():
    assert tolerance("float64", "cpu") == 1e-10 and tolerance("tf32", "cuda", kinked=True) == 0.2
    assert all(row.smooth <= row.kinked and row.source for row in TABLE)
    with pytest.raises(LookupError, match="no tolerance is known for float8 on cpu; there are float64 on cpu"):
        tolerance("float8", "cpu")


@pytest.mark.parametrize("dtype", ["float64", "float32", "tf32", "bfloat16"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_right_gradients_in_fewer_digits_stay_within_the_table(dtype, activation):
    precision = pytest.importorskip("precision", reason="PyTorch is not installed")
    row = precision.row_of(dtype, "cpu")
    assert precision.farthest(dtype, "cpu", activation, nets=3) < (row.kinked if activation == "relu" else row.smooth)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_gradients_on_the_gpu_stay_within_the_table(dtype):
    precision = pytest.importorskip("precision", reason="PyTorch is not installed")
    if not pytest.importorskip("torch").cuda.is_available():
        pytest.skip("PyTorch sees no CUDA device here")
    assert precision.farthest(dtype, "cuda", "tanh", nets=20) < precision.row_of(dtype, "cuda").smooth


def residual(F, x, W, G):
    h = F.tanh(x @ W)
    out = x + h
    return {"h": h, "out": out, "L": F.sum(out * G)}


RESIDUAL = Exercise(
    id="residual",
    name="residual",
    parts={"dL_dx": 1},
    truth=Autodiff(residual),
    draw=lambda rng: {"x": rng.normal(size=(3, 4)), "W": rng.normal(size=(4, 4)), "G": rng.normal(size=(3, 4))},
    shown={"x": np.ones((3, 4)) / 3, "W": np.eye(4) + 0.2, "G": np.arange(12.0).reshape(3, 4)},
)


def identity_lost(x, W, G):
    return (G * (1 - np.tanh(x @ W) ** 2)) @ W.T


def branch_lost(x, W, G):
    return G.copy()


def one_call_late(x, W, G, kept=[]):  # noqa: B006 - the trap itself
    kept.append(RESIDUAL.truth(x=x, W=W, G=G)["dL_dx"])
    return kept[-2] if len(kept) > 1 else kept[0]


@pytest.mark.parametrize(
    ("learner", "words"),
    [
        (identity_lost, "1 of 2 contributions"),
        (branch_lost, "1 of 2 contributions"),
        (one_call_late, "the answer to the call before"),
    ],
)
def test_lost_terms_and_stale_answers_are_recognised(learner, words):
    assert words in verdict_on(RESIDUAL, learner).text()
