"""The parent of a learner's kernel inside the sandbox: ends everything when its time has come."""

import os
import select
import signal
import socket
from contextlib import suppress

from .places import MEMORY

EVERY = 0.2  # seconds between looks
PAGE = os.sysconf("SC_PAGE_SIZE")


def watch(kernel: int, grader: socket.socket) -> None:
    """Return when the kernel has ended, the grader has gone, or the processes use too much memory together."""
    while not _ended(kernel):
        said, _, _ = select.select([grader], [], [], EVERY)
        if said or _memory() > MEMORY:  # the grader never says anything: it has gone
            break
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


def _ended(kernel: int) -> bool:
    """Collect processes that have ended; was the kernel among them?"""
    while True:
        try:
            process, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if process in (0, kernel):
            return process == kernel


def _memory() -> int:
    """Bytes of private memory of all processes here."""
    return sum(_private(int(name)) for name in os.listdir("/proc") if name.isdecimal()) * PAGE


def _private(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm") as file:
            _, resident, shared, *_ = map(int, file.read().split())
            return resident - shared
    except (OSError, ValueError):
        return 0  # it has ended meanwhile
