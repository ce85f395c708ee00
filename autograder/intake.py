"""Take in submissions: each notebook goes to its student's folder in the classroom, or is refused with a reason."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.received import Received, Refused, received
from autograder.senders import Sender, sender, student_id

IGNORED = ("__MACOSX", ".ipynb_checkpoints")  # what systems and Jupyter add by themselves


@dataclass(frozen=True)
class Taken:
    """What became of one file: `student` is empty where it was refused, and `note` says why."""

    file: str
    student: str
    note: str


def take_in(course: Course, lesson: str, notebook: str, source: Path) -> list[Taken]:
    """Copy every notebook in `source` to the student it belongs to; one line a notebook, in the order of students."""
    taken, offers = [], defaultdict(list)
    with received(source) as files:
        for file in filter(_is_notebook, files):
            try:
                told = sender(file, lesson)
                offers[student_id(told.name)].append((told, file))
            except Refused as problem:
                taken.append(Taken(file.name, "", str(problem)))
        for student, offered in sorted(offers.items()):
            taken += _from_one(course.classroom / "submitted" / student / lesson, student, notebook, offered)
    return sorted(taken, key=lambda one: (one.student == "", one.student, one.file))


def _is_notebook(file: Received) -> bool:
    return file.name.endswith(".ipynb") and not any(part in IGNORED or part.startswith("._") for part in file.parts)


def _from_one(folder: Path, student: str, notebook: str, offered: list[tuple[Sender, Received]]) -> list[Taken]:
    """Of one student's files the right one; none if it cannot be told which that is, or whose."""
    people = {told.mark for told, _ in offered}
    if len(people) > 1:
        note = f"{len(people)} people are called {student}; rename their files, or hand them in one by one"
        return [Taken(file.name, "", note) for _, file in offered]
    try:
        chosen = _choose(offered, f"{notebook}.ipynb")
        data = chosen.read()
    except Refused as problem:
        return [Taken(file.name, "", str(problem)) for _, file in offered]
    note = _store(folder / f"{notebook}.ipynb", data)
    others = [file.name for _, file in offered if file is not chosen]
    return [
        Taken(chosen.name, student, note),
        *(Taken(name, "", f"another notebook of {student} was taken") for name in others),
    ]


def _choose(offered: list[tuple[Sender, Received]], wanted: str) -> Received:
    """The last attempt; in it the file with the lesson's name, or the only one there is."""
    last = max(told.when for told, _ in offered)
    offered = [(told, file) for told, file in offered if told.when == last]
    named = [(told, file) for told, file in offered if told.file == wanted] or offered
    if len(named) > 1:
        raise Refused(f"there are {len(named)} notebooks, and which is the lesson's cannot be told; name one {wanted}")
    return named[0][1]


def _store(path: Path, data: bytes) -> str:
    """Write the notebook whole into its place; what lies there otherwise is the student's earlier submission."""
    before = path.read_bytes() if path.is_file() else None
    if before == data:
        return "as before"
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.tmp")
    scratch.write_bytes(data)
    os.replace(scratch, path)
    return "new" if before is None else "replaces an earlier one"
