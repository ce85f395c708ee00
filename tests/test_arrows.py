"""Which part of the house may import which: read from the import statements."""

import ast
from pathlib import Path

import pytest

from autograder.sandbox.layout import COURSE_PARTS

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {  # within the project; what is not listed is forbidden
    "backprop/engine": {"backprop.engine"},
    "backprop/bug_hunt": {"backprop.bug_hunt", "backprop.own_number"},
    "backprop/clinic": {"backprop.clinic", "backprop.own_number"},
    "backprop/exercises": {
        "backprop.bug_hunt",
        "backprop.clinic",
        "backprop.engine",
        "backprop.exercises",
        "backprop.functions",
    },
    "backprop/check": {"backprop.exercises", "backprop.check", "backprop.functions", "backprop.own_number"},
    "backprop/widgets": {"backprop.widgets"},
    "backprop/scale": {"backprop.scale"},
    "autograder": {"backprop.check", "backprop.exercises", "autograder"},
    "solutions": {"backprop.bug_hunt", "backprop.check", "backprop.clinic", "backprop.scale", "backprop.widgets"},
}
LAZILY = {  # inside functions only, as PLC0415 sees to
    "_torch.py": {"torch"},
    "_device.py": {"torch"},
    "_memory.py": {"torch"},
    "_worker.py": {"torch"},  # a program of its own, which nobody imports
    "digits.py": {"sklearn"},
}
IN_NOTEBOOKS = ("__init__.py", "_practice.py")  # these import the exercises where there are any, when they are used
LEARNERS_SIDE = [path for path in COURSE_PARTS if path.endswith(".py") and not path.endswith(IN_NOTEBOOKS)]


def imported(path: Path) -> set[str]:
    """The modules that a file imports, relative ones made absolute."""
    package = path.relative_to(ROOT).parent.parts
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "backprop" else {module}
    return names


def inside(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_arrows(folder):
    for path in (ROOT / folder).rglob("*.py"):
        ours = {name for name in imported(path) if inside(name, {"backprop", "autograder", "solutions", "tests"})}
        wrong = {name for name in ours if not inside(name, MAY_IMPORT[folder])}
        assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("name", sorted(MAY_IMPORT["solutions"]))
def test_what_lessons_import_is_there_where_they_are_graded(name):
    path = name.replace(".", "/")
    seen = any(part == path or part.startswith(f"{path}/") for part in COURSE_PARTS)
    assert seen, f"{path}: list it in COURSE_PARTS in autograder/sandbox/layout.py"


@pytest.mark.parametrize("file", LEARNERS_SIDE)
def test_the_learners_side_of_a_check_knows_no_answer(file):
    assert not {name for name in imported(ROOT / file) if inside(name, {"backprop.exercises", "backprop.engine"})}


@pytest.mark.parametrize("folder", [folder for folder in MAY_IMPORT if folder.startswith("backprop")])
def test_nothing_heavy_is_imported(folder):
    heavy = {"torch", "matplotlib", "sklearn", "scipy", "pandas", "nbgrader"}
    for path in (ROOT / folder).rglob("*.py"):
        allowed = LAZILY.get(path.name, set())
        assert not {name for name in imported(path) if inside(name, heavy - allowed)}, path
