"""Mutation run: break every reference answer in every small way, and see that its check notices.

    python tests/exercises/mutants.py [EXERCISE ...]

A mutant that the check takes for right has survived. Each survivor is either equivalent, and listed with its reason in
EQUIVALENT, or it shows a hole in the check.
"""

import ast
import copy
import itertools
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import jupytext
import numpy as np
from equivalent import EQUIVALENT
from learners import verdict_on

from backprop.exercises import find

ROOT = Path(__file__).parents[2]
PATIENCE = 1.0  # seconds for one call of a mutant: broken loops run for ever
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


@dataclass(frozen=True)
class Mutant:
    """A changed cell: its source, and the changed line for the report."""

    source: str
    line: str


def changes(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    match node:
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, other(), right) for other in ARITHMETIC if not isinstance(op, other))
            yield from (left, right)
        case ast.UnaryOp(ast.USub(), operand):
            yield operand
        case ast.Compare(left, [op], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in COMPARISONS if not isinstance(op, other))
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(-value if value else -1))
        case ast.Name(id, ast.Load()) if id in names:
            yield from (ast.Name(other, ast.Load()) for other in names if other != id)
        case ast.IfExp(test, body, orelse):
            yield from (ast.IfExp(test, orelse, body), body, orelse)
        case ast.Call(func, [first, second, *rest], keywords):
            yield ast.Call(func, [second, first, *rest], keywords)
        case ast.Tuple([first, second, *rest], ast.Load()):
            yield ast.Tuple([second, first, *rest], ast.Load())


def mutants(source: str, every: int = 1) -> list[Mutant]:
    """The mutants of a cell, one change each, in the lines that are the answer; of many every so many."""
    tree, answers = ast.parse(source), answer_lines(source)
    names = _names_around(tree)
    sites = [
        (at, k)
        for at, node in enumerate(ast.walk(tree))
        if getattr(node, "lineno", 0) in answers
        for k, _ in enumerate(changes(node, names))
    ]
    return [_mutant(tree, names, *site) for site in sites[::every]]


def _mutant(tree: ast.AST, names: list[str], at: int, k: int) -> Mutant:
    """The k-th change of the node that a walk meets as number `at`."""
    changed = copy.deepcopy(tree)
    old = next(itertools.islice(ast.walk(changed), at, None))
    new = list(changes(old, names))[k]
    mutant = ast.fix_missing_locations(_Swap(old, new).visit(changed))
    return Mutant(ast.unparse(mutant), _line(mutant, old.lineno))


def answer_lines(source: str) -> set[int]:
    """The numbers of the lines that a learner writes: marked ones, and those of a solution region."""
    lines, inside, found = source.splitlines(), False, set()
    for number, line in enumerate(lines, start=1):
        inside = "BEGIN SOLUTION" in line or (inside and "END SOLUTION" not in line)
        if inside or line.endswith("# answer"):
            found.add(number)
    return found


class _Swap(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, ast.copy_location(new, old)

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _names_around(tree: ast.AST) -> list[str]:
    """The function's arguments and its local variables: what a learner could confuse with one another."""
    names = [arg.arg for found in ast.walk(tree) if isinstance(found, ast.arguments) for arg in found.args]
    return names + [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def _line(tree: ast.AST, lineno: int) -> str:
    found = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and n.lineno <= lineno <= n.end_lineno]
    return ast.unparse(found[-1]).splitlines()[0] if found else ""


def solutions(lesson: Path) -> Iterator[tuple[str, str, dict]]:
    """Each exercise's cell and the namespace in which it runs, with the lesson's answers before it."""
    namespace: dict = {}
    for cell in jupytext.read(lesson, fmt="py:percent").cells:
        if cell.cell_type != "code" or "tests" in cell.metadata:
            continue
        if "solution" in cell.metadata:
            yield cell.metadata["solution"], cell.source, dict(namespace)
        with redirect_stdout(StringIO()):
            exec(cell.source, namespace)


def survives(exercise_id: str, mutant: Mutant, namespace: dict) -> bool:
    """Does the check take the mutant for a right answer?"""
    exercise = find(exercise_id)
    try:
        with patch("backprop.check.reply.SECONDS", PATIENCE), np.errstate(all="ignore"):
            namespace = dict(namespace)
            exec(mutant.source, namespace)
            return verdict_on(exercise, namespace[exercise.name]).status == "right"
    except Exception:
        return False  # it does not even run


def survivors(exercise_id: str, source: str, namespace: dict, every: int = 1) -> tuple[int, list[str]]:
    """How many mutants were tried, and the changed lines of those that survived and are not known as equivalent."""
    unchanged = ast.unparse(ast.parse(source))
    tried = [mutant for mutant in mutants(source, every) if mutant.source != unchanged]
    lived = [mutant.line for mutant in tried if survives(exercise_id, mutant, namespace)]
    return len(tried), [line for line in lived if (exercise_id, line) not in EQUIVALENT]


def main(wanted: list[str]) -> int:
    """Print a line an exercise; exit 1 if any mutant survived."""
    holes = 0
    for lesson in sorted((ROOT / "solutions").glob("*/*.py")):
        for exercise_id, source, namespace in solutions(lesson):
            if wanted and exercise_id not in wanted:
                continue
            count, lived = survivors(exercise_id, source, namespace)
            print(f"{exercise_id:20} {count:4} mutants, {len(lived)} survived", *lived, sep="\n    ")
            holes += len(lived)
    print(f"{holes} mutants survived that are not known to be equivalent ({len(EQUIVALENT)} are).")
    return holes > 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
