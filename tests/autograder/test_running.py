"""Phase A in every kind of executor: results, workers that die, workers that send nonsense, drivers that stop."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.course import ROOT, Course, CourseError
from autograder.executors import EXECUTORS
from autograder.records import Conditions, dump
from autograder.running import Task, run_tasks

CONDITIONS = Conditions("01-x", b"secret")
WITH_DASK = pytest.mark.skipif(not find_spec("distributed"), reason="needs Dask: pip install distributed")


def task(number: int, say: str = "") -> Task:
    return Task(f"{number:064x}", say, CONDITIONS, Course().config())


def answer(task: Task) -> str:
    """Stands in for a worker: what a task says is what becomes of it."""
    if task.notebook == "die" or (task.notebook.startswith("/") and not made(task.notebook)):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.notebook == "raise":
        raise ValueError("no kernel")
    if task.notebook == "lack":
        raise CourseError("no sandbox")
    if task.notebook == "lie":
        return dump({"points": 1000})
    return dump(record(task.submission))


def made(path: str) -> bool:
    """Was this file there? If not, it is from now on: the first attempt dies, the second lives."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def record(submission: str) -> dict:
    about = CONDITIONS.told(submission) | {"key": CONDITIONS.key(submission)}
    return about | {"layers": [], "outcomes": {}, "cells": []}


def results(place: str, *says: str) -> dict[int, str]:
    """Number of the task -> "done", or its reason."""
    found = run_tasks((task(number, say) for number, say in enumerate(says)), EXECUTORS[place], answer)
    return {int(one.submission, 16): "done" if one.record else one.reason for one in found}


def test_every_task_has_its_result_and_nobodys_trouble_is_anothers():
    found = results("serial", "", "raise", "", "lie", "")
    assert [number for number, reason in found.items() if reason == "done"] == [0, 2, 4]
    assert found[1] == "it could not be run (no kernel)"
    assert found[3].startswith("its worker sent no valid record (")


@pytest.mark.parametrize("place", ["local", pytest.param("dask", marks=WITH_DASK)])
def test_who_kills_a_worker_is_run_again_and_then_listed(place, tmp_path):
    found = results(place, "", "die", "", str(tmp_path / "first"), "raise", "die", "lie", "")
    died = "the process that ran it died, and died again when it ran alone"
    assert found.pop(6).startswith("its worker sent no valid record")
    failed = {1: died, 4: "it could not be run (no kernel)", 5: died}
    assert found == {0: "done", 2: "done", 3: "done", 7: "done"} | failed


@pytest.mark.parametrize("place", ["serial", "local"])
def test_what_the_machine_lacks_stops_the_run(place):
    with pytest.raises(CourseError, match="no sandbox"):
        results(place, "lack", "", "")


@pytest.mark.parametrize("place", ["serial", "local"])
def test_few_tasks_are_read_ahead(place):
    read = []

    def tasks():
        for number in range(50):
            read.append(number)
            yield task(number)

    with EXECUTORS[place]() as crew:
        width = crew.width
    for done, _ in enumerate(run_tasks(tasks(), EXECUTORS[place], answer), start=1):
        assert len(read) <= done + 2 * width
    assert done == 50


def test_without_dask_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match="pip install distributed"), EXECUTORS["dask"]():
        pass


@WITH_DASK
def test_a_dask_scheduler_that_does_not_answer_is_named():
    silent = EXECUTORS["dask"]("tcp://127.0.0.1:9")
    with pytest.raises(CourseError, match="no Dask scheduler answers at tcp://127.0.0.1:9"), silent:
        pass


SLEEPER = """
import sys, time
from autograder.executors import EXECUTORS
import test_running

if __name__ == "__main__":
    with EXECUTORS["local"]() as crew:
        futures = [crew.submit(test_running.note_and_sleep, sys.argv[1]) for _ in range(9)]
        time.sleep(600)
"""


def note_and_sleep(folder: str) -> None:
    """Leaves its process number behind, and another note when it is stopped in order."""
    (Path(folder) / str(os.getpid())).touch()
    try:
        time.sleep(600)
    finally:
        (Path(folder) / f"{os.getpid()}-cleaned").touch()


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_driver_and_clean_up(blow, tmp_path):
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    notes = tmp_path / "notes"
    notes.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    driver = subprocess.Popen(
        [sys.executable, str(script), str(notes)], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    until(lambda: any(notes.iterdir()))
    os.kill(driver.pid, blow)
    driver.wait(timeout=30)
    workers = {path.name for path in notes.iterdir() if path.name.isdigit()}
    until(lambda: not any(Path("/proc", worker).exists() for worker in workers))
    assert {f"{worker}-cleaned" for worker in workers} <= {path.name for path in notes.iterdir()}


def until(holds, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_worker_can_be_interrupted_by_nobody_but_its_driver():
    """Ctrl-C reaches every process of the terminal; kernels must still get the signal's usual meaning."""
    with EXECUTORS["local"]() as crew:
        future = crew.submit(interrupt_yourself)
        wait([future], timeout=60)
        assert future.result() == "still here, and a child dies of SIGINT"


def interrupt_yourself() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    child = subprocess.run([sys.executable, "-c", "import os, signal, time; os.kill(os.getpid(), 2); time.sleep(5)"],
                           stderr=subprocess.DEVNULL)  # fmt: skip
    return "still here, and a child dies of SIGINT" if child.returncode else "the child did not hear it"
