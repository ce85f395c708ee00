"""Where submissions are run: each place is a `concurrent.futures.Executor`, named in one table."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from autograder.course import CourseError

GRACE = 10  # seconds in which a worker that was told to stop may end its kernel
QUIET = {"silence_logs": logging.CRITICAL}  # a worker's death is told in the table
NO_DASK = "Dask is not installed here; get it with: pip install distributed"


@dataclass
class Crew:
    """Workers that are ready: `width` run at once; an exception of the types in `lost` says that a worker died."""

    start: Callable[[], Executor]
    width: int = 1
    lost: tuple[type, ...] = (BrokenExecutor, CancelledError)
    executor: Executor | None = None

    def submit(self, function: Callable, *arguments) -> Future:
        """As an executor's; if a dead worker has broken the executor, a new one takes its place."""
        self.executor = self.executor or self.start()
        try:
            return self.executor.submit(function, *arguments)
        except BrokenExecutor:
            self.executor = self.start()
            return self.executor.submit(function, *arguments)


Place = Callable[[], AbstractContextManager[Crew]]


class InThisProcess(Executor):
    """Runs each task when it is submitted."""

    def submit(self, function: Callable, /, *arguments, **named) -> Future:
        """A future that is done already."""
        future = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as problem:
            future.set_exception(problem)
        return future


@contextmanager
def serial(address: str | None = None) -> Iterator[Crew]:
    """One submission after the other, in this process."""
    yield Crew(InThisProcess)


@contextmanager
def local(address: str | None = None) -> Iterator[Crew]:
    """One worker process a processor. They end when the block is left, and when this process dies."""
    context = _context()
    watched, held = context.Pipe(duplex=False)
    width = processors()

    def start() -> Executor:
        return ProcessPoolExecutor(width, context, initializer=be_worker, initargs=(watched,))

    crew = Crew(start, width)
    submit = crew.submit
    crew.submit = lambda function, *arguments: submit(until_stopped, function, *arguments)
    try:
        yield crew
    finally:
        held.close()
        if crew.executor:
            crew.executor.shutdown(cancel_futures=True)
        watched.close()


def _context():
    """How workers start: forked from a server that has imported the grader and nothing else, where there is forking.

    Forking this process itself would take its threads' locks and its open database along.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.running"])
    return context


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Stopped(SystemExit):
    """Raised in a worker that has to go; on its way out the learner's kernel is ended."""


def be_worker(watched) -> None:
    """Let Ctrl-C be the driver's business, and stop when the driver closes its end of the pipe or dies."""
    signal.signal(signal.SIGINT, _ignore)  # a function: SIG_IGN would be passed on to kernels, which need the signal
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_stop_with, args=(watched,), daemon=True).start()


def _ignore(*_) -> None:
    pass


def _stop(*_) -> None:
    raise Stopped(1)


def _stop_with(watched) -> None:
    watched.poll(None)  # nobody ever writes: it returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def until_stopped(function: Callable, *arguments) -> object:
    """Call a function in a worker; a worker that is stopped ends here, and takes no further task."""
    try:
        return function(*arguments)
    except Stopped:
        os._exit(1)


@contextmanager
def dask(address: str | None = None) -> Iterator[Crew]:
    """The workers of a Dask cluster: of the scheduler at this address, or of a cluster made on this machine."""
    try:
        import distributed  # noqa: PLC0415 - optional
    except ImportError:
        raise CourseError(NO_DASK) from None
    from dask import config  # noqa: PLC0415 - comes with distributed

    quick = {"distributed.scheduler.allowed-failures": 0, "distributed.admin.log-length": 100}
    with config.set(quick), _client(distributed, address) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise CourseError(
                f"the Dask scheduler at {address} has no workers; start some, as in: dask worker {address}"
            )
        crew = Crew(lambda: client.get_executor(pure=False, retries=0), threads)
        crew.lost += (distributed.scheduler.KilledWorker,)
        try:
            yield crew
        finally:
            if crew.executor:
                crew.executor.shutdown(wait=False)  # Dask then cancels what is under way


@contextmanager
def _client(distributed, address: str | None) -> Iterator:
    if address is None:
        with (
            distributed.LocalCluster(processors(), threads_per_worker=1, dashboard_address=None, **QUIET) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, ValueError) as problem:
        raise CourseError(
            f"no Dask scheduler answers at {address} ({problem}); start one with: dask scheduler"
        ) from None
    with client:
        yield client


EXECUTORS: dict[str, Callable[[str | None], AbstractContextManager[Crew]]] = {
    "local": local,
    "serial": serial,
    "dask": dask,
}
