"""Run cells where a learner's code runs, and skip where it cannot be confined."""

import json

import nbformat
import pytest

from autograder.asking import AskExercises
from autograder.sandbox import kernels

MISSING = kernels.probe()[1]
needs_sandbox = pytest.mark.skipif(bool(MISSING), reason=f"no sandbox here: {MISSING}")


def run_cells(folder, *sources: str, lesson: str = "02-two-layer-trace", **settings) -> tuple[list[str], dict]:
    """What each cell shows as text, and the resources that AskExercises leaves."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})
    asking = AskExercises(course_key_file=str(folder / "course.key"), timeout=20, **settings)
    done, resources = asking.preprocess(notebook, {"nbgrader": {"assignment": lesson}, "metadata": {}})
    return ["".join(map(shown, cell.outputs)) for cell in done.cells], resources


def shown(output) -> str:
    """An output as plain text."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def ask_inside(folder, questions: dict[str, str], lesson: str = "02-two-layer-trace") -> dict[str, str]:
    """What each expression gives inside, or the name of its exception; all of them in one kernel."""
    source = f"""
import builtins, ctypes, errno, importlib, json, os, resource, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *words):
    ctypes.set_errno(0)
    return errno.errorcode.get(ctypes.get_errno(), 0) if libc.syscall(number, *words) < 0 else "allowed"
def answer(text):
    try:
        return str(eval(text))
    except BaseException as problem:
        return "OSError" if isinstance(problem, OSError) else type(problem).__name__
print(json.dumps({{name: answer(text) for name, text in {questions!r}.items()}}))
"""
    (told,), _ = run_cells(folder, source, lesson=lesson)
    return json.loads(told)
