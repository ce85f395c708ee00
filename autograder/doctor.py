"""Say what this machine has for the course and for grading, and how to get what is missing."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table

from autograder.course import ROOT
from autograder.sandbox import kernels

GOOD, MISSING, OPTIONAL = "ok", "missing", "not here"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's table; `cure` is the command or the step that helps."""

    what: str
    state: str
    detail: str
    cure: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`doctor` takes no arguments."""


def run(args: argparse.Namespace) -> int:
    """Look at everything; 1 if something that the course needs is missing."""
    findings = [finding for look in LOOKS for finding in look()]
    shown = Table("what", "state", "found", "to get it", title="Doctor")
    for one in findings:
        shown.add_row(one.what, one.state, one.detail, one.cure)
    Console().print(shown)
    return 1 if any(one.state == MISSING for one in findings) else 0


def python() -> Iterator[Finding]:
    """The interpreter itself."""
    found = sys.version.split()[0]
    good = sys.version_info >= (3, 11)
    yield Finding("Python", GOOD if good else MISSING, found, "" if good else "install Python 3.11 or newer")


def packages() -> Iterator[Finding]:
    """Installed packages against the pins in requirements.txt; those that agree are one line."""
    agreeing = 0
    for pin in pins((ROOT / "requirements.txt").read_text(encoding="utf-8")):
        found = installed(pin.name)
        if found is not None and pin.specifier.contains(found, prereleases=True):
            agreeing += 1
        else:
            yield Finding(str(pin), MISSING, found or "not installed", f"pip install '{pin}'")
    yield Finding("packages", GOOD, f"{agreeing} as pinned in requirements.txt")


def pins(text: str) -> list[Requirement]:
    """The pinned packages of a requirements file; comments and options are no packages."""
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def installed(name: str) -> str | None:
    """A package's version, if it is there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def programs() -> Iterator[Finding]:
    """Programs that tests and grading use where they are there."""
    wanted = {
        "Chromium": (("chromium", "chromium-browser", "google-chrome"), "chromium", "for the browser tests"),
        "bubblewrap": (("bwrap",), "bubblewrap", "for grading code that you do not trust"),
    }
    for name, (commands, package, purpose) in wanted.items():
        path = next(filter(None, map(shutil.which, commands)), None)
        cure = "" if path else f"{install_command(package)}   ({purpose})"
        yield Finding(name, GOOD if path else OPTIONAL, path or "not found", cure)


def install_command(package: str) -> str:
    """How this system installs a package; Debian's way where we do not know better."""
    ways = {"apt-get": "sudo apt-get install", "brew": "brew install", "dnf": "sudo dnf install"}
    way = next((words for tool, words in ways.items() if shutil.which(tool)), ways["apt-get"])
    return f"{way} {package}"


def user_namespaces() -> Iterator[Finding]:
    """May an ordinary user make namespaces? Asked by making one."""
    try:
        made = subprocess.run(
            ["unshare", "--user", "--map-root-user", "true"], capture_output=True, timeout=10, text=True
        )
    except OSError:
        yield Finding("user namespaces", OPTIONAL, "this system has no unshare", "grade on Linux, or in a container")
        return
    if made.returncode == 0:
        yield Finding("user namespaces", GOOD, "can be made")
    else:
        cure = "sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0"
        yield Finding("user namespaces", OPTIONAL, made.stderr.strip() or "refused", cure)


def sandbox() -> Iterator[Finding]:
    """Which layers confine learners' code? Asked by entering the sandbox."""
    layers, missing = kernels.probe()
    if layers:
        yield Finding("sandbox", GOOD, "; ".join(layers))
    if missing:
        cure = "the lines above, if one says so; else Linux, in a container or WSL"
        yield Finding("sandbox", OPTIONAL, missing, f"{cure}   (for grading code that you do not trust)")
    elif not any(layer.startswith("landlock") for layer in layers):
        yield Finding("Landlock", OPTIONAL, "not in this kernel", "Linux 5.13 or newer; the other layers hold without")


def gpu() -> Iterator[Finding]:
    """Where PyTorch computes; no GPU is needed."""
    try:
        import torch  # noqa: PLC0415 - takes seconds, and may be what is missing
    except ImportError:
        return  # reported with the packages
    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    chosen = os.environ.get("BACKPROP_DEVICE")
    detail = f"{device}; BACKPROP_DEVICE chooses {chosen}" if chosen else device
    yield Finding("torch device", GOOD, detail, "" if device != "cpu" else "a GPU is not needed")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (python, packages, programs, user_namespaces, sandbox, gpu)
