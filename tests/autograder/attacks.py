"""Submissions that try to take points they have not earned, and submissions whose code ends badly."""

import json
from collections.abc import Callable

SPOOF = """
class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return Equal(0)
    def __rsub__(self, other): return Equal(0)
    def __abs__(self): return 0.0
    def __lt__(self, other): return True
    def __le__(self, other): return True
    __hash__ = None
"""


def both(first: Callable, second: Callable) -> Callable:
    """Two edits in one submission: each costs the grader seconds."""

    def edit(notebook: dict) -> None:
        first(notebook)
        second(notebook)

    return edit


def put(notebook: dict, name: str, source: str) -> None:
    """Write an answer into one cell."""
    next(cell for cell in notebook["cells"] if cell["id"] == name)["source"] = source


def run_first(notebook: dict, source: str) -> None:
    """Add a cell on top."""
    cell = {
        "cell_type": "code",
        "id": "first",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
    notebook["cells"].insert(0, cell)


def tags(notebook: dict) -> None:
    """nbgrader counts a tests cell without output as passed; this tag keeps it from running."""
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "nbgrader-skip"]


def forged_outputs(notebook: dict) -> None:
    """Outputs that say full marks, as stored and as nbgrader reads partial credit."""
    for cell in notebook["cells"]:
        if cell["id"].endswith("-tests"):
            result = {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/plain": "1000"},
            }
            cell["outputs"] = [result]


def edited_points(notebook: dict) -> None:
    """Points, flags and text of the graded cells rewritten in the submission."""
    for cell in notebook["cells"]:
        if labels := cell["metadata"].get("nbgrader"):
            labels |= {"points": 1e9, "solution": False, "checksum": "f" * 32}
            cell["source"] = "1e9" if cell["id"].endswith("-tests") else cell["source"]


def equal_to_everything(notebook: dict) -> None:
    """Answers that compare equal to anything, or pretend to be arrays."""
    run_first(notebook, SPOOF)
    put(notebook, "dL-dw1", "def dL_dw1(**inputs): return Equal(1)")
    put(notebook, "trace-relu", "class Any(dict):\n    def __missing__(self, key): return Equal(1)\n"
        "def trace_relu(**inputs): return Any({n: Equal(1) for n in ['z1', 'a1']})")  # fmt: skip
    put(notebook, "one-step", "step = dict.fromkeys(['w1_new', 'z2_new', 'L_new', 'loss_fell'], Equal(1))")


def odd_numbers(notebook: dict) -> None:
    """Answers that many comparisons let through."""
    put(notebook, "dL-dw1", "def dL_dw1(**inputs): return []")
    put(notebook, "forward-numbers", "forward = dict.fromkeys(['z1', 'a1', 'z2', 'L'], float('nan'))")
    put(notebook, "learning-rates", "rates = {'best': float('inf'), 'largest': 1j}")
    put(notebook, "train-relu", "import numpy as np\ndef train(**i): return {n: np.array([]) for n in "
        "['losses', 'w1', 'b1', 'w2', 'b2']}")  # fmt: skip


def patched_kernel(notebook: dict) -> None:
    """Everything that compares or carries replies is replaced on the learner's side."""
    run_first(
        notebook,
        "import numpy as np, json, base64, builtins\n"
        "import backprop.check, backprop.check.wire as wire\n"
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.isfinite = lambda *a: np.True_\n"
        "backprop.check.check = check = lambda *a, **k: None\n"
        "wire.answer = lambda payload, namespace, name, style, driver: 'full marks'\n"
        "builtins.all = builtins.any = lambda *a: True\n",
    )


def forged_reply(notebook: dict) -> None:
    """The kernel answers every request by itself."""
    shown = json.dumps({"status": "ok", "data": {"text/plain": "'AAAA'"}, "metadata": {}})
    run_first(
        notebook,
        f"import json\nip = get_ipython()\nip.user_expressions = lambda e: {{k: json.loads({shown!r}) for k in e}}\n"
        "ip.input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
    )


def learned_by_heart(notebook: dict) -> None:
    """The worked example's answer, whatever is asked."""
    put(notebook, "dL-dw1", "def dL_dw1(**inputs): return -9.0")


ATTACKS = {
    "tags-and-forged-outputs": both(tags, forged_outputs),
    "edited-points": edited_points,
    "equal-to-everything": equal_to_everything,
    "odd-numbers": odd_numbers,
    "patched-kernel": patched_kernel,
    "forged-reply": forged_reply,
    "learned-by-heart": learned_by_heart,
}


def ends_kernel(notebook: dict) -> None:
    """One cell kills the kernel; the rest is right."""
    run_first(notebook, "import os\nos._exit(1)")


def hangs(notebook: dict) -> None:
    """One cell never ends; it can be interrupted."""
    run_first(notebook, "while True: pass")


def hangs_on(notebook: dict) -> None:
    """One cell never ends and does not listen to interrupts."""
    run_first(notebook, "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass")


def answer_hangs(notebook: dict) -> None:
    """One answer never comes: that exercise is lost, 3 points."""
    put(notebook, "dL-dw1", "def dL_dw1(**inputs):\n    while True: pass")


def answer_hangs_on(notebook: dict) -> None:
    """One answer never comes and does not listen to interrupts: 3 points lost, and nothing below it."""
    loop = "while True:\n        try:\n            while True: pass\n        except KeyboardInterrupt: pass"
    put(notebook, "dL-dw1", f"def dL_dw1(**inputs):\n    {loop}")


def answer_ends_kernel(notebook: dict) -> None:
    """One answer kills the kernel: the instructor decides about its 3 points."""
    put(notebook, "dL-dw1", "import os\ndef dL_dw1(**inputs): os._exit(1)")


def answer_exits(notebook: dict) -> None:
    """One answer leaves instead of answering: 3 points lost."""
    put(notebook, "dL-dw1", "def dL_dw1(**inputs): raise SystemExit")


def floods(notebook: dict) -> None:
    """One cell prints 200 MB."""
    run_first(notebook, "for _ in range(2000): print('x' * 100_000)")


TROUBLES = {  # edit of the solution, points, what the note says
    "ends-kernel": (ends_kernel, 30.0, ""),
    "hangs": (hangs, 30.0, ""),
    "hangs-on": (hangs_on, 30.0, ""),
    "floods": (floods, 30.0, ""),
    "answer-hangs": (answer_hangs, 27.0, ""),
    "answer-hangs-on": (answer_hangs_on, 27.0, ""),
    "answer-ends-kernel": (answer_ends_kernel, 27.0, "dL-dw1: Not graded automatically: the kernel died"),
    "answer-exits": (answer_exits, 27.0, ""),
}
