"""Which installed packages a learner's code can see: those that lessons use and what these need, nothing else."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LESSONS = ("ipykernel", "ipywidgets", "anywidget", "numpy", "matplotlib", "scikit-learn")
FRAMEWORKS = (
    "torch",
    "jax",
    "tensorflow",
    "autograd",
)  # they differentiate: there from the lesson on that is about them
FRAMEWORKS_FROM = "05"


def uses_frameworks(lesson: str) -> bool:
    """Does this lesson, as in 05-autodiff, work with packages that differentiate?"""
    return lesson[:2].isdecimal() and lesson[:2] >= FRAMEWORKS_FROM


@cache
def entries(frameworks: bool) -> dict[str, Path]:
    """Names at the top of site-packages, each with its place on this machine."""
    wanted = LESSONS + FRAMEWORKS if frameworks else LESSONS
    return {name: path for found in _with_requirements(wanted) for name, path in _entries(found)}


def _with_requirements(names: tuple[str, ...]) -> list[Distribution]:
    """The packages of these names that are installed, with all that they require."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or (package := _installed(name)) is None:
            continue
        found[name] = package
        waiting += [need.name for need in map(Requirement, package.requires or ()) if _applies(need)]
    return list(found.values())


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _applies(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})


def _entries(package: Distribution) -> Iterator[tuple[str, Path]]:
    for name in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
        path = Path(package.locate_file(name))
        if path.exists():
            yield name, path.resolve()
