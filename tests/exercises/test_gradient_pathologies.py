"""Lesson 04: its truths, held against PyTorch, simulation and counting; and what its draws promise."""

import numpy as np
import pytest
from learners import verdict_on

from backprop.clinic import BEDS, case_in, ward
from backprop.exercises import find
from backprop.exercises.gradient_pathologies.clinic import ILLNESSES, KEYS, true_diagnoses
from backprop.exercises.gradient_pathologies.depth import norms_by_hand
from backprop.functions import with_functions


def cases(id: str, seed: int = 1):
    """An exercise's inputs as its functions get them."""
    return [with_functions(case) for case in find(id).inputs(np.random.default_rng(seed))]


def test_the_norms_of_a_deep_net_agree_with_torch_and_by_hand():
    torch = pytest.importorskip("torch")
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh}
    for drawn, case in zip(
        find("gradient-norms").inputs(np.random.default_rng(1)), cases("gradient-norms"), strict=True
    ):
        A, W, G = (torch.tensor(case[name], requires_grad=name == "W") for name in ("X", "W", "G"))
        for w in W:
            A = functions[drawn["f"].removeprefix("function:")](A @ w.T)
        (A * G).sum().backward()
        truth = find("gradient-norms").truth(**case)
        np.testing.assert_allclose(truth["weight"], torch.linalg.matrix_norm(W.grad).numpy(), rtol=1e-12)
        by_hand = norms_by_hand(**case)
        np.testing.assert_allclose(truth["delta"], by_hand["delta"], rtol=1e-12)


def test_clipping_agrees_with_torch():
    torch = pytest.importorskip("torch")
    for case in cases("clip-by-global-norm"):
        parameters = [torch.zeros(case[name].shape, dtype=torch.float64) for name in ("dW1", "db1", "dW2")]
        for parameter, name in zip(parameters, ("dW1", "db1", "dW2"), strict=True):
            parameter.grad = torch.tensor(case[name])
        torch.nn.utils.clip_grad_norm_(parameters, case["limit"])
        truth = find("clip-by-global-norm").truth(**case)
        for parameter, name in zip(parameters, ("dW1", "db1", "dW2"), strict=True):
            np.testing.assert_allclose(truth[name], parameter.grad.numpy(), rtol=1e-5)  # torch adds 1e-6 to the norm


def test_batch_norm_agrees_with_torchs_own():
    torch = pytest.importorskip("torch")
    for case in cases("batch-norm"):
        given = {name: torch.tensor(value) for name, value in case.items() if name != "training"}
        Y = torch.nn.functional.batch_norm(
            given["X"], given["running_mean"].clone(), given["running_var"].clone(),
            given["gamma"], given["beta"], training=case["training"], eps=1e-5,
        )  # fmt: skip
        np.testing.assert_allclose(find("batch-norm").truth(**case)["Y"], Y.numpy(), rtol=1e-9, atol=1e-9)


def test_the_variances_on_paper_are_those_of_a_simulation():
    rng, truth = np.random.default_rng(0), find("variance-numbers").truth()
    z = rng.normal(size=(4000, 400)) @ rng.normal(0, 0.1, (400, 400)).T
    assert truth["z_variance"] == pytest.approx(z.var(), rel=0.02)
    assert truth["a_square"] == pytest.approx((np.maximum(z, 0) ** 2).mean(), rel=0.03)
    kept = rng.normal(size=(4000, 400)) @ rng.normal(0, truth["keeping_std"], (400, 400)).T
    assert (np.maximum(kept, 0) ** 2).mean() == pytest.approx(1, rel=0.03)
    assert truth["ten_layers"] == pytest.approx(truth["a_square"] ** 10)


def test_initial_weights_keep_the_size_they_promise():
    rng = np.random.default_rng(1)
    W = find("initial-weights").truth(N=rng.normal(size=(300, 500)))
    assert W["he"].var() == pytest.approx(2 / 500, rel=0.02)
    assert W["xavier"].var() == pytest.approx(1 / 400, rel=0.02)


def test_the_estimator_is_unbiased_on_many_samples():
    rng, (case, *_) = np.random.default_rng(2), cases("score-function")
    p = np.exp(case["theta"]) / np.exp(case["theta"]).sum()
    for baseline in (0.0, case["baseline"]):
        many = dict(case, samples=rng.choice(len(p), 200_000, p=p), baseline=baseline)
        advantage = case["loss_of"][many["samples"]] - baseline
        estimate = (advantage[:, None] * (np.eye(len(p))[many["samples"]] - p)).mean(axis=0)
        exact = p * (case["loss_of"] - p @ case["loss_of"])
        assert find("score-function").truth(**case)["expectation"] == pytest.approx(exact, rel=1e-12)
        assert np.abs(estimate - exact).max() < 0.02


def test_draws_hold_what_they_promise():
    for case in cases("dead-units"):
        dead = (case["Z"] < 0).all(axis=0)
        assert 0 < dead.sum() < len(dead)
    assert 5 < sum(case["training"] for case in cases("batch-norm")) < 46
    over = [
        np.sqrt(sum((case[n] ** 2).sum() for n in ("dW1", "db1", "dW2"))) > case["limit"]
        for case in cases("clip-by-global-norm")
    ]
    assert 5 < sum(over) < 46
    for case in cases("straight-through"):
        assert np.abs(np.abs(case["X"]) - 1).min() > 0.01 < np.abs(case["X"]).min()
    assert any(case["scores"].max() > 900 for case in cases("soft-argmax"))


def test_the_keys_of_the_clinic_are_its_illnesses():
    truth = true_diagnoses(5)
    for bed in BEDS:
        opened = [name for name in ILLNESSES if truth[f"illness_{bed}"].opens("clinic", f"illness_{bed}", name)]
        assert opened == [ILLNESSES[case_in(5, bed)]]
    assert len(set(KEYS)) == len(ILLNESSES)


@pytest.mark.parametrize(
    ("remedy", "right"),
    [
        ("initialisation=He", True),
        (" Initialisation = HE ", True),
        ("initialization=he", True),
        ("normalisation=batch", True),
        ("rate=0.05", False),
        ("mend=3", False),
        ("rate=nan", False),
        ("rate=-1", False),
        ("rate=1e400", False),
        ("sleep", False),
        ("", False),
        ("mend=" + "9" * 5000, False),
        (3.0, False),
    ],
)
def test_a_remedy_counts_if_it_heals(remedy, right):
    bed = next(bed for bed in BEDS if case_in(5, bed) == 1)
    assert true_diagnoses(5)[f"remedy_{bed}"].opens("clinic", f"remedy_{bed}", remedy) is right


def test_another_learners_diagnoses_do_not_fit():
    def answers(number):
        truth = true_diagnoses(number)
        opened = {part: next(o for o in key.options if key.opens("clinic", part, o)) for part, key in truth.items()}
        return opened | {"my_number": number}

    mine = answers(11)
    assert verdict_on(find("clinic"), mine).status == "right"
    assert verdict_on(find("clinic"), mine | {"my_number": 12}).points < 9
    assert ward(11)[1].settings != ward(12)[1].settings
