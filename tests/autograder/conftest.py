import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.build import build
from autograder.course import ROOT, Course, put_tools_on_path
from autograder.sandbox import kernels


@dataclass(frozen=True)
class QuickCourse(Course):
    """A course whose cells may take 8 seconds, not 30."""

    def config(self):
        config = super().config()
        config.AskExercises.timeout = 8
        config.AskExercises.sandbox = "trusted" if kernels.probe()[1] else "required"
        return config


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Course:
    """This repository's lessons, built in a folder of their own, with an empty classroom."""
    put_tools_on_path()
    root: Path = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    made = QuickCourse(root, root / "classroom")
    build(made)
    return made
