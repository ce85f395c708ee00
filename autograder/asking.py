"""Run a learner's notebook in a kernel, and ask that kernel instead of running the cells that are graded."""

import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_async, run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets import Enum, Integer, Unicode

from autograder.key import course_key, seed
from autograder.outcome import Outcome, failed, judged, undecided
from autograder.restore import submission_digest
from autograder.sandbox import kernels, packages, provisioner
from autograder.sandbox.session import StrictSession
from backprop import exercises
from backprop.check import driving, judge, wire

KEPT_VARIABLES = ["PATH", "PATHEXT", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP"]
KEPT_VARIABLES += ["VIRTUAL_ENV", "CONDA_PREFIX"]
SHOWN_REPLY = re.compile(r"'([A-Za-z0-9+/=]*)'")  # how IPython shows what `wire.answer` returns
BLOCKED = "This cell ended the kernel or blocked it; the cells below were run without it."
CONTROL = {"status", "execute_input", "clear_output"}  # messages that run the protocol and show nothing
MOST_OUTPUT = 4_000_000  # characters that one cell may put out
ALIVE_WITHIN = 5  # seconds a kernel gets to answer after it was interrupted
log = logging.getLogger(__name__)


class Silent(Exception):
    """The kernel gave no answer; the message says why."""


class AskExercises(Execute):
    """nbgrader's Execute, but a tests cell is never run: its exercise is asked and judged on this side.

    The outcome of each exercise is left in `resources["outcomes"]` under the cell's grade_id, and what confined the
    learner's code in `resources["layers"]`. Where it cannot be confined, NoSandbox is raised and nothing runs.
    """

    course_key_file = Unicode("classroom/course.key", help="Where the course's secret key is kept.").tag(config=True)
    revivals = Integer(3, help="How often a notebook that kills its kernel gets a new one.").tag(config=True)
    sandbox = Enum(
        ["required", "trusted"], "required", help="'trusted' runs learners' code unconfined, with your rights."
    ).tag(config=True)

    def preprocess(self, nb, resources, km=None):
        """Run one submission from its top to its bottom."""
        self.store_widget_state = False  # read by nobody here, and as large as the learner likes
        self.record_timing = False  # the same submission gives the same bytes
        self.shutdown_kernel = "immediate"  # nothing that a kernel does on leaving counts
        self.outcomes = resources["outcomes"] = {}
        resources["layers"] = list(kernels.require()) if self.sandbox == "required" else []
        self.frameworks = packages.uses_frameworks(resources["nbgrader"]["assignment"])
        self.killers: set[int] = set()
        self.shown = Counter()
        self.submission = submission_digest(nb)
        self.key = resources.get("course_key") or course_key(Path(self.course_key_file))
        return super().preprocess(nb, resources, km)

    @contextmanager
    def setup_kernel(self, **kwargs):
        """Start the kernel in the sandbox; if trusted, in an empty folder and with few of our environment variables."""
        self.folder = tempfile.mkdtemp(prefix="learner-")
        quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # a terminal obeys what is printed to it
        trusted = dict(cwd=self.folder, env=kernel_environment(self.folder), **quiet)
        try:
            with super().setup_kernel(**(trusted if self.sandbox == "trusted" else {}), **kwargs):
                yield
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_kernel_manager(self):
        """Jupyter's own kernel manager, whose kernel starts in the sandbox unless the submission is trusted."""
        super().create_kernel_manager()
        self.km.session = StrictSession(parent=self.km)
        if self.sandbox == "required":
            provisioner.confine(self.km, self.folder, self.frameworks)
        return self.km

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int):
        """Run a learner's cell, or ask the exercise that a tests cell stands for."""
        if is_tests(cell):
            self._ask_cell(cell, index)
        elif self._kernel_is_worth_asking():
            self._run(cell, resources, index)
        return cell, resources

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int):
        """Leave out what nobody will look at: widgets' traffic, and output beyond what a page can show."""
        if msg["msg_type"].startswith("comm"):
            return None
        if msg["msg_type"] not in CONTROL:
            self.shown[cell_index] += len(str(msg["content"]))
            if self.shown[cell_index] > MOST_OUTPUT:
                return None
        return super().process_message(msg, cell, cell_index)

    def _run(self, cell: NotebookNode, resources: dict, index: int) -> None:
        try:
            super().preprocess_cell(cell, resources, index)
            timed_out = any(output.get("ename") == "CellTimeoutError" for output in cell.get("outputs", []))
        except (DeadKernelError, CellTimeoutError):
            timed_out = True
        if timed_out and not self._answers():
            cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text=BLOCKED)]
            self._revive(index)

    def _ask_cell(self, cell: NotebookNode, index: int) -> None:
        grade_id = cell.metadata.nbgrader.grade_id
        outcome = self._outcome(grade_id.removesuffix("-tests"))
        self.outcomes[grade_id] = outcome
        data = {"text/plain": outcome.text, "text/html": outcome.html}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        if not outcome.answered and not self._answers():
            self._revive(index)

    def _outcome(self, exercise_id: str) -> Outcome:
        """Judge one exercise; whatever goes wrong is told as the learner's failure or as ours, never guessed."""
        if not self._kernel_is_worth_asking():
            return undecided("the notebook's code ended its kernel again and again")
        try:
            exercise = exercises.find(exercise_id)
            seeded = seed(self.key, self.submission, exercise_id)
            return judged(judge(exercise, lambda cases: self._ask(exercise, cases), seeded))
        except wire.Malformed as problem:
            return failed(f"what came back is no answer ({problem})")
        except TimeoutError:
            return failed(f"your code gave no answer within {self.timeout} seconds")
        except Silent as problem:
            return failed(f"your code stopped instead of answering ({problem})")
        except DeadKernelError:
            return undecided("the kernel died when it was asked")
        except Exception as problem:
            log.exception("the check of %s failed", exercise_id)
            return undecided(f"the check itself failed ({type(problem).__name__}: {problem})")

    def _ask(self, exercise: exercises.Exercise, cases: list[dict]) -> list:
        """Send cases to the learner's object and decode what comes back; runs inside `judge`."""
        driver = driving.as_text(exercise.drive)
        told = f"{wire.pack_cases(cases)!r}, globals(), {exercise.name!r}, {exercise.style!r}, {driver!r}"
        call = f"__import__('backprop.check.wire', fromlist=['answer']).answer({told})"
        return wire.unpack_replies(reply_text(self._evaluate(call)), len(cases))

    def _evaluate(self, expression: str) -> object:
        request = dict(silent=True, store_history=False, allow_stdin=False, user_expressions={"reply": expression})
        reply = self.wait_for_reply(run_sync(self._send)(request))
        if reply is None:  # it was interrupted when its time was up
            raise TimeoutError
        return reply.get("content")

    async def _send(self, request: dict) -> str:
        return await ensure_async(self.kc.execute("", **request))

    def _kernel_is_worth_asking(self) -> bool:
        return len(self.killers) <= self.revivals

    def _answers(self) -> bool:
        """Does the kernel still react after an interrupt?"""
        return run_sync(self._answers_soon)()

    async def _answers_soon(self) -> bool:
        try:
            await ensure_async(self.kc.wait_for_ready(timeout=ALIVE_WITHIN))
        except RuntimeError:
            return False
        return True

    def _revive(self, culprit: int) -> None:
        """Start a fresh kernel and run what ran before, except the cells that killed one."""
        self.killers.add(culprit)
        if not self._kernel_is_worth_asking():
            return
        run_sync(self._restart)()
        for index, cell in enumerate(self.nb.cells[:culprit]):
            if index not in self.killers and not is_tests(cell):
                self._run(nbformat.from_dict(cell), self.resources, index)

    async def _restart(self) -> None:
        await ensure_async(self.km.restart_kernel(now=True))
        await ensure_async(self.kc.wait_for_ready(timeout=self.startup_timeout))


def is_tests(cell: NotebookNode) -> bool:
    """A cell whose exercise is asked: graded, and not written by the learner."""
    return utils.is_grade(cell) and not utils.is_solution(cell)


def reply_text(content: object) -> str:
    """The text that the one user expression gave; Silent if there is none, Malformed if it is no message."""
    given = _inside(content, "user_expressions", "reply")
    if _inside(content).get("status") != "ok" or given.get("status") != "ok":
        told = given if given else _inside(content)
        raise Silent(f"{told.get('ename')}: {told.get('evalue')}"[:200])
    shown = _inside(given, "data").get("text/plain")
    wire.require(isinstance(shown, str) and len(shown) <= wire.LIMIT, "a text of at most 8 MiB was expected")
    match = SHOWN_REPLY.fullmatch(shown)
    wire.require(match is not None, "the reply is not one message")
    return match[1]


def _inside(content: object, *names: str) -> dict:
    """A dict inside dicts; an empty one where the learner's side sent something else."""
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def kernel_environment(folder: str) -> dict[str, str]:
    """Our environment without what is none of a learner's business, with its own home."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    course = str(Path(wire.__file__).parents[2])
    return {**kept, "HOME": folder, "IPYTHONDIR": folder, "PYTHONPATH": course, "PYTHONDONTWRITEBYTECODE": "1"}
