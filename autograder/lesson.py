"""One lesson of one classroom: built, and entered into the gradebook with its cells and points."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from autograder.authoring import AuthoringError
from autograder.build import release, scripts, write_source
from autograder.classroom import GLOB_SIGNS
from autograder.course import Course, CourseError
from autograder.key import course_key
from autograder.records import Conditions, Pool


@dataclass(frozen=True)
class Work:
    """One lesson of one classroom, registered in its gradebook and ready to be graded."""

    course: Course
    lesson: str
    source: Path

    @cached_property
    def conditions(self) -> Conditions:
        """What the records of this lesson depend on, besides the submissions."""
        config = self.course.grading(self.lesson, "").config
        return Conditions.of(self.lesson, course_key(Path(config.AskExercises.course_key_file)), config)

    @property
    def notebook(self) -> str:
        """The notebook's name, without its ending."""
        return self.source.stem

    @property
    def pool(self) -> Pool:
        """This classroom's records."""
        return Pool(self.course.pool)

    def folder(self, step: str, student: str) -> Path:
        """Where nbgrader keeps a student's lesson at one step."""
        return self.course.classroom / step / student / self.lesson


def lesson_script(course: Course, lesson: str) -> Path:
    """The lesson's script; CourseError lists the lessons for an unknown name."""
    known = scripts(course)
    if lesson not in known:
        raise CourseError(f"there is no lesson {lesson!r}; there are: {', '.join(known) or 'none'}")
    return known[lesson]


def register(course: Course, lesson: str) -> Work:
    """Build one lesson and enter it into the gradebook; CourseError if the lesson or the submissions are missing."""
    script = lesson_script(course, lesson)
    if not (course.classroom / "submitted").is_dir():
        where = f"submitted/STUDENT/{lesson}/{script.stem}.ipynb"
        raise CourseError(f"{course.classroom} has no folder 'submitted'; submissions are expected as {where} in it")
    if GLOB_SIGNS & set(str(course.classroom)):
        raise CourseError(f"{course.classroom}: nbgrader takes * ? [ ] in a path for a pattern; choose another folder")
    _check_database(course)
    source = write_source(course, lesson, script)
    _enter(course, lesson)
    return Work(course, lesson, source)


def _check_database(course: Course) -> None:
    """A gradebook on a server is tried first: later its trouble would look like a submission's."""
    try:
        shown = make_url(course.db_url).render_as_string(hide_password=True)
        engine = create_engine(course.db_url)
        engine.connect().close()
        engine.dispose()
    except ArgumentError as problem:  # not a URL, or of a database that SQLAlchemy does not know
        raise CourseError(f"--db should be as in postgresql://user@host/name: {problem}") from None
    except ImportError as problem:
        raise CourseError(
            f"{shown} needs a package ({problem}); for PostgreSQL: pip install 'psycopg[binary]'"
        ) from None
    except DBAPIError as problem:
        raise CourseError(f"the gradebook {shown} cannot be opened: {problem.orig}") from None


def _enter(course: Course, lesson: str) -> None:
    """Enter a lesson's cells and points into the gradebook, which refuses other cells once somebody was graded."""
    try:
        release(course.building(lesson), register=True)
    except AuthoringError as problem:
        if "Cannot add or remove cells" not in str(problem):
            raise
        raise CourseError(
            f"{lesson} has other exercises now than when its first submission was graded; nbgrader keeps one set a "
            "classroom. Grade with --classroom NEW-FOLDER, or go back to the lesson as it was"
        ) from None
