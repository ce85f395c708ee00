"""Taking in what an LMS gives out: who sent it, what is refused, and that nothing is written anywhere else."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course, CourseError
from autograder.intake import take_in
from autograder.reader import LIMIT
from autograder.received import MOST_PACKED

LESSON, NOTEBOOK = "02-two-layer-trace", "two_layer_trace"
NAME = f"{NOTEBOOK}.ipynb"
DATA = b'{"cells": []}'


def take(tmp_path: Path, source: Path) -> dict[str, tuple[str, str]]:
    """File -> student and note."""
    course = Course(classroom=tmp_path / "classroom")
    return {one.file: (one.student, one.note) for one in take_in(course, LESSON, NOTEBOOK, source)}


def stored(tmp_path: Path) -> dict[str, bytes]:
    """Every file that is now in the classroom."""
    classroom = tmp_path / "classroom"
    return {p.relative_to(classroom).as_posix(): p.read_bytes() for p in classroom.rglob("*") if not p.is_dir()}


def packed(tmp_path: Path, *files: str | tuple[str, bytes]) -> Path:
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in files:
            made.writestr(*(file if isinstance(file, tuple) else (file, DATA)))
    return path


SENDERS = {  # as it comes -> the student
    f"Ada Lovelace_4711_assignsubmission_file_/{NAME}": "ada-lovelace",
    f"Ada Lovelace_4711_assignsubmission_file/{NAME}": "ada-lovelace",
    f"Ada Lovelace_4711_assignsubmission_file_{NAME}": "ada-lovelace",
    f"Week 2/Ólafur Darri_12_assignsubmission_file_/{NAME}": "ólafur-darri",
    f"李 伟_9_assignsubmission_file_/{NAME}": "李-伟",
    f"lovelaceada_123_45678_{NAME}": "lovelaceada-123",
    f"lovelaceada_LATE_123_45678_{NOTEBOOK}-2.ipynb": "lovelaceada-123",
    f"Trace by hand_al123_attempt_2026-11-22-10-30-00_{NAME}": "al123",
    f"gradebook_course_Trace_al123_attempt_2026-11-22-10-30-00_{NAME}": "al123",
    f"ada/{LESSON}/{NAME}": "ada",
    f"submitted/ada/{LESSON}/{NAME}": "ada",
    f"class/ada/{NAME}": "ada",
    "ada/other name.ipynb": "ada",
    "ada@example.org.ipynb": "ada@example.org",
    "Ada Lovelace.ipynb": "ada-lovelace",
    "[bold]=ada*?.ipynb": "bold-ada",
}


@pytest.mark.parametrize("name", SENDERS)
def test_whose_file_it_is(tmp_path, name):
    assert take(tmp_path, packed(tmp_path, name, "__MACOSX/x/._a.ipynb", "notes.txt")) == {name: (SENDERS[name], "new")}
    assert stored(tmp_path) == {f"submitted/{SENDERS[name]}/{LESSON}/{NAME}": DATA}


def test_a_folder_and_one_notebook_are_taken_too(tmp_path):
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / "x.ipynb").write_bytes(DATA)
    (tmp_path / "bob.ipynb").write_bytes(DATA)
    assert take(tmp_path, tmp_path / "in") == {"ada/x.ipynb": ("ada", "new")}
    assert take(tmp_path, tmp_path / "bob.ipynb") == {"bob.ipynb": ("bob", "new")}
    assert take(tmp_path, tmp_path / "bob.ipynb") == {"bob.ipynb": ("bob", "as before")}
    (tmp_path / "bob.ipynb").write_bytes(DATA + b" ")
    assert take(tmp_path, tmp_path / "bob.ipynb") == {"bob.ipynb": ("bob", "replaces an earlier one")}
    assert stored(tmp_path)[f"submitted/bob/{LESSON}/{NAME}"] == DATA + b" "


CHOSEN = {  # files of one student -> the one that is taken
    "the right name": ([f"ada/{NAME}", "ada/scratch.ipynb"], f"ada/{NAME}"),
    "the last attempt": (
        [f"T_al1_attempt_2026-11-2{day}-10-30-00_{NAME}" for day in (1, 3, 2)],
        f"T_al1_attempt_2026-11-23-10-30-00_{NAME}",
    ),
}


@pytest.mark.parametrize("case", CHOSEN)
def test_of_several_notebooks_the_right_one_is_taken(tmp_path, case):
    files, wanted = CHOSEN[case]
    found = take(tmp_path, packed(tmp_path, *((name, name.encode()) for name in files)))
    assert [name for name, (student, _) in found.items() if student] == [wanted]
    assert list(stored(tmp_path).values()) == [wanted.encode()]
    assert all("another notebook of" in note for student, note in found.values() if not student)


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


REFUSED = {
    "parent": ([f"../ada/{NAME}"], "leads out"),
    "inner parent": ([f"ada/../../bob/{NAME}"], "leads out"),
    "absolute": ([f"/tmp/ada/{NAME}"], "leads out"),
    "drive": ([f"C:/ada/{NAME}"], "leads out"),
    "backslash": ([f"..\\ada\\{NAME}"], "leads out"),
    "link": ([(entry("ada.ipynb", stat.S_IFLNK | 0o777), b"/etc/passwd")], "is a link"),
    "pipe": ([(entry("ada.ipynb", stat.S_IFIFO), b"")], "is a link or a device"),
    "bomb": ([("ada.ipynb", b" " * (LIMIT - 1))], "times its size"),
    "large": ([("ada.ipynb", os.urandom(LIMIT + 1))], "at most 20 MB"),
    "twice": (["ada.ipynb", "ada.ipynb"], "there are 2 notebooks"),
    "one name, two people": (
        [f"Li Wei_1_assignsubmission_file_/{NAME}", f"Li Wei_2_assignsubmission_file_/{NAME}"],
        "2 people are called li-wei",
    ),
    "name with underscores": (
        [f"Trace_{name}_attempt_2026-11-22-10-30-00_{NAME}" for name in ("ann_lee", "bo_lee")],
        "2 people are called lee",
    ),
    "which one": (["ada/a.ipynb", "ada/b.ipynb"], f"name one {NAME}"),
    "no name": (["***.ipynb"], "no student's name"),
    "dots": (["../...ipynb"], "no student's name"),
    "long name": ([f"{'a' * 101}.ipynb"], "no student's name"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_has_a_reason_and_the_others_go_on(tmp_path, case):
    files, reason = REFUSED[case]
    found = take(tmp_path, packed(tmp_path, *files, "zoe.ipynb"))
    assert found.pop("zoe.ipynb") == ("zoe", "new")
    assert found and all(student == "" and reason in note for student, note in found.values()), found
    assert stored(tmp_path) == {f"submitted/zoe/{LESSON}/{NAME}": DATA}
    assert {path.name for path in tmp_path.iterdir()} == {"classroom", "download.zip"}


def test_a_lie_about_the_size_is_found_out(tmp_path):
    source = packed(tmp_path, ("ada.ipynb", b"x" * 5000), "zoe.ipynb")
    data = source.read_bytes()
    source.write_bytes(data.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    student, note = take(tmp_path, source)["ada.ipynb"]
    assert student == "" and "cannot be unpacked" in note
    assert MOST_PACKED < 5000 / 20


def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(DATA)
    (tmp_path / "in" / "ada.ipynb").symlink_to(tmp_path / "secret")
    (tmp_path / "in" / "bob").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "in" / "cyn.ipynb")
    found = take(tmp_path, tmp_path / "in")
    assert {student for student, _ in found.values()} == {""} and stored(tmp_path) == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"hello"])
def test_a_source_that_is_nothing_of_the_three_is_told(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(CourseError, match="no folder, no zip file and no notebook"):
        take(tmp_path, tmp_path / "x.zip")
    with pytest.raises(CourseError):
        take(tmp_path, tmp_path / "missing")
