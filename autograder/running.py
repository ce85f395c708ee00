"""Phase A: every submission becomes a record, computed by the workers of any `concurrent.futures.Executor`."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

import nbformat
from traitlets.config import Config

from autograder.course import CourseError, heard
from autograder.executors import Crew, Place
from autograder.recording import make_record
from autograder.records import BadRecord, Conditions, dump, load


@dataclass(frozen=True)
class Task:
    """One submission to run, complete in itself: a worker needs no classroom.

    `notebook` is the sanitized notebook's JSON, `submission` its digest.
    """

    submission: str
    notebook: str
    conditions: Conditions
    config: Config


@dataclass(frozen=True)
class Result:
    """A finished task: its record, or the reason why there is none."""

    submission: str
    record: dict | None = None
    reason: str = ""


class NotRun(Exception):
    """A worker could not run a submission; the message says why."""


def work(task: Task) -> str:
    """What a worker does: run one submission, return its record's text; NotRun if that fails."""
    try:
        with heard():
            return dump(make_record(nbformat.reads(task.notebook, as_version=4), task.conditions, task.config))
    except CourseError:  # the machine lacks something: nobody's submission can be run
        raise
    except Exception as problem:  # of any type, which the driver may not have
        raise NotRun(f"{type(problem).__name__}: {problem}"[:500]) from None


def run_tasks(tasks: Iterable[Task], place: Place, run: Callable[[Task], str] = work) -> Iterator[Result]:
    """Results as they come, in any order. Whoever was being run when a worker died is run again, alone."""
    tasks, lost = iter(tasks), []
    with place() as crew:
        running: dict[Future, Task] = {}
        while _keep_busy(crew, running, tasks, run):
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                if result := _result(crew, task, future):
                    yield result
                else:
                    lost.append(task)
        for task in lost:
            yield _alone(crew, task, run)


def _alone(crew: Crew, task: Task, run: Callable) -> Result:
    """With nobody else to blame, a task whose worker dies again, and then once more, is listed."""
    attempts = (_result(crew, task, crew.submit(run, task)) for _ in range(2))
    died = Result(task.submission, reason="the process that ran it died, and died again when it ran alone")
    return next(filter(None, attempts), died)


def _keep_busy(crew: Crew, running: dict[Future, Task], tasks: Iterator[Task], run: Callable) -> bool:
    """Let one task wait behind each that runs, not more: tasks are large. False when all are done."""
    while len(running) < 2 * crew.width and (task := next(tasks, None)):
        running[crew.submit(run, task)] = task
    return bool(running)


def _result(crew: Crew, task: Task, future: Future) -> Result | None:
    """The task's result, waited for; None if its worker died."""
    try:
        return Result(task.submission, load(future.result(), task.conditions, task.submission))
    except CourseError:
        raise
    except crew.lost:
        return None
    except BadRecord as problem:
        return Result(task.submission, reason=f"its worker sent no valid record ({problem})")
    except Exception as problem:
        return Result(task.submission, reason=f"it could not be run ({problem})")
