"""One training step of five nets: the engine beside hand-written NumPy, torch and other engines.

    python benchmarks/engine.py [--cases a,b] [--dtypes float64] [--seconds 20]

All in one process and on one thread; contenders that are not installed are left out. Each round gives every contender
a turn of the same length. A ratio is the median over all rounds of its time over that of hand-written NumPy in the same
round, so that a change in the machine's speed touches both. Below 1 is faster than by hand.
"""

import argparse
import gc
import os
import re
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
from engine_nets import CASES, CONTENDERS

from backprop import engine

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
BASE = "NumPy by hand"


def steps_of(case, dtype):
    """Return {contender: step} for each contender that is installed and can do the case; all start alike."""
    draw, forward, by_hand = CASES[case]
    steps = {}
    for name, make in {**by_hand, **CONTENDERS}.items():
        parameters, x, y = draw(np.random.default_rng(0))
        parameters, x = [p.astype(dtype) for p in parameters], x.astype(dtype)
        y = y if y.dtype.kind == "i" else y.astype(dtype)
        try:
            steps[name] = make(parameters, x, y) if name in by_hand else make(forward, parameters, x, y)
            steps[name](), steps[name]()
        except (ImportError, AttributeError) as error:
            print(f"  ({case} without {name}: {error})")
            steps.pop(name, None)
    return steps


def check_losses_agree(steps, dtype):
    """Stop if the contenders do not train the same net; each is at its third step."""
    losses = {name: float(step()) for name, step in steps.items()}
    for name, loss in losses.items():
        if not np.isclose(loss, losses[BASE], rtol=1e-9 if dtype == "float64" else 1e-3):
            raise SystemExit(f"{name} has loss {loss}, {BASE} has {losses[BASE]}: not the same net.")


def ratios(steps, seconds):
    """Return {contender: (median ratio to BASE, median seconds a step)} from interleaved rounds."""
    turn = {name: max(1, round(0.01 / timed(step, 3))) for name, step in steps.items()}
    rounds, stop = [], time.perf_counter() + seconds
    while time.perf_counter() < stop or len(rounds) < 5:
        names = list(steps)
        names = names[len(rounds) % len(names) :] + names[: len(rounds) % len(names)]  # nobody always goes after BASE
        rounds.append({name: timed(steps[name], turn[name]) for name in names})
    return {
        name: (statistics.median(r[name] / r[BASE] for r in rounds), statistics.median(r[name] for r in rounds))
        for name in steps
    }


def timed(step, times):
    """Return the seconds one step takes, from several in a row: CPU time, so that other processes count less."""
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


def print_ratios(cases, dtypes, seconds):
    names = [BASE, "NumPy in place", *CONTENDERS]
    print(f"{'case':<12}{'by hand':>10}" + "".join(f"{name:>16}" for name in names[1:]))
    for case in cases:
        for dtype in dtypes:
            steps = steps_of(case, dtype)
            check_losses_agree(steps, dtype)
            gc.collect()
            found = ratios(steps, seconds)
            cells = "".join(f"{found[name][0]:>16.2f}" if name in found else f"{'-':>16}" for name in names[1:])
            print(f"{case + ' ' + dtype:<12}{found[BASE][1] * 1e6:>7.0f} us{cells}", flush=True)


def print_micrograd(engine_seconds):
    """A scalar net works on one example and one parameter at a time: compare time per example and parameter."""
    try:
        from micrograd.nn import MLP  # noqa: PLC0415
    except ImportError as error:
        return print(f"micrograd: {error}")
    net = MLP(1, [64, 32, 1])

    def step():
        loss = (net([0.5]) - 1.0) ** 2
        net.zero_grad()
        loss.backward()
        for p in net.parameters():
            p.data -= 0.001 * p.grad

    print(f"micrograd, net (a), per example: {timed(step, 3) / (engine_seconds / 100):.0f} times the engine's time")


def print_depth():
    """The time of one op, forward and backward, must not depend on how many there are."""
    for depth in (1_000, 10_000, 100_000):
        x = engine.Tensor(np.ones(8), requires_grad=True)
        start = time.process_time()
        y = x
        for _ in range(depth):
            y = y * 1.0
        y.sum().backward()
        print(f"chain of {depth:>7}: {(time.process_time() - start) / depth * 1e6:.2f} us an op, forward and backward")
    y = x = engine.Tensor(1.0, requires_grad=True)
    for _ in range(60):
        y = y + y
    print(f"60 doublings: {timed(y.backward, 1) * 1e3:.2f} ms backward, gradient 2**60: {float(x.grad) == 2.0**60}")


def print_checkpoint(activation, layers=64, segment=8):
    """Time and memory of a deep net, batch 1024, with its segments checkpointed, over those without; same gradients.

    The last segment is not: backward comes to it first, so it would save no memory. (torch's checkpoint_sequential.)
    """
    rng = np.random.default_rng(0)
    weights = [engine.Tensor(rng.normal(0, 64**-0.5, (64, 64)), requires_grad=True) for _ in range(layers)]
    x = rng.normal(size=(1024, 64))

    def run(wrapper):
        y, start = engine.Tensor(x), time.process_time()
        for i in range(0, layers - segment, segment):
            y = wrapper(lambda y, i=i: through(weights[i : i + segment], y), y)
        y = through(weights[-segment:], y)
        engine.mean(y * y).backward()
        gradients = [w.grad for w in weights]
        for w in weights:
            w.grad = None
        return time.process_time() - start, gradients

    def through(weights, y):
        for w in weights:
            y = activation(engine.linear(y, w))
        return y

    def peak_of(wrapper):
        tracemalloc.start()
        gradients = run(wrapper)[1]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return gradients, peak

    (plainly, plain_peak), (again, peak) = peak_of(call), peak_of(engine.checkpoint)
    same = all(np.array_equal(a, b) for a, b in zip(plainly, again, strict=True))
    slower = statistics.median(run(engine.checkpoint)[0] / run(call)[0] for _ in range(15))
    print(f"checkpoint, {activation.__name__}: memory {peak / plain_peak:.2f}, time {slower:.2f}, same bits: {same}")


def call(function, x):
    return function(x)


def print_import_time():
    for module in ("numpy", "backprop.engine"):
        code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        best = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(7))
        print(f"import {module}: {best * 1e3:.0f} ms")


def print_peak_memory(cases):
    """What five steps add to the process's peak, in float64; each contender in a process of its own."""
    for case in cases:
        for name in [*CASES[case][2], *CONTENDERS]:
            run = [sys.executable, __file__, "--peak", f"{case},{name}"]
            done = subprocess.run(run, capture_output=True, text=True)
            print(f"peak memory of {case}, {name}: {done.stdout.strip() or '-'}", flush=True)


def peak(case, name):
    """Print the megabytes that five steps add to the peak that the net itself and the imports have reached."""
    draw, forward, by_hand = CASES[case]
    parameters, x, y = draw(np.random.default_rng(0))
    step = by_hand[name](parameters, x, y) if name in by_hand else CONTENDERS[name](forward, parameters, x, y)
    before = resident_peak()
    for _ in range(5):
        step()
    print(f"{resident_peak() - before:.1f} MiB")


def resident_peak():
    """Return the most memory this process has had, in MiB. (Linux; getrusage would count the parent's memory too.)"""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", default="a,b,c,d,e")
    parser.add_argument("--dtypes", default="float64,float32")
    parser.add_argument("--seconds", type=float, default=20, help="for each case and dtype")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        return peak(*options.peak.split(","))
    cases = options.cases.split(",")
    print_import_time()
    print_depth()  # before the other engines are loaded, whose objects the garbage collector would look through
    print_checkpoint(engine.relu)
    print_checkpoint(engine.tanh)
    print_ratios(cases, options.dtypes.split(","), options.seconds)
    print_micrograd(timed(steps_of("a", "float64")["engine"], 200))
    print_peak_memory([case for case in cases if case in "ce"])  # the others fit into what the imports took


if __name__ == "__main__":
    if any(os.environ.get(name) != "1" for name in ONE_THREAD):  # BLAS reads these when it is loaded: start again
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    main()
