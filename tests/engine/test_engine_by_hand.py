"""What the benchmark measures the engine against trains the same nets: else its ratios would mean nothing."""

import tracemalloc

import numpy as np
import pytest
from engine_nets import CASES, LR, block_case, engine_step, mlp_case

SMALL = {
    "relu, mse": mlp_case(1, 5, 4, 1, activation="relu", loss="mse", batch=7),
    "relu, cross-entropy": mlp_case(6, 5, 4, 3, activation="relu", loss="cross_entropy", batch=7),
    "sigmoid, mse": mlp_case(*[4] * 6, activation="sigmoid", loss="mse", batch=7),
    "Transformer block": block_case(batch=2, t=5, n=12, heads=3),
}
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}


def trained(case, make, dtype, steps=3):
    """Return the losses and what the steps did to the parameters."""
    parameters, x, y = case[0](np.random.default_rng(0))
    parameters, x = [p.astype(dtype) for p in parameters], x.astype(dtype)
    before = [p.copy() for p in parameters]
    step = make(parameters, x, y if y.dtype.kind == "i" else y.astype(dtype))
    losses = [float(step()) for _ in range(steps)]
    return losses, [p - old for p, old in zip(parameters, before, strict=True)]


def same(given, expected, dtype):
    """Whether losses and changes agree; a change that is 0 but for rounding (a key's bias) is held against LR."""
    (losses, changes), (expected_losses, expected_changes) = given, expected
    return np.allclose(losses, expected_losses, rtol=TOLERANCE[dtype]) and all(
        a.dtype == b.dtype and np.linalg.norm(a - b) < TOLERANCE[dtype] * (np.linalg.norm(b) + LR)
        for a, b in zip(changes, expected_changes, strict=True)
    )


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", SMALL)
def test_in_place_is_by_hand(name, dtype):
    by_hand, in_place = (trained(SMALL[name], make, dtype) for make in SMALL[name][2].values())
    assert same(in_place, by_hand, dtype)


@pytest.mark.parametrize("name", SMALL)
def test_by_hand_is_the_engine(name):
    """The engine keeps its parameters to itself, so each gradient is seen in the losses that follow."""
    _, forward, by_hand = SMALL[name]
    ours, _ = trained(SMALL[name], lambda *net: engine_step(forward, *net), np.float64, steps=9)
    theirs, _ = trained(SMALL[name], by_hand["NumPy by hand"], np.float64, steps=9)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def allocated(step):
    """Return the most bytes that one step has at a time, beyond what there was before."""
    step()
    tracemalloc.start()
    step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("name", CASES)
def test_in_place_allocates_next_to_nothing(name):
    draw, _, by_hand = CASES[name]
    plain, in_place = (allocated(make(*draw(np.random.default_rng(0)))) for make in by_hand.values())
    numpys_own = np.getbufsize() * 8  # in which ufuncs convert a piece at a time, booleans to numbers for instance
    assert in_place < numpys_own + 8_000 < plain


def test_every_case_has_both_lines():
    assert all(list(by_hand) == ["NumPy by hand", "NumPy in place"] for *_, by_hand in CASES.values())


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", SMALL)
def test_one_parameter_that_moves_too_far_is_noticed(name, dtype):
    case = SMALL[name]
    losses, changes = trained(case, case[2]["NumPy by hand"], dtype)
    for i in range(len(changes)):
        spoiled = [change + LR * 1e-3 if i == j else change for j, change in enumerate(changes)]
        assert not same((losses, spoiled), (losses, changes), dtype)
    assert not same(([loss * 1.001 for loss in losses], changes), (losses, changes), dtype)
