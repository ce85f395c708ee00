"""The system calls that a learner's code is refused, as a program for the kernel."""

import errno
import os
import tempfile
from functools import cache

PROCESSES = "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp"
KEYS = "keyctl add_key request_key"
KERNEL = "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register init_module finit_module"
KERNEL += " delete_module kexec_load kexec_file_load reboot syslog acct quotactl quotactl_fd lookup_dcookie uselib"
KERNEL += " nfsservctl swapon swapoff vhangup iopl ioperm modify_ldt personality fanotify_init"
MOUNTS = "mount umount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr"
MOUNTS += " setns unshare name_to_handle_at open_by_handle_at"
CLOCKS = "settimeofday stime clock_settime clock_adjtime adjtimex sethostname setdomainname"
MEMORY = (
    "memfd_create memfd_secret shmget shmat shmctl msgget msgsnd semget mbind migrate_pages move_pages"  # uncounted
)
REFUSED = " ".join((PROCESSES, KEYS, KERNEL, MOUNTS, CLOCKS, MEMORY)).split()

NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)  # clone's CLONE_NEW...
TERMINAL = (0x5412, 0x541C)  # ioctl's TIOCSTI and TIOCLINUX, which type into a terminal
NETLINK = 16  # asks which network there is; ipykernel does
FAMILIES = (*range(3, 10), *range(11, NETLINK))  # all below it but AF_UNIX, AF_INET, AF_INET6; above lies AF_VSOCK,
# which leads out of a virtual machine


@cache
def program() -> bytes:
    """The filter in the kernel's own form (BPF); ImportError or OSError where libseccomp is not there."""
    import pyseccomp as seccomp  # noqa: PLC0415 - it looks for libseccomp when it is imported

    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    no = seccomp.ERRNO(errno.EPERM)
    for name in REFUSED:
        if _known(seccomp, name):
            rules.add_rule(no, name)
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory; the C library takes clone then
    for flag in NAMESPACES:
        rules.add_rule(no, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    for request in TERMINAL:
        rules.add_rule(no, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, request))
    for family in FAMILIES:
        rules.add_rule(no, "socket", seccomp.Arg(0, seccomp.EQ, family))
    rules.add_rule(no, "socket", seccomp.Arg(0, seccomp.GT, NETLINK))
    rules.add_rule(no, "socket", seccomp.Arg(0, seccomp.EQ, NETLINK), seccomp.Arg(2, seccomp.NE, 0))
    return _exported(rules)


def _known(seccomp, name: str) -> bool:
    """Some calls exist on other processors only, or are younger than the library."""
    try:
        return seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0
    except (OSError, ValueError, RuntimeError):
        return False


def _exported(rules) -> bytes:
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0, os.SEEK_SET)
        return file.read()
