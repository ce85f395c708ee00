"""Whose file is it? The ways in which Moodle, Canvas, Blackboard and people name what was handed in."""

import re
import unicodedata
from dataclasses import dataclass

from autograder.received import Received, Refused

LONGEST_NAME = 100  # characters of a student's id; nbgrader's database takes 128
MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
BLACKBOARD = re.compile(r"(?P<before>.*?)_(?P<name>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^_\W]+)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")


@dataclass(frozen=True)
class Sender:
    """Who sent a file, as the LMS tells it: two people may share a name, then `mark` tells them apart.

    `file` is the name that the learner's file had, `when` sorts several attempts.
    """

    name: str
    file: str
    mark: str = ""  # Moodle's number; in Blackboard's names what stands before a name that may have begun earlier
    when: str = ""


def sender(received: Received, lesson: str) -> Sender:
    """Who sent this notebook; Refused if its name does not tell."""
    *folders, file = received.parts
    for folder in folders:  # Moodle's download with a folder a student
        if found := MOODLE.fullmatch(folder):
            return Sender(found["name"], file, found["number"])
    if found := MOODLE.fullmatch(file):
        return Sender(found["name"], found["file"], found["number"])
    if found := BLACKBOARD.fullmatch(file):
        return Sender(found["name"], found["file"] or file, found["before"], found["when"])
    if found := CANVAS.fullmatch(file):
        return Sender(f"{found['name']}-{found['number']}", found["file"], found["number"])
    return _plain(folders, file, lesson)


def _plain(folders: list[str], file: str, lesson: str) -> Sender:
    """STUDENT/LESSON/FILE, STUDENT/FILE, or STUDENT.ipynb."""
    students = folders[: folders.index(lesson)] if lesson in folders else folders
    if students:
        return Sender(students[-1], file)
    return Sender(file.removesuffix(".ipynb"), file)


def student_id(name: str) -> str:
    """A name as a folder and a database take it: small letters, digits and hyphens; Refused if nothing is left."""
    plain = unicodedata.normalize("NFKC", name).lower()
    found = re.sub(r"[^\w.@]+", "-", plain).strip("-._@")
    if not found or len(found) > LONGEST_NAME:
        raise Refused(f"no student's name can be made of {name[:LONGEST_NAME]!r}; rename it")
    return found
