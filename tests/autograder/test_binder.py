"""The image that Binder builds: what it installs, what it shows first, and what it no longer holds."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from answers import answers, computations, leaks
from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp
from notebook.app import JupyterNotebookApp

from autograder.course import ROOT

SCRIPTS = sorted((ROOT / "solutions").glob("*/*.py"))


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """What repo2docker makes of the repository, without building it."""
    tool = Path(sys.executable).with_name("jupyter-repo2docker")
    if not tool.exists():
        pytest.skip("jupyter-repo2docker is not installed: pip install -r requirements.txt")
    command = [tool, "--no-build", "--debug", str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return made.stdout + made.stderr


@pytest.mark.parametrize(
    "part",
    [
        "envs/notebook",
        "environment-2epy-2d3-2e11",  # runtime.txt
        '-r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
    ],
)
def test_repo2docker_uses_the_binder_folder(dockerfile, part):
    assert part in dockerfile


@pytest.fixture(scope="module")
def left(tmp_path_factory) -> Path:
    """What postBuild leaves of the repository, and of its history."""
    root = tmp_path_factory.mktemp("image")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("this is not a git checkout")
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (root / "home" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / "home" / name)
    (root / "home" / ".git").mkdir()
    (root / "home" / "build" / "solutions").mkdir(parents=True)
    environment = {**os.environ, "NB_PYTHON_PREFIX": str(root / "python"), "HOME": str(root / "home")}
    subprocess.run(["./binder/postBuild"], cwd=root / "home", env=environment, check=True)
    return root / "home"


def test_nothing_that_only_instructors_need_is_left(left):
    there = {path.name for path in left.iterdir()}
    assert {"lessons", "backprop", "LICENSE", "pyproject.toml"} <= there
    assert there <= {"lessons", "backprop", "docs", "LICENSE", "README.md", "pyproject.toml"}


# practice needs them; the sandbox does not have them
KNOW_THE_TRUTH = ("backprop/exercises", "backprop/engine")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_no_line_of_an_answer_is_left(left, script):
    assert leaks(answers(script), left / "lessons") == {}
    elsewhere = leaks(computations(answers(script)), left).items()
    assert [found for found in elsewhere if not found[0].startswith(KNOW_THE_TRUTH)] == []


@pytest.mark.parametrize("application", [ServerApp, JupyterNotebookApp, LabApp], ids=lambda one: one.__name__)
def test_whatever_a_hub_starts_opens_on_the_first_lesson(left, application):
    """jupyter_server reads `jupyter_NAME_config`, where an extension's name has no `jupyter-` in front."""
    name = application.name.removeprefix("jupyter-")
    settings = json.loads((left.parent / "python" / "etc" / "jupyter" / f"jupyter_{name}_config.json").read_text())
    url = settings[application.__name__]["default_url"]
    assert (left / url.removeprefix("/lab/tree/")).is_file()


def pins(path: Path) -> dict[str, str]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("==") for line in lines if "==" in line)


def test_binder_installs_the_same_versions_with_a_torch_for_the_cpu():
    course, binder = pins(ROOT / "requirements.txt"), pins(ROOT / "binder" / "requirements.txt")
    assert {name: version.removesuffix("+cpu") for name, version in binder.items()}.items() <= course.items()
    assert binder["torch"].endswith("+cpu")
