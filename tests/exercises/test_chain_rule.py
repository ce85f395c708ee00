"""Lesson 01: its truth, held against closed forms, PyTorch and counting; and what its draws promise."""

import math

import numpy as np
import pytest

from backprop.exercises import find
from backprop.exercises.chain_rule.passes import counted_passes, passes
from backprop.exercises.chain_rule.paths import shared_by_hand
from backprop.exercises.chain_rule.slopes import PLACES
from backprop.exercises.chain_rule.sweep import paths, true_gradients
from backprop.functions import with_functions


def cases(id: str, seed: int):
    """An exercise's inputs as its functions get them."""
    return [with_functions(case) for case in find(id).inputs(np.random.default_rng(seed))]


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("square", lambda x, h: 2 * x),
        ("cube", lambda x, h: 3 * x**2 + h**2),
        ("exp", lambda x, h: math.exp(x) * math.sinh(h) / h),
        ("reciprocal", lambda x, h: -1 / (x**2 - h**2)),
    ],
)
def test_the_central_difference_has_its_closed_form(name, closed):
    for x, h in [(1.0, 0.5), (-0.7, 0.1), (2.2, 0.3)]:
        truth = find("numeric-derivative").truth(**with_functions(dict(f=f"function:{name}", x=x, h=h)))
        assert truth["slope"] == pytest.approx(closed(x, h), rel=1e-12)


def test_a_chain_agrees_with_torch():
    torch = pytest.importorskip("torch")
    for case in cases("compose", 1):
        x = torch.tensor(case["x"], dtype=torch.float64, requires_grad=True)
        y = x
        for f in case["fs"]:
            y = f(y)
        y.backward()
        truth = find("compose").truth(**case)
        assert truth["value"] == pytest.approx(y.item(), rel=1e-12)
        assert truth["derivative"] == pytest.approx(x.grad.item(), rel=1e-12)


def test_the_shared_weight_agrees_with_central_differences_and_by_hand():
    for case in cases("shared-weight", 2):
        truth, h = find("shared-weight").truth(**case), 1e-5
        up, down = (shared_by_hand(**case | {"w": case["w"] + step})["L"] for step in (h, -h))
        assert truth["dL_dw"] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-6)
        by_hand = shared_by_hand(**case)
        assert {part: truth[part] for part in by_hand} == pytest.approx(by_hand, rel=1e-12)


def test_the_gradients_of_a_graph_are_sums_over_paths():
    for case in cases("backward-sweep", 3):
        n, edges, slopes = case.values()
        found = np.zeros(n)
        for node in range(n):
            walks = [(node, 1.0)]
            while walks:
                here, product = walks.pop()
                found[node] += product if here == n - 1 else 0
                walks += [(int(t), product * v) for (s, t), v in zip(edges, slopes, strict=True) if s == here]
        assert true_gradients(n, edges, slopes)["gradient"] == pytest.approx(found, rel=1e-10, abs=1e-12)


def test_drawn_graphs_have_paths_that_meet_and_shuffled_edges():
    drawn = cases("backward-sweep", 4)[1:]
    assert all(paths(case["n"], case["edges"]) > 1 for case in drawn)
    assert all((case["edges"][:, 0] < case["edges"][:, 1]).all() for case in drawn)
    assert sum((np.diff(case["edges"][:, 1]) < 0).any() for case in drawn) > 40
    assert sum((true_gradients(**case)["gradient"] == 0).any() for case in drawn) > 1


def test_passes_as_counted_follow_the_formula():
    for N in (1, 2, 7, 59):
        assert counted_passes(N) == passes(N)


def test_the_best_steps_are_clear_winners():
    """Neither a neighbouring power of ten nor another grid of places comes near."""
    best = find("best-step").truth()
    assert (best["central"], best["forward"]) == pytest.approx((1e-5, 1e-8))
    for places in (PLACES, np.linspace(-0.9, 1.1, 777)):
        exact = np.exp(places)
        central = {
            k: np.abs((np.exp(places + 10.0**-k) - np.exp(places - 10.0**-k)) / 2 * 10.0**k - exact).mean()
            for k in (4, 5, 6)
        }
        forward = {k: np.abs((np.exp(places + 10.0**-k) - exact) * 10.0**k - exact).mean() for k in (7, 8, 9)}
        assert 1.5 * central[5] < min(central[4], central[6])
        assert 1.5 * forward[8] < min(forward[7], forward[9])


def test_the_paper_chain_has_the_numbers_of_the_lesson():
    assert find("chain-numbers").truth() == pytest.approx(dict(u=3, y=9, dy_du=6, du_dx=12, dy_dx=72))
    assert find("kink").truth() == pytest.approx(dict(left=0.1, right=1, central=0.55, zero_fits=False))
