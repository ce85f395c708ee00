"""Landlock: a second, independent rule about which files may be written; the kernel's own, where it has it."""

import ctypes
import os
from collections.abc import Iterable

from .calls import LANDLOCK, syscall

READ = 0b1101  # execute, read a file, read a folder
FILES = (1 << 13, 1 << 14, 1 << 15)  # the rights that the interface's versions 1, 2, 3 know: all lower bits
TCP, SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals to processes outside
WRITE_FILE = 0b10 | 1 << 14


class _Rules(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """Which version of Landlock this kernel has; 0 for none."""
    try:
        return syscall(LANDLOCK, None, ctypes.c_size_t(0), ctypes.c_uint32(1), what="landlock")
    except OSError:
        return 0


def restrict(writable: Iterable[str]) -> int:
    """Reading everywhere, writing in these folders and to devices only, no TCP; returns the version in force."""
    if not (found := version()):
        return 0
    everything = FILES[min(found, 3) - 1] - 1
    rules = _Rules(everything, TCP if found >= 4 else 0, SCOPES if found >= 6 else 0)
    size = ctypes.c_size_t(8 if found < 4 else 16 if found < 6 else 24)
    ruleset = syscall(LANDLOCK, ctypes.byref(rules), size, ctypes.c_uint32(0), what="landlock_create_ruleset")
    for folder, allowed in {"/": READ, "/dev": READ | WRITE_FILE, **dict.fromkeys(writable, everything)}.items():
        _allow(ruleset, folder, allowed & everything)
    syscall(LANDLOCK + 2, ctypes.c_int(ruleset), ctypes.c_uint32(0), what="landlock_restrict_self")
    os.close(ruleset)
    return found


def _allow(ruleset: int, folder: str, allowed: int) -> None:
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    one = _Beneath(allowed, place)
    syscall(
        LANDLOCK + 1,
        ctypes.c_int(ruleset),
        ctypes.c_int(1),
        ctypes.byref(one),
        ctypes.c_uint32(0),
        what="landlock_add_rule",
    )
    os.close(place)
