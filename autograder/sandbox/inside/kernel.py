"""The learner's kernel: ipykernel's own, on sockets that were opened outside."""

import os
import random
import sys
from contextlib import suppress

import zmq
from ipykernel.kernelapp import IPKernelApp

from .places import HOME

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")


def run(connection: dict, sockets: list[int], arguments: list[str]) -> None:
    """Serve until told to stop. `sockets` are listening, one for each channel."""
    ports = {f"{name}_port": connection[f"{name}_port"] for name in CHANNELS}
    addresses = [f"ipc://{connection['ip']}-{port}" for port in ports.values()]
    _bind_to(dict(zip(addresses, sockets, strict=True)))
    _reseed()
    file = f"{HOME}/.kernel.json"
    application = IPKernelApp.instance(transport="ipc", ip=connection["ip"], connection_file=file, **ports)
    application.session.key = connection["key"].encode()
    application.initialize(arguments)
    application.start()


def _bind_to(listening: dict[str, int]) -> None:
    """Sockets that are bound to these addresses take the descriptors that listen there already."""
    plain_bind = zmq.Socket.bind

    def bind(self, address):
        if address in listening:
            self.setsockopt(zmq.USE_FD, listening[address])
        return plain_bind(self, address)

    zmq.Socket.bind = bind


def _reseed() -> None:
    """Forks of one zygote start with the same state of every generator."""
    random.seed()
    for name in ("numpy.random", "torch"):
        if name in sys.modules:
            sys.modules[name].seed()


def close_all_but(kept: list[int]) -> None:
    """Nothing is open but these and the standard three, which lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    for fd in {int(name) for name in os.listdir("/proc/self/fd")} - {0, 1, 2, *kept}:
        with suppress(OSError):  # one of them was for looking
            os.close(fd)
