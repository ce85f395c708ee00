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
PATIENCE = 25.0  # seconds until both have come to an end
WORKERS = 2


def two_processes(work: Callable) -> list[np.ndarray] | None:
    """What `work(rank, workers)` returns, an array, in each of two processes; None, and a printed line, if they fail.

    Its text is sent to them, so it knows its arguments, `np`, `torch` and `dist`, which is torch.distributed. They meet
    in a file and talk over this machine's loopback, by gloo: no network and no GPU are needed.
    """
    with tempfile.TemporaryDirectory(prefix="two-processes-") as folder:
        (Path(folder) / "work.py").write_text(textwrap.dedent(inspect.getsource(work)), encoding="utf-8")
        trouble = _run(folder)
        if trouble:
            print(f"Two processes could not work together here: {trouble}")
            return None
        return [np.load(Path(folder) / f"{rank}.npy", allow_pickle=False) for rank in range(WORKERS)]


def _run(folder: str) -> str:
    """Start both and wait; what went wrong, in one line."""
    started: list[subprocess.Popen] = []
    try:
        for rank in range(WORKERS):
            started.append(_start(folder, rank))
        errors = [process.communicate(timeout=PATIENCE)[1] for process in started]
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        for process in started:
            process.kill()
            process.wait()
    failed = [text for process, text in zip(started, errors, strict=True) if process.returncode]
    return (failed[0].strip().splitlines() or ["one of them ended without a word"])[-1] if failed else ""


def _start(folder: str, rank: int) -> subprocess.Popen:
    told = [sys.executable, str(WORKER), folder, str(rank), str(WORKERS)]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(told, env=one_thread, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
