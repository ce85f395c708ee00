"""A confined kernel as Jupyter knows kernels: a provisioner that jupyter_client starts, interrupts and ends."""

import asyncio
import signal
import socket
from contextlib import suppress
from typing import Any

import zmq
from jupyter_client import KernelManager
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Bool, Instance

from autograder.sandbox import kernels

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")
LARGEST = 16 << 20  # bytes of one message; a connection that brings a larger one is cut


class SandboxProvisioner(KernelProvisionerBase):
    """Starts one kernel in the sandbox; the kernel's sockets are opened here and handed in."""

    frameworks = Bool(False, help="May the kernel see packages that differentiate?")
    confined = Instance(kernels.Confined, allow_none=True)

    @property
    def has_process(self) -> bool:
        """Is there a kernel that has not been waited for?"""
        return self.confined is not None

    async def poll(self) -> int | None:
        """None while the kernel runs; how it ended is known inside the sandbox only."""
        return None if self.confined and not self.confined.ended() else 0

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while await self.poll() is None:
            await asyncio.sleep(0.02)
        self._let_go()
        return 0

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel alone."""
        self._signal(-1, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel's warden, and so everything inside."""
        self._signal(0, signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """As `kill`: nothing inside has anything to put in order."""
        await self.kill(restart)

    def _signal(self, which: int, signum: int) -> None:
        if self.confined:
            with suppress(ProcessLookupError):  # it may have ended by itself
                signal.pidfd_send_signal(self.confined.processes[which], signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel, which ends it if it still runs."""
        self._let_go()

    def _let_go(self) -> None:
        if self.confined:
            self.confined.close()
            self.confined = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets' names; nothing of our environment or working folder goes inside."""
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return {"cmd": kwargs.get("extra_arguments", [])}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        """Open the kernel's sockets, start it with the arguments `cmd`, close our ends."""
        told = {**self.connection_info, "key": self.connection_info["key"].decode()}
        sockets = [listening(f"{told['ip']}-{told[f'{name}_port']}") for name in CHANNELS]
        try:
            self.confined = kernels.start(told, sockets, cmd, self.frameworks)
        finally:
            for one in sockets:
                one.close()
        return self.connection_info


def listening(path: str) -> socket.socket:
    """A socket at this path that waits for connections."""
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(16)
    return made


def confine(manager: KernelManager, folder: str, frameworks: bool) -> None:
    """Make a kernel manager start its kernel in the sandbox, with its sockets in this empty folder."""
    manager.transport = "ipc"
    manager.connection_file = f"{folder}/kernel.json"
    manager.ip = f"{folder}/kernel"
    manager.context.setsockopt(zmq.MAXMSGSIZE, LARGEST)
    spec = manager.kernel_spec
    manager.provisioner = SandboxProvisioner(parent=manager, kernel_spec=spec, frameworks=frameworks)
