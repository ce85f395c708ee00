"""What became of one submission, as JSON: the same submission, checks, limits and versions give the same record.

The schema is record_schema.json. Records are read strictly: who wrote them had strangers' code as children.
"""

import hmac
import json
import os
import platform
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import fastjsonschema
from traitlets.config import Config

from autograder.asking import AskExercises
from autograder.course import ROOT

SCHEMA = 1
LIMIT = 64 << 20  # bytes of one record
MATTERS = ("numpy", "nbgrader", "nbclient", "ipykernel", "ipython")  # packages that can change a grade
NOT_LIMITS = {"course_key_file", "ipython_hist_file"}  # settings that change from classroom to classroom, and no grade


class BadRecord(Exception):
    """A text that is no record, or the record of something else; the message says what is wrong with it."""


@dataclass(frozen=True)
class Conditions:
    """Everything but the submission that a record depends on; `secret` is the course's key and not told in it."""

    lesson: str
    secret: bytes
    limits: dict = field(default_factory=dict)

    @classmethod
    def of(cls, lesson: str, secret: bytes, config: Config) -> "Conditions":
        """The conditions that this configuration sets."""
        return cls(lesson, secret, limits(config))

    def told(self, submission: str) -> dict:
        """The fields of a record that name what was graded, and how."""
        about = {"lesson": self.lesson, "submission": submission, "checks": checks_digest()}
        return {"schema": SCHEMA, **about, "limits": self.limits, "versions": versions()}

    def key(self, submission: str) -> str:
        """The record's name; made with the course's key, from which the random inputs are made too."""
        told = json.dumps(self.told(submission), sort_keys=True).encode()
        return hmac.new(self.secret, told, sha256).hexdigest()


def limits(config: Config) -> dict:
    """The settings that learners' code runs under, those left at their default too."""
    values = AskExercises(config=config).trait_values(config=True)
    plain = {name: value for name, value in values.items() if isinstance(value, int | float | str | bool)}
    return {name: plain[name] for name in sorted(plain.keys() - NOT_LIMITS)}


def versions() -> dict[str, str]:
    """Of Python and of the packages that can change a grade."""
    return {"python": platform.python_version(), **{package: version(package) for package in MATTERS}}


@cache
def checks_digest() -> str:
    """A hash of the code that grades."""
    whole = sha256()
    for folder in ("backprop", "autograder"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            whole.update(path.read_bytes())
    whole.update((ROOT / "nbgrader_config.py").read_bytes())
    return whole.hexdigest()


def dump(record: dict) -> str:
    """A record's text; equal records have equal texts."""
    return json.dumps(record, indent=1, sort_keys=True, allow_nan=False) + "\n"


def load(text: str, conditions: Conditions, submission: str) -> dict:
    """The record in this text; BadRecord unless it is exactly the one of this submission under these conditions."""
    record = _parse(text)
    told = conditions.told(submission) | {"key": conditions.key(submission)}
    for name, value in told.items():
        if record[name] != value:
            raise BadRecord(f"it was made for another {name}: {record[name]!r} instead of {value!r}"[:300])
    for name, outcome in record["outcomes"].items():
        if outcome["points"] is not None and outcome["points"] > outcome["max_points"]:
            raise BadRecord(f"{name} has {outcome['points']} points of {outcome['max_points']}")
    return record


def _parse(text: str) -> dict:
    if len(text) > LIMIT:
        raise BadRecord(f"it has {len(text) >> 20} MB; at most {LIMIT >> 20} MB are read")
    try:
        return _validator()(json.loads(text, parse_constant=_refuse, object_pairs_hook=_once))
    except (ValueError, RecursionError) as problem:  # those of json and of the schema are ValueErrors
        raise BadRecord(str(problem)[:300]) from None


def _refuse(constant: str) -> None:
    raise BadRecord(f"{constant} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRecord("a name is there twice")
    return found


@cache
def _validator():
    schema = json.loads(Path(__file__).with_name("record_schema.json").read_text(encoding="utf-8"))
    return fastjsonschema.compile(schema)


@dataclass(frozen=True)
class Pool:
    """A folder of records, each under its key; it may be deleted, and is then filled again by grading."""

    folder: Path

    def path(self, key: str) -> Path:
        """Where the record with this key lies, if it is there."""
        return self.folder / f"{key}.json"

    def find(self, conditions: Conditions, submission: str) -> dict | None:
        """The record of this submission; None if there is none, or one that is damaged."""
        try:
            text = self.path(conditions.key(submission)).read_text(encoding="utf-8")
            return load(text, conditions, submission)
        except (OSError, UnicodeDecodeError, BadRecord):
            return None

    def keep(self, record: dict) -> None:
        """Write a record whole, or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.path(record["key"]), dump(record))


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step: whoever reads it, and whenever we are killed, it is the old or the new one."""
    scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)
