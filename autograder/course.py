"""Where the course and a classroom lie, and how nbgrader's own configuration reaches our commands."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader
from traitlets.log import get_logger

ROOT = Path(__file__).resolve().parents[1]
CONFIG_FILE = "nbgrader_config.py"
IN_CLASSROOM = "sqlite:///classroom/gradebook.db"  # what the configuration says as long as nobody chose a server


class CourseError(Exception):
    """Something the instructor has to put right; the message says what and how."""


@dataclass(frozen=True)
class Course:
    """A repository with lessons (`root`) and the instructor's folder (`classroom`)."""

    root: Path = ROOT
    classroom: Path = field(default=ROOT / "classroom")
    trusted: bool = False  # run submissions without the sandbox
    database: str = ""  # the gradebook's URL; without one nbgrader_config.py decides

    @property
    def solutions(self) -> Path:
        """The percent scripts, one folder a lesson."""
        return self.root / "solutions"

    @property
    def lessons(self) -> Path:
        """What learners open; generated."""
        return self.root / "lessons"

    @property
    def build(self) -> Path:
        """Scratch: the instructor's notebooks and what nbgrader makes of them."""
        return self.root / "build"

    @property
    def pool(self) -> Path:
        """Where the records lie."""
        return self.classroom.resolve() / "records" / "pool"

    def config(self) -> Config:
        """The settings of nbgrader_config.py, as every nbgrader command reads them."""
        return PyFileConfigLoader(CONFIG_FILE, path=str(ROOT)).load_config()

    def building(self, lesson: str) -> CourseDirectory:
        """nbgrader's view for releasing a lesson into the scratch folder."""
        return CourseDirectory(
            config=self.config(),
            root=str(self.root.resolve()),
            release_directory="build/release",
            db_url=self.db_url,
            assignment_id=lesson,
        )

    def grading(self, lesson: str, student: str) -> CourseDirectory:
        """nbgrader's view for grading one student's lesson in this classroom."""
        config = self.config()
        config.AskExercises.course_key_file = str(self.classroom.resolve() / "course.key")
        config.FromRecord.pool, config.FromRecord.fresh = str(self.pool), False
        if self.trusted:
            config.AskExercises.sandbox = "trusted"
        return CourseDirectory(
            config=config,
            root=str(self.classroom.resolve()),
            source_directory=str(self.build.resolve() / "solutions"),
            submitted_directory="submitted",
            autograded_directory="autograded",
            feedback_directory="feedback",
            db_url=self.db_url,
            assignment_id=lesson,
            student_id=student,
        )

    @property
    def db_url(self) -> str:
        """Where nbgrader finds this classroom's gradebook."""
        url = self.database or str(self.config().CourseDirectory.db_url)
        return url if url != IN_CLASSROOM else f"sqlite:///{self.classroom.resolve()}/gradebook.db"


@contextmanager
def heard(level: int = logging.WARNING) -> Iterator[list[str]]:
    """Collect what nbgrader logs instead of printing it."""
    lines: list[str] = []
    listener = logging.Handler(level)
    listener.emit = lambda record: lines.append(record.getMessage())
    log = get_logger()
    kept, log.handlers, log.propagate = (log.handlers, log.propagate), [listener], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, at every new submission
            yield lines
    finally:
        log.handlers, log.propagate = kept


def put_tools_on_path() -> None:
    """nbgrader calls `alembic` by name; it lies beside the Python that runs us, on PATH or not."""
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ.get("PATH", "")
