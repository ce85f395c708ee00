"""Two processes on this machine that work as one group of torch.distributed."""

import inspect
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np

WORKER = Path(__file__).with_name("_worker.py")
PATIENCE = 40.0  # seconds until both have come to an end
WORKERS = 2


def two_processes(work: Callable) -> list[np.ndarray] | None:
    """What `work(rank, workers)` returns, an array, in each of two processes; None, and a printed line, if they fail.

    Its text is sent to them, so it knows its arguments, `np`, `torch` and `dist`, which is torch.distributed. They meet
    in a file and talk over this machine's loopback, by gloo: no network and no GPU are needed.
    """
    with tempfile.TemporaryDirectory(prefix="two-processes-") as name:
        folder = Path(name)
        if trouble := _trouble(work, folder):
            print(f"Two processes could not work together here: {trouble}")
            return None
        return [np.load(folder / f"{rank}.npy", allow_pickle=False) for rank in range(WORKERS)]


def _trouble(work: Callable, folder: Path) -> str:
    """Start both and wait; what went wrong, in one line."""
    started: list[subprocess.Popen] = []
    try:
        (folder / "work.py").write_text(textwrap.dedent(inspect.getsource(work)), encoding="utf-8")
        for rank in range(WORKERS):
            started.append(_start(folder, rank))
        codes = [process.wait(PATIENCE) for process in started]
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        for process in started:
            process.kill()
            process.wait()
    failed = [_errors(folder, rank) for rank, code in enumerate(codes) if code]
    return _last_line(failed[0]) if failed else ""


def _last_line(errors: Path) -> str:
    return (errors.read_text(errors="replace").strip().splitlines() or ["one of them ended without a word"])[-1]


def _start(folder: Path, rank: int) -> subprocess.Popen:
    told = [sys.executable, str(WORKER), str(folder), str(rank), str(WORKERS)]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    with _errors(folder, rank).open("wb") as errors:
        return subprocess.Popen(told, env=one_thread, stdout=subprocess.DEVNULL, stderr=errors)


def _errors(folder: Path, rank: int) -> Path:
    return folder / f"{rank}.errors"
