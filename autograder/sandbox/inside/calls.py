"""The few system calls that Python has no function for."""

import ctypes
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_libc.mount.argtypes = [ctypes.c_char_p] * 3 + [ctypes.c_ulong, ctypes.c_char_p]

NEW_NS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
NOSUID, NODEV, NOEXEC, REC, PRIVATE = 2, 4, 8, 0x4000, 0x40000
DUMPABLE, SECCOMP, DROP_BOUND, NO_NEW_PRIVS = 4, 22, 24, 38  # what prctl can set
CAPSET = {"x86_64": 126, "aarch64": 91}
LANDLOCK = 444  # create_ruleset; add_rule and restrict_self follow; the same on every processor


def check(result: int, what: str) -> int:
    """A call's result; OSError naming the call if it failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for fresh ones."""
    check(_libc.unshare(flags), "unshare")


def mount(kind: str | None, place: str, flags: int, options: str | None = None) -> None:
    """Mount a file system of this kind; without a kind, change the flags of the one that is there."""
    check(
        _libc.mount(
            kind and kind.encode(), place.encode(), kind and kind.encode(), flags, options and options.encode()
        ),
        f"mount {place}",
    )


def prctl(option: int, *values: int) -> int:
    """Change a property of this process."""
    return check(_libc.prctl(option, *(*values, 0, 0, 0, 0)[:4]), f"prctl {option}")


def syscall(number: int, *values, what: str) -> int:
    """Any other call by its number."""
    return check(_libc.syscall(ctypes.c_long(number), *values), what)


def drop_capabilities() -> None:
    """Give up every capability for good, also those that a program could bring."""
    for capability in range(64):
        try:
            prctl(DROP_BOUND, capability)
        except OSError:
            break  # this kernel has no more
    header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    syscall(CAPSET[platform.machine()], header, nothing, what="capset")


def load_filter(program: bytes) -> None:
    """Let the kernel refuse system calls from now on."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    one = Program(len(program) // 8, program)
    prctl(SECCOMP, 2, ctypes.addressof(one))
