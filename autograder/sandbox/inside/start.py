"""The program that runs inside the sandbox: `start.py MODE FD PACKAGE...`.

It gets requests on the socket FD, each with the sockets of one kernel. `once` becomes the first kernel asked for;
`zygote` imports what lessons use and then forks a kernel into fresh namespaces for every request.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
import warnings
from base64 import b64decode
from importlib import import_module

from . import calls, confine

IMPORTED = ("numpy", "matplotlib.pyplot", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.completer")
IMPORTED += ("matplotlib_inline.backend_inline", "backprop.check.wire", "backprop.check", "backprop.widgets")
MOST = 1 << 16  # bytes of one request
SOCKETS = 5  # of one kernel; before them comes the one on which it is answered


def main(mode: str, fd: str, *frameworks: str) -> None:
    """Serve requests until the grader has gone."""
    sys.path.remove(os.getcwd())  # from where this program came
    grader = socket.socket(fileno=int(fd))
    if mode == "once":
        request, fds = receive(grader)
        grader.close()
        return serve(request, fds)
    import_packages(*IMPORTED, *frameworks)
    if not single_threaded():
        sys.exit("a package that was imported runs threads, which a fork would not have")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    grader.send(b"ready")
    while True:
        request, fds = receive(grader)
        if os.fork() == 0:
            grader.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(request, fds, nested=True)
        for one in fds:
            os.close(one)


def import_packages(*names: str) -> None:
    """Import once what every fork then has; whatever is missing is the learner's to notice."""
    for name in names:
        try:
            import_module(name)
        except Exception as problem:
            warnings.warn(f"{name}: {problem}", stacklevel=1)
    gc.collect()
    gc.freeze()


def single_threaded() -> bool:
    """Is this the only thread, at once or after the moment that one may take to end?"""
    for _ in range(50):
        if len(os.listdir("/proc/self/task")) == 1:
            return True
        time.sleep(0.02)
    return False


def receive(grader: socket.socket) -> tuple[dict, list[int]]:
    """The next request; this process ends if there will be none."""
    text, fds, _, _ = socket.recv_fds(grader, MOST, SOCKETS + 1)
    if not text:
        sys.exit()
    return json.loads(text), fds


def serve(request: dict, fds: list[int], nested: bool = False) -> None:
    """Enter the sandbox, start the kernel, watch it; never returns."""
    answers = socket.socket(fileno=fds[0])
    try:
        if nested:
            os.setsid()
            confine.fresh_namespaces()
            if os.fork():
                os._exit(0)
            confine.fresh_mounts()
        layers = confine.give_up_rights(b64decode(request["filter"]))
        if request.get("probe"):
            answers.send(json.dumps({"layers": layers}).encode())
            os._exit(0)
        calls.prctl(calls.DUMPABLE, 0)  # the kernel must not look into its warden
        kernel = os.fork()
    except BaseException as problem:
        answers.send(json.dumps({"problem": str(problem)}).encode())
        os._exit(1)
    if kernel:
        watch(kernel, answers, layers)
    become_kernel(request, fds[1:])


def watch(kernel: int, answers: socket.socket, layers: list[str]) -> None:
    """Tell the grader that all is in place, hand over both processes, then be the kernel's warden; never returns."""
    from . import warden  # noqa: PLC0415 - a kernel has no use for it

    processes = [os.pidfd_open(os.getpid()), os.pidfd_open(kernel)]
    socket.send_fds(answers, [json.dumps({"layers": layers}).encode()], processes)
    warden.watch(kernel, answers)
    os._exit(0)


def become_kernel(request: dict, sockets: list[int]) -> None:
    """Run the learner's kernel in this process; never returns."""
    calls.prctl(calls.DUMPABLE, 1)
    from . import kernel  # noqa: PLC0415 - imports ipykernel

    kernel.close_all_but(sockets)
    kernel.run(request["connection"], sockets, request["arguments"])
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
