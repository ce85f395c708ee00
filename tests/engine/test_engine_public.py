"""What the engine shows to the outside, and how small it is."""

import ast
import inspect
from pathlib import Path

import pytest

from backprop import engine

SOURCES = sorted(Path(engine.__file__).parent.glob("*.py"))
CORE = {"_graph.py", "_tensor.py", "_elementwise.py", "_arrays.py", "_operators.py"}
NETS = {"_functional.py", "_layers.py", "_optimizers.py"}


def definitions(path):
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]


def lines_of_code(path):
    """Count the lines that hold code: no blank ones, no comments, no docstrings."""
    tree = ast.parse(path.read_text())
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    prose = {line for node in texts for line in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(path.read_text().splitlines(), start=1)
    return sum(1 for i, line in lines if i not in prose and line.strip() and not line.lstrip().startswith("#"))


@pytest.mark.parametrize("name", engine.__all__)
def test_every_public_name_says_what_it_is(name):
    thing = getattr(engine, name)
    methods = [m for key, m in vars(thing).items() if not key.startswith("_")] if inspect.isclass(thing) else []
    assert all(inspect.getdoc(part) for part in [thing, *filter(inspect.isfunction, methods)])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_modules_and_functions_stay_short(path):
    assert len(path.read_text().splitlines()) < 250
    assert all(d.end_lineno - d.lineno < 40 for d in definitions(path) if isinstance(d, ast.FunctionDef))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_engine_imports_numpy_and_the_standard_library_only(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    roots = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots |= {node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    assert roots <= {"numpy", "contextlib", "contextvars", "functools", "heapq", "inspect", "itertools", "operator",
                     "threading", "typing", "weakref"}  # fmt: skip


def test_the_core_can_be_read_in_one_sitting():
    assert sum(lines_of_code(path) for path in SOURCES if path.name in CORE) < 400
    assert sum(lines_of_code(path) for path in SOURCES if path.name in CORE | NETS) < 700
    assert sum(lines_of_code(path) for path in SOURCES if path.name not in {"__init__.py", "_gradcheck.py"}) <= 750
