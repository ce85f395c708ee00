"""Start a learner's kernel in the sandbox: as a fork of a zygote, or plainly where forking fails."""

import atexit
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from autograder.course import CourseError
from autograder.sandbox import layout, seccomp

SOON = 60  # seconds for imports and namespaces, on a busy machine
MOST = 1 << 16  # bytes of an answer
HOW = (
    "learners' code cannot be confined here: {missing}. That takes Linux with bubblewrap, libseccomp and user "
    "namespaces: `python -m autograder doctor` shows what this machine has and how to get the rest; on macOS and "
    "Windows use a Linux container or WSL. With --trust-submissions the submissions run unconfined, with your rights"
)


class NoSandbox(CourseError):
    """Raised where learners' code cannot be confined; the message says what is missing and how to get it."""


class StartFailed(Exception):
    """Raised where one way to start a kernel did not work; the message is the system's own."""


class Sandbox:
    """One bubblewrap process that starts kernels; OSError where it cannot be started.

    In the mode "zygote" every kernel is a fork in fresh namespaces; in the mode "once" it becomes the first kernel.
    """

    def __init__(self, mode: str, frameworks: bool):
        self.mode, program = mode, _bubblewrap()
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
        with theirs, _told(layout.arguments(frameworks)) as told:
            fds = (told.fileno(), theirs.fileno())
            inner = [
                layout.python(),
                "-m",
                "inside.start",
                mode,
                str(theirs.fileno()),
                *(["torch"] if frameworks else []),
            ]
            quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors)
            command = [program, "--args", str(told.fileno()), "--", *inner]
            self.process = subprocess.Popen(command, pass_fds=fds, start_new_session=True, **quiet)

    def await_readiness(self) -> None:
        """Wait until a zygote has imported everything."""
        self._receive(self.requests)

    def start(self, request: dict, sockets: list[socket.socket]) -> "Confined":
        """Start a kernel; StartFailed or OSError where that does not work."""
        lifeline, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                fds = [theirs.fileno(), *(one.fileno() for one in sockets)]
                socket.send_fds(self.requests, [json.dumps(request).encode()], fds)
            text, processes = self._receive(lifeline)
        except BaseException:
            lifeline.close()
            raise
        answer = json.loads(text)
        if "problem" in answer:
            lifeline.close()
            raise StartFailed(answer["problem"])
        return Confined(tuple(answer["layers"]), lifeline, processes)

    def _receive(self, channel: socket.socket) -> tuple[bytes, list[int]]:
        if not _readable(channel.fileno(), SOON):
            raise StartFailed(f"no answer within {SOON} seconds")
        text, fds, _, _ = socket.recv_fds(channel, MOST, 2)
        if not text:
            raise StartFailed(self._last_words())
        return text, fds

    def _last_words(self) -> str:
        """What was printed inside; a zygote lives on when one of its kernels could not be started."""
        if self.mode != "zygote":
            self.process.wait(SOON)
        said = os.pread(self.errors.fileno(), MOST, max(0, os.fstat(self.errors.fileno()).st_size - MOST))
        return said.decode(errors="replace").strip()[-400:] or "it ended without a word"

    def close(self) -> None:
        """Let go of it, which ends it and everything that it started."""
        self.requests.close()
        self.process.wait(SOON)
        self.errors.close()


@dataclass
class Confined:
    """A confined kernel: the socket whose end ends it, its warden and itself as pidfds, and a sandbox of its own."""

    layers: tuple[str, ...]
    lifeline: socket.socket
    processes: list[int]
    own: Sandbox | None = None

    def ended(self) -> bool:
        """Has the warden gone, and everything inside with it?"""
        return _readable(self.processes[0], 0)

    def close(self) -> None:
        """Let go of the kernel, which ends it if it still runs."""
        self.lifeline.close()
        for process in self.processes:
            os.close(process)
        if self.own:
            self.own.close()


def start(connection: dict, sockets: list[socket.socket], arguments: list[str], frameworks: bool) -> Confined:
    """A confined kernel that serves these listening sockets; NoSandbox if it cannot be had."""
    require()
    request = {"connection": connection, "arguments": arguments, "filter": _filter()}
    ways = (_plain,) if frameworks in _hopeless else (_zygote, _zygote_again, _plain)
    for way in ways:
        try:
            return way(request, sockets, frameworks)
        except (StartFailed, OSError, subprocess.TimeoutExpired) as failure:
            problem = failure
        if way is _zygote_again:
            _hopeless.add(frameworks)
    raise NoSandbox(HOW.format(missing=problem))


def _plain(request: dict, sockets: list[socket.socket], frameworks: bool) -> Confined:
    sandbox = Sandbox("once", frameworks)
    try:
        confined = sandbox.start(request, sockets)
    except BaseException:
        sandbox.close()
        raise
    confined.own = sandbox
    return confined


_zygotes: dict[tuple[int, bool], Sandbox] = {}  # by the process they belong to: a fork of ours needs its own
_hopeless: set[bool] = set()  # the zygotes that failed twice
_lock = threading.Lock()


def _zygote(request: dict, sockets: list[socket.socket], frameworks: bool) -> Confined:
    with _lock:
        which = (os.getpid(), frameworks)
        if which not in _zygotes:
            _zygotes[which] = Sandbox("zygote", frameworks)
            _zygotes[which].await_readiness()
        return _zygotes[which].start(request, sockets)


def _zygote_again(request: dict, sockets: list[socket.socket], frameworks: bool) -> Confined:
    """The zygote may have been killed: a new one may well work."""
    with _lock:
        _drop(os.getpid(), frameworks)
    return _zygote(request, sockets, frameworks)


def _drop(owner: int, frameworks: bool) -> None:
    if sandbox := _zygotes.pop((owner, frameworks), None):
        sandbox.close()


@atexit.register
def end_zygotes() -> None:
    """End this process's zygotes; the next kernel starts a new one."""
    with _lock:
        for owner, frameworks in list(_zygotes):
            if owner == os.getpid():
                _drop(owner, frameworks)


def _readable(fd: int, seconds: float) -> bool:
    """Is there something to read within this time? Not by `select`, which knows small numbers only."""
    look = select.poll()
    look.register(fd, select.POLLIN)
    return bool(look.poll(seconds * 1000))


def _filter() -> str:
    return b64encode(seccomp.program()).decode()


def _told(words: list[str]) -> BinaryIO:
    """A file with these words as bubblewrap reads them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(b"".join(word.encode() + b"\0" for word in words))
    file.seek(0)
    return file


def _bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise StartFailed("bubblewrap is not installed")
    return found


def require() -> tuple[str, ...]:
    """The layers that learners' code is confined by on this machine; NoSandbox where one that must be there is not."""
    layers, missing = probe()
    if missing:
        raise NoSandbox(HOW.format(missing=missing))
    return layers


@cache
def probe() -> tuple[tuple[str, ...], str]:
    """Enter the sandbox once: the layers in force, or what is missing."""
    if sys.platform != "linux":
        return (), "this is not Linux"
    try:
        with closing(Sandbox("once", False)) as sandbox:
            confined = sandbox.start({"probe": True, "filter": _filter()}, [])
            confined.close()
            return confined.layers, ""
    except ImportError as problem:
        return (), f"{problem} (pip install pyseccomp; libseccomp comes with the system, on Debian as libseccomp2)"
    except (StartFailed, OSError, subprocess.TimeoutExpired) as problem:
        return (), str(problem)
