"""Which part of the house may import which: read from the import statements."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {  # within the project; what is not listed is forbidden
    "backprop/engine": {"backprop.engine"},
    "backprop/exercises": {"backprop.engine", "backprop.exercises", "backprop.functions"},
    "backprop/check": {"backprop.exercises", "backprop.check", "backprop.functions"},
    "backprop/widgets": {"backprop.widgets"},
    "backprop/scale": {"backprop.scale"},
    "autograder": {"backprop.check", "backprop.exercises", "autograder"},
    "solutions": {"backprop.check", "backprop.scale", "backprop.widgets"},
}
LAZILY_TORCH = {"_torch.py", "_device.py", "_memory.py"}  # inside functions only, as PLC0415 sees to
PROGRAMS = {"_worker.py"}  # run by itself and imported by nobody
# what a learner's process holds when it is graded: no exercises, no engine
LEARNERS_SIDE = ["backprop/functions.py", *(f"backprop/check/{m}.py" for m in ("plain", "driving", "reply", "wire"))]


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


@pytest.mark.parametrize("file", LEARNERS_SIDE)
def test_the_learners_side_of_a_check_knows_no_answer(file):
    assert not {name for name in imported(ROOT / file) if inside(name, {"backprop.exercises", "backprop.engine"})}


@pytest.mark.parametrize("folder", [folder for folder in MAY_IMPORT if folder.startswith("backprop/")])
def test_nothing_heavy_is_imported(folder):
    heavy = {"torch", "matplotlib", "sklearn", "scipy", "pandas", "nbgrader"}
    for path in (ROOT / folder).rglob("*.py"):
        allowed = {"torch"} if path.name in LAZILY_TORCH | PROGRAMS else set()
        assert not {name for name in imported(path) if inside(name, heavy - allowed)}, path
