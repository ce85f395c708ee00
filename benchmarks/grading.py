"""Time the grader beside its peers on one generated class: submissions a minute, and the driver's peak memory.

Contenders, each a process of its own with the same notebooks: this project's `grade`, which also writes feedback pages
and a CSV; `nbgrader autograde` as nbgrader comes, which does not; and Otter-Grader without its containers
(`--otter PYTHON`, the interpreter of an environment that has it and what the lesson imports; left out otherwise).
The torch lesson is lesson 02 with `import torch` on top.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
LESSON, NAME = "02-two-layer-trace", "two_layer_trace"
TOOLS = Path(sys.executable).parent
OTTER_TEST = "OK_FORMAT = True\ntest = {'name': 'q', 'points': 1, 'suites': [{'cases': [{'code': '>>> 1\\n1'}]}]}\n"


@dataclass(frozen=True)
class Timing:
    """One contender's run over one class."""

    contender: str
    lesson: str
    submissions: int
    seconds: float
    megabytes: float  # of the driver, or of the whole where it is one process

    @property
    def a_minute(self) -> float:
        """Submissions a minute."""
        return 60 * self.submissions / self.seconds


def arguments() -> argparse.Namespace:
    """What the benchmark understands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=10, help="how many a class has; default: %(default)s")
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out: for a thousand submissions")
    parser.add_argument("--otter", metavar="PYTHON", help="a Python that has otter-grader")
    parser.add_argument("--trust-submissions", action="store_true", help="ours without the sandbox")
    return parser.parse_args()


def main() -> None:
    """Run every contender on every lesson, one after the other, and print one table."""
    chosen = arguments()
    timings = []
    for lesson, first in {"lesson 02": "", "with torch": "import torch"}.items():
        with tempfile.TemporaryDirectory(prefix="class-") as folder:
            for one in contenders(Path(folder), lesson, first, chosen):
                print(f"{one.lesson}, {one.contender}: {one.seconds:.1f} s", flush=True)
                timings.append(one)
    Console().print(table(timings))


def contenders(folder: Path, lesson: str, first: str, chosen: argparse.Namespace) -> Iterator[Timing]:
    """The class is handed in afresh to each contender."""
    count = chosen.submissions
    notebooks = [submission(number, first) for number in range(count)]
    trust = ["--trust-submissions"] if chosen.trust_submissions else []
    yield Timing("this project", lesson, count, *ours(folder / "ours", notebooks, trust))
    if not chosen.only_ours:
        yield Timing("nbgrader autograde", lesson, count, *stock(folder / "stock", notebooks))
        if chosen.otter and imports(chosen.otter, first):
            yield Timing("otter run", lesson, count, *otter(folder / "otter", notebooks, chosen.otter))


def imports(python: str, first: str) -> bool:
    """Has this environment what the notebooks import? Without it they would be done too soon."""
    needed = f"import otter, backprop.check, backprop.widgets\n{first}"
    made = subprocess.run([python, "-c", needed], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    return made.returncode == 0


def submission(number: int, first: str) -> dict:
    """The solution, made different from all others by one line, so that none is graded by another's record."""
    notebook = json.loads((ROOT / "build" / "solutions" / LESSON / f"{NAME}.ipynb").read_text())
    cell = {"cell_type": "code", "id": "first", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].insert(0, cell | {"source": f"{first}\nstudent = {number}"})
    return notebook


def hand_in(folder: Path, notebooks: list[dict]) -> None:
    """As nbgrader wants it: a folder a student."""
    for number, notebook in enumerate(notebooks):
        path = folder / f"s{number:04}" / LESSON / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))


def ours(folder: Path, notebooks: list[dict], trust: list[str]) -> tuple[float, float]:
    """`grade`: records, gradebook, feedback pages and CSV."""
    hand_in(folder / "submitted", notebooks)
    return timed([sys.executable, "-m", "autograder", "grade", LESSON, "--classroom", str(folder), *trust], ROOT)


def stock(folder: Path, notebooks: list[dict]) -> tuple[float, float]:
    """nbgrader without any configuration: the release is made first, autograding alone is timed."""
    source = folder / "source" / LESSON / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "build" / "solutions" / LESSON / source.name, source)
    hand_in(folder / "submitted", notebooks)
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
    timed([str(TOOLS / "nbgrader"), "generate_assignment", LESSON], folder)
    return timed([str(TOOLS / "nbgrader"), "autograde", LESSON], folder)


def otter(folder: Path, notebooks: list[dict], python: str) -> tuple[float, float]:
    """`otter run`, one notebook a process; its test is empty, so that only running the notebook counts."""
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "q.py").write_text(OTTER_TEST)
    timed(
        [python, "-c", "import zipfile; z = zipfile.ZipFile('autograder.zip', 'w'); z.write('tests/q.py'); z.close()"],
        folder,
    )
    seconds, megabytes = 0.0, 0.0
    for number, notebook in enumerate(notebooks):
        (folder / f"{number}.ipynb").write_text(json.dumps(notebook))
        took, peak = timed([python, "-m", "otter", "run", "-a", "autograder.zip", f"{number}.ipynb"], folder)
        seconds, megabytes = seconds + took, max(megabytes, peak)
    return seconds, megabytes


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds, and the peak memory in MB of the command's own process; its words are shown if it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=words, stderr=words)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if process.returncode:
            words.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{words.read().decode()[-3000:]}")
    return seconds, used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def table(timings: list[Timing]) -> Table:
    """One row a run; `times` is against nbgrader on the same lesson."""
    shown = Table("lesson", "contender", title="Grading")
    for name in ("submissions", "seconds", "a minute", "times nbgrader", "driver MB"):
        shown.add_column(name, justify="right")
    stock = {one.lesson: one.a_minute for one in timings if one.contender.startswith("nbgrader")}
    for one in timings:
        times = f"{one.a_minute / stock[one.lesson]:.1f}" if one.lesson in stock else ""
        numbers = (f"{one.seconds:.1f}", f"{one.a_minute:.1f}", times, f"{one.megabytes:.0f}")
        shown.add_row(one.lesson, one.contender, str(one.submissions), *numbers)
    return shown


if __name__ == "__main__":
    main()
