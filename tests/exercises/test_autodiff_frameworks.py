"""Lesson 05: what its truths and texts claim, held against PyTorch, plain counting and every device there is."""

import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from learners import opened
from mutants import ROOT, solutions

from backprop.check._compare import relative_distance
from backprop.check._tolerances import tolerance
from backprop.check._witness import by_differences, by_torch
from backprop.exercises import LESSONS, Autodiff, find
from backprop.exercises.autodiff_frameworks import forward_mode, order, own_functions, tensor, training

LESSON = ROOT / "solutions" / "05-autodiff-frameworks" / "autodiff_frameworks.py"


@cache
def namespace_of(id: str) -> dict:
    """The lesson's own answers, up to this exercise's."""
    source, namespace = next((source, names) for found, source, names in solutions(LESSON) if found == id)
    exec(source, namespace)
    return namespace


def test_the_tape_has_the_numbers_of_the_lesson():
    found = find("tape-numbers").truth()
    assert [found[name] for name in ("g5", "g4", "g3", "g2", "g1")] == [1, 16, 16, 32, 64]


def test_the_unit_has_the_gradients_of_the_lesson():
    unit = find("read-gradients")
    found = unit.right(unit.shown)
    assert (found["y"], found["L"], found["dL_db"]) == pytest.approx((0.5, 0.25, -0.25))
    assert found["dL_dw"] == pytest.approx([-0.25, -0.5])


def test_the_order_counts_what_a_search_from_the_output_finds():
    for case in find("topological-order").inputs(np.random.default_rng(1)):
        n, edges = case["n"], case["edges"]
        into = np.zeros((n, n))
        into[edges[:, 1], edges[:, 0]] = 1
        paths = sum(np.linalg.matrix_power(into, k) for k in range(n))
        assert order.reachable(n, edges) == set(np.flatnonzero(paths[n - 1]))


def test_a_jacobians_rows_are_its_closed_form():
    for case in find("jacobian").inputs(np.random.default_rng(2)):
        A, x = case.values()
        found = forward_mode.true_jacobian(A, x)["J"]
        assert found == pytest.approx((1 - np.tanh(A @ x) ** 2)[:, None] * A, rel=1e-12)


WRAPPED = {  # truths that add a part to a forward pass
    "tensor": (tensor._tensor, ["mul_A", "mul_row", "sum_A", "matmul_A", "matmul_W", "rows_A", "values"]),
    "swish": (Autodiff(own_functions._swish), ["a", "dL_dz"]),
    "bread-loss": (Autodiff(own_functions._bread), ["cost", "dL_dp"]),
}


@pytest.mark.parametrize("id", WRAPPED)
def test_torch_and_central_differences_bear_witness(id):
    pytest.importorskip("torch")
    forward, parts = WRAPPED[id]
    rng = np.random.default_rng(6)
    for case in find(id).inputs(rng)[:5]:
        assert by_torch(forward, case, "cpu", parts) < 1e-12
        assert by_differences(forward, case, rng) < 1e-6


PROGRAMS = {
    "a": lambda x: x + 2,
    "b": lambda x: x.exp(),
    "c": lambda x: 3 * x,
    "d": lambda x: x * x,
}


def test_the_pitfalls_are_torchs_own():
    torch = pytest.importorskip("torch")
    right = opened(find("pitfalls"), find("pitfalls").truth())

    def start():
        return torch.tensor(3.0, requires_grad=True)

    x = start()
    (x * x).backward()
    (x * x).backward()
    assert x.grad.item() == right["twice"]
    x = start()
    ((x * x).detach() * x).backward()
    assert x.grad.item() == right["detached"]
    x = start()
    with torch.no_grad():
        y = x * x
    (y + 4 * x).backward()
    assert x.grad.item() == right["not_recorded"]
    y = start() ** 2
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()
    assert right["second_backward"] == "b"
    assert [letter for letter, program in PROGRAMS.items() if spoiled(program(start()))] == [right["in_place"]]


def spoiled(y) -> bool:
    """Does overwriting y in place break its way back?"""
    y += 1
    try:
        y.backward()
    except RuntimeError:
        return True
    return False


def test_no_run_comes_near_a_kink():
    for case in find("train").inputs(np.random.default_rng(3)):
        assert training._nearest_kink(**case) > training.KINK


def test_a_run_by_the_engine_is_the_run_by_hand():
    for case in find("train").inputs(np.random.default_rng(4)):
        engine, by_hand = training.trained(**case), training.by_hand()(**case)
        assert all(engine[name] == pytest.approx(by_hand[name], rel=1e-10) for name in engine)


def agrees(device: str, dtype: str) -> None:
    """The lesson's torch loop on this device, against the engine in float64 on the CPU."""
    train_torch = namespace_of("train-torch")["train_torch"]
    for case in find("train-torch").inputs(np.random.default_rng(5))[:5]:
        found, truth = train_torch(**case | dict(device=device, dtype=dtype)), training.trained(**case)
        for name in training.PARAMETERS:
            assert found[name].dtype == dtype
            assert relative_distance(truth[name], found[name].astype(float)) < tolerance(dtype, device, kinked=True)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_torch_loop_agrees_on_the_cpu(dtype):
    pytest.importorskip("torch")
    agrees("cpu", dtype)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_torch_loop_agrees_on_cuda(dtype):
    if not pytest.importorskip("torch").cuda.is_available():
        pytest.skip("PyTorch sees no CUDA device here")
    agrees("cuda", dtype)


@pytest.mark.gpu
def test_the_torch_loop_agrees_on_mps():
    if not pytest.importorskip("torch").backends.mps.is_available():
        pytest.skip("PyTorch sees no MPS device here")
    agrees("mps", "float32")


WITHOUT_TORCH = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("no torch here")
sys.meta_path.insert(0, Absent())
sys.path.insert(0, "tests/exercises")
from learners import verdict_on
from mutants import ROOT, solutions
from backprop.exercises import find
for id, source, namespace in solutions(ROOT / sys.argv[1]):
    exec(source, namespace)
    print(id, verdict_on(find(id), namespace[find(id).name]).status)
"""


def test_exercises_that_are_not_about_torch_can_be_solved_where_it_is_absent():
    wanted = [exercise.id for exercise in LESSONS["05-autodiff-frameworks"] if not exercise.uses_torch]
    command = [sys.executable, "-c", WITHOUT_TORCH, str(LESSON.relative_to(ROOT))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.splitlines() == [f"{id} right" for id in wanted], done.stderr
    assert "no torch here" in done.stderr  # where the lesson turns to it, and not before
