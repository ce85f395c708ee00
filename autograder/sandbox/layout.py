"""What a learner's code sees: the arguments for bubblewrap, which builds the namespaces and this file tree."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.course import ROOT
from autograder.sandbox.inside.places import COURSE, HOME, INSIDE, PACKAGES, WRITABLE
from autograder.sandbox.packages import entries

SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo", "/usr/share/fonts")
SYSTEM_LINKS = ("/bin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/fonts")
COURSE_PARTS = (  # never the exercises, the engine or whatever else knows an answer
    *("backprop/__init__.py", "backprop/functions.py", "backprop/own_number.py", "backprop/widgets"),
    *("backprop/bug_hunt", "backprop/clinic", "backprop/scale"),  # what lessons hand to a learner
    *(f"backprop/check/{name}.py" for name in ("__init__", "_practice", "driving", "plain", "reply", "wire")),
)
ENVIRONMENT = {
    "HOME": HOME,
    "IPYTHONDIR": f"{HOME}/.ipython",
    "JUPYTER_RUNTIME_DIR": f"{HOME}/.jupyter",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONPATH": f"{COURSE}:{PACKAGES}",
    "TMPDIR": "/tmp",
    "USER": "learner",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}


def arguments(frameworks: bool) -> list[str]:
    """What bubblewrap is told before the command that it runs."""
    return [*_namespaces(), *_tree(frameworks), *_environment()]


def python() -> str:
    """The interpreter itself: of a virtual environment only the packages are shown."""
    return os.path.realpath(sys.executable)


def _namespaces() -> Iterator[str]:
    """Root needs no user namespace here and enters one later, as nobody; others get theirs at once.

    Our own program is the first process inside: no signal from a learner's process can stop that.
    """
    yield from ("--as-pid-1", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--new-session")
    if os.geteuid() != 0:
        yield from ("--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL")


def _tree(frameworks: bool) -> Iterator[str]:
    folders = _system_folders()
    shown = {
        **{path: path for path in (*folders, *filter(os.path.exists, SETTINGS), python())},
        **_own_parts(frameworks),
    }
    yield from _folders_above([*shown, *WRITABLE])
    for place, source in shown.items():
        yield from ("--ro-bind", source, place)
    yield from _links()
    for folder in folders:
        yield from _hide_packages(Path(folder))
    yield from ("--proc", "/proc", "--dev", "/dev")
    for folder, size in WRITABLE.items():
        yield from ("--perms", "1777", "--size", str(size), "--tmpfs", folder)
    yield from ("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", INSIDE)


def _system_folders() -> list[str]:
    """The system's programs and libraries, and Python's own."""
    library = os.path.realpath(Path(sys.base_prefix) / "lib")
    folders = [folder for folder in SYSTEM if os.path.isdir(folder)]
    return folders if any(Path(library).is_relative_to(folder) for folder in folders) else [*folders, library]


def _own_parts(frameworks: bool) -> dict[str, str]:
    """Place inside -> source, for the course's own files and for the packages that lessons use."""
    course = {f"{COURSE}/{name}": str(ROOT / name) for name in COURSE_PARTS}
    packages = {f"{PACKAGES}/{name}": str(path) for name, path in entries(frameworks).items()}
    return {**course, **packages, f"{INSIDE}/inside": str(Path(__file__).parent / "inside")}


def _folders_above(places: list[str]) -> Iterator[str]:
    """Made by hand: bubblewrap would make them for its own user alone."""
    above = {parent for place in places for parent in Path(place).parents} - {Path("/")}
    for folder in sorted(above):
        yield from ("--dir", str(folder))


def _links() -> Iterator[str]:
    """/bin and its like: links into /usr on most systems, folders on some."""
    for name in SYSTEM_LINKS:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), name)
        elif path.is_dir():
            yield from ("--dir", name, "--ro-bind", name, name)


def _hide_packages(folder: Path) -> Iterator[str]:
    """Other packages of this machine lie inside the folders that are shown: put something empty over them."""
    for name in ("site-packages", "dist-packages"):
        for path in sorted({*folder.glob(f"python*/{name}"), *folder.glob(f"*/python*/{name}")}):
            if path.is_dir() and not path.is_symlink():
                yield from ("--tmpfs", str(path), "--remount-ro", str(path))


def _environment() -> Iterator[str]:
    yield "--clearenv"
    for name, value in ENVIRONMENT.items():
        yield from ("--setenv", name, value)
