"""What has been done already for each student, so that a second run changes nothing."""

import json
from hashlib import sha256
from pathlib import Path

from autograder.records import write_whole


class State:
    """A small JSON file for one student and lesson: what the gradebook holds, and what the feedback shows."""

    def __init__(self, classroom: Path, lesson: str, student: str):
        self.path = classroom / "records" / lesson / f"{student}.json"

    def read(self) -> dict:
        """What was kept; nothing if the file is missing or damaged, and then the student is entered again."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def keep(self, **changes: str) -> None:
        """Add to what is kept; the file is replaced whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, json.dumps(self.read() | changes, indent=1, sort_keys=True) + "\n")


def work_digest(submission: str, record: str, source: Path) -> str:
    """A hash of all that a student's line in the gradebook depends on: what was handed in, its record, the lesson."""
    return sha256(f"{submission} {record} {sha256(source.read_bytes()).hexdigest()}".encode()).hexdigest()
