"""Enter the sandbox: fresh namespaces, then no rights, then limits. Every step raises OSError where it fails."""

import os
import resource
import socket

from . import calls, landlock
from .places import ADDRESSES, CPU, FILE, FILES, HOME, NOBODY, PROCESSES, WRITABLE

LIMITS = {
    resource.RLIMIT_AS: ADDRESSES,
    resource.RLIMIT_NPROC: PROCESSES,
    resource.RLIMIT_FSIZE: FILE,
    resource.RLIMIT_NOFILE: FILES,
    resource.RLIMIT_CPU: CPU,
    resource.RLIMIT_CORE: 1,  # too little for a file, and unlike 0 no reason to start the system's own collector
    resource.RLIMIT_MEMLOCK: 0,
    resource.RLIMIT_MSGQUEUE: 0,
}


def fresh_namespaces() -> None:
    """For a fork of the zygote: namespaces of its own; only children are in the new process namespace."""
    calls.unshare(calls.NEW_NS | calls.NEW_PID | calls.NEW_NET | calls.NEW_IPC | calls.NEW_UTS)


def fresh_mounts() -> None:
    """As the first process in fresh namespaces: empty folders to write in, and only its own processes in /proc."""
    calls.mount(None, "/", calls.REC | calls.PRIVATE)
    for folder, size in WRITABLE.items():
        calls.mount("tmpfs", folder, calls.NOSUID | calls.NODEV, f"size={size},mode=1777")
    calls.mount("devpts", "/dev/pts", calls.NOSUID | calls.NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    calls.mount("proc", "/proc", calls.NOSUID | calls.NODEV | calls.NOEXEC)


def give_up_rights(program: bytes) -> list[str]:
    """Become nobody in particular, for good; returns which layers are in force."""
    socket.sethostname("learner")
    os.umask(0o077)
    _become_somebody_else()
    _own_user_namespace()
    os.chdir(HOME)
    calls.drop_capabilities()
    calls.prctl(calls.NO_NEW_PRIVS, 1)
    _limit()
    version = landlock.restrict(WRITABLE)
    calls.load_filter(program)
    layers = [f"{kind} namespace" for kind in ("user", "mount", "pid", "network", "ipc", "uts")]
    return [*layers, "read-only root", "limits", "seccomp", *([f"landlock {version}"] if version else [])]


def _become_somebody_else() -> None:
    """Real root would be free of limits on processes."""
    if os.geteuid() == 0 and _root_is_real():
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        calls.prctl(calls.DUMPABLE, 1)  # or /proc/self would still belong to root


def _root_is_real() -> bool:
    """Is there anybody else to become, or does this namespace know root alone?"""
    with open("/proc/self/uid_map") as known:
        return any(int(line.split()[0]) <= NOBODY < int(line.split()[0]) + int(line.split()[2]) for line in known)


def _own_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    calls.unshare(calls.NEW_USER)
    for name, text in {"setgroups": "deny", "uid_map": f"1000 {user} 1", "gid_map": f"1000 {group} 1"}.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _limit() -> None:
    for limit, most in LIMITS.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # if memory runs out, these processes go first
