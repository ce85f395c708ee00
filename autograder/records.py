"""What has been graded already, so that a second run changes nothing."""

import json
import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from autograder.course import ROOT

MATTERS = ("numpy", "nbgrader", "nbclient", "ipykernel")  # packages that can change a grade


class Record:
    """A small JSON file for one student and lesson: what was graded, and what the feedback shows."""

    def __init__(self, classroom: Path, lesson: str, student: str):
        self.path = classroom / "records" / lesson / f"{student}.json"

    def read(self) -> dict:
        """What was kept; nothing if there is no record or it is damaged, and then grading is done again."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, **changes: str) -> None:
        """Add to the record; the file is replaced whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".tmp")
        scratch.write_text(json.dumps(self.read() | changes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(scratch, self.path)


def work_digest(submission: str, source: Path) -> str:
    """A hash of everything a grade depends on: the submission, the lesson, the checks, the packages."""
    return sha256(f"{submission} {sha256(source.read_bytes()).hexdigest()} {_checks_digest()}".encode()).hexdigest()


@cache
def _checks_digest() -> str:
    whole = sha256()
    for folder in ("backprop", "autograder"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            whole.update(path.read_bytes())
    whole.update((ROOT / "nbgrader_config.py").read_bytes())
    whole.update(repr([version(package) for package in MATTERS]).encode())
    return whole.hexdigest()
