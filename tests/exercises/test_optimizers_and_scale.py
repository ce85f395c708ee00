"""Lesson 06: its truths, held against PyTorch's optimizers, sums written out, and what its draws promise."""

import numpy as np
import pytest
from learners import verdict_on
from styles import STYLES

from backprop.exercises import find
from backprop.exercises.optimizers_and_scale.adam import adam_by_hand, adamw_by_hand, named
from backprop.exercises.optimizers_and_scale.lamb import by_hand as lamb_by_hand

torch = pytest.importorskip("torch")


def cases(id: str, seed: int) -> list[dict]:
    """An exercise's inputs."""
    return find(id).inputs(np.random.default_rng(seed))


def torch_step(make, w, g, state: dict) -> np.ndarray:
    """The weights after one step of a torch.optim optimizer that starts from this state."""
    weights = torch.tensor(w, requires_grad=True)
    optimizer = make([weights])
    optimizer.state[weights] = {name: torch.tensor(value) for name, value in state.items()}
    weights.grad = torch.tensor(g)
    optimizer.step()
    return weights.detach().numpy()


@pytest.mark.parametrize("answer", [find("momentum-step").truth, *STYLES["momentum-step"]])
def test_momentum_is_that_of_torch(answer):
    for case in cases("momentum-step", 1):
        found = torch_step(
            lambda w, case=case: torch.optim.SGD(w, lr=case["lr"], momentum=case["momentum"]),
            case["w"],
            case["g"],
            {"momentum_buffer": case["v"]},
        )
        assert answer(**case)["w"] == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize(("id", "optimizer"), [("adam-step", torch.optim.Adam), ("adamw-step", torch.optim.AdamW)])
def test_adam_and_adamw_are_those_of_torch(id, optimizer):
    for case in cases(id, 2):
        settings = dict(lr=case["lr"], betas=(case["beta1"], case["beta2"]), eps=case["eps"])
        settings |= {"weight_decay": case["weight_decay"]} if "weight_decay" in case else {}
        state = {"step": case["t"] - 1.0, "exp_avg": case["m"], "exp_avg_sq": case["v"]}
        found = torch_step(lambda w, settings=settings: optimizer(w, **settings), case["w"], case["g"], state)
        for answer in (find(id).truth, *STYLES[id]):
            assert answer(**case)["w"] == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize(
    ("id", "by_hand"),
    [
        ("adam-step", lambda **case: named(adam_by_hand(**case))),
        ("adamw-step", lambda **case: named(adamw_by_hand(**case))),
        ("lamb-step", lamb_by_hand()),
    ],
)
def test_the_steps_by_hand_agree_with_the_engine(id, by_hand):
    for case in cases(id, 3):
        truth, found = find(id).truth(**case), by_hand(**case)
        for part in find(id).parts:
            assert found[part] == pytest.approx(truth[part], rel=1e-11, abs=1e-13)


def test_a_lamb_step_is_as_long_as_the_rate_times_the_layer():
    for case in cases("lamb-step", 4):
        truth, size = find("lamb-step").truth(**case), np.linalg.norm(case["w"])
        if size:
            assert np.linalg.norm(truth["w"] - case["w"]) == pytest.approx(case["lr"] * size)


def test_the_masks_are_those_that_the_seed_draws():
    for case in cases("checkpointed", 5):
        rng = np.random.default_rng(case["seed"])
        assert all((rng.random(mask.shape) < 0.8).tolist() == mask.tolist() for mask in case["masks"])
        assert len(case["W"]) > case["every"] + 2  # else keeping every cache would pass for thrift


def test_a_ring_ends_with_every_sum_everywhere():
    for case in cases("ring-all-reduce", 6):
        truth, workers = find("ring-all-reduce").truth(**case), len(case["chunks"])
        for k in range(workers):
            complete = (k + 1) % workers
            assert truth["scattered"][k, complete] == pytest.approx(case["chunks"].sum(axis=0)[complete])
            assert truth["gathered"][k] == pytest.approx(case["chunks"].sum(axis=0))


def test_large_memory_has_the_numbers_of_the_lesson():
    array = 8 * 2048 * 4096 * 4 / 1e9
    expected = dict(weights=28, gradients=28, adam=56, activations=512 * array, checkpointed=48 * array)
    assert find("memory-count").truth() == pytest.approx(expected)


def test_scaled_gradients_are_far_below_float16_and_scales_clearly_fit_or_do_not():
    for case in cases("loss-scaling", 7):
        scaled = case["scale"] * case["upstream"] * len(case["X"]) * case["X"].max()
        assert (case["upstream"].astype(np.float16) == 0).all()
        assert scaled.max() < 6e4 or (case["scale"] * case["upstream"]).min() > 1e5


@pytest.mark.parametrize(
    ("id", "junk", "points"),
    [
        ("checkpointed", lambda forward, backward, X, G, layers, every, rng: dict(dL_dX=X, dL_dW=X), 0),
        ("accumulate", lambda gradient, X, y, most: np.zeros(X.shape[1]), 0),
        ("accumulate", lambda gradient, X, y, most: None, 0),
        ("loss-scaling", lambda backward, w, scale, lr: dict(w=w, scale=scale), 0),
    ],
)
def test_thrift_without_the_work_earns_nothing(id, junk, points):
    assert verdict_on(find(id), junk).points == points
