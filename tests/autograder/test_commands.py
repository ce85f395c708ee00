"""The command line, and the small parts it is made of."""

import io
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder import doctor, grade, verify
from autograder.__main__ import COMMANDS, main
from autograder.asking import Silent, kernel_environment, reply_text
from autograder.build import scripts
from autograder.course import ROOT, Course, CourseError
from autograder.export import safe
from autograder.key import course_key, seed
from autograder.lesson import register
from autograder.rows import Row
from autograder.state import State
from backprop.check.wire import LIMIT, Malformed


def printed(table) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    return console.file.getvalue()


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_helps(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([*filter(None, [name]), "--help"])
    assert stopped.value.code == 0
    assert "usage: python -m autograder" in capsys.readouterr().out


def test_an_unknown_lesson_lists_those_there_are(capsys):
    assert main(["grade", "02-two-layers"]) == 1
    told = capsys.readouterr().err
    assert f"there is no lesson '02-two-layers'; there are: {', '.join(scripts(Course()))}" in told
    assert main(["verify", "no-such-lesson"]) == 1


def test_a_classroom_without_submissions_is_told_where_they_go(tmp_path, capsys):
    assert main(["grade", "00-start-here", "--classroom", str(tmp_path)]) == 1
    assert "submitted/STUDENT/00-start-here/start_here.ipynb" in capsys.readouterr().err
    assert not (tmp_path / "gradebook.db").exists()


def test_lessons_are_registered_by_name_only(course):
    with pytest.raises(CourseError, match="there is no lesson '../x'"):
        register(course, "../x")


def test_grade_shows_one_row_a_student(course, tmp_path, capsys):
    for student in ("ada", "bob"):
        folder = tmp_path / "submitted" / student / "00-start-here"
        folder.mkdir(parents=True)
        shutil.copy(course.build / "solutions" / "00-start-here" / "start_here.ipynb", folder)
    (tmp_path / "submitted" / "bob" / "00-start-here" / "start_here.ipynb").write_text("{")
    assert main(["grade", "00-start-here", "--classroom", str(tmp_path), "--trust-submissions"]) == 0
    shown = capsys.readouterr().out
    assert "ada" in shown and "no grade" in shown
    assert main(["grade", "00-start-here", "--classroom", str(tmp_path), "--student", "eve"]) == 1
    assert "nothing from student 'eve'" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {
        "submitted", "autograded", "feedback", "records", "gradebook.db", "grades.csv", "course.key",
    }  # fmt: skip


def test_names_and_notes_are_shown_as_text():
    shown = printed(grade.table("x", [Row("[bold]eve[/]", None, 1, note="[red]a\x1b]0;b\x07[/red]")]))
    assert "[bold]eve[/]" in shown and "[red]a?]0;b?[/red]" in shown


def test_verify_accepts_exactly_zero_and_exactly_full():
    right = verify.Result("x", Row("untouched", 0, 2), Row("solution", 2, 2))
    assert right.passed and "ok" in printed(verify.table([right]))
    wrong = [
        verify.Result("x", Row("untouched", 0.5, 2), Row("solution", 2, 2)),
        verify.Result("x", Row("untouched", 0, 2), Row("solution", 1.5, 2)),
        verify.Result("x", Row("untouched", None, 2), Row("solution", 2, 2)),
        verify.Result("x", Row("untouched", 0, 2), Row("solution", 2, 2, pending=1)),
        verify.Result("x", Row("untouched", 0, 0), Row("solution", 0, 0)),
    ]
    assert not any(result.passed for result in wrong)
    assert "FAILED" in printed(verify.table(wrong))


@pytest.mark.slow
def test_verify_passes_on_the_lessons_as_they_are():
    made = subprocess.run([sys.executable, "-m", "autograder", "verify"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stderr == ""


def test_doctor_names_what_is_missing_and_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "installed", lambda name: None if name == "rich" else "0.0.1")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "LOOKS", (doctor.python, doctor.packages, doctor.programs))
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    for part in (
        "pip install 'rich==",
        "0.0.1",
        "sudo apt-get install chromium",
        "sudo apt-get install bubblewrap",
    ):
        assert part in shown


def test_doctor_reads_pins_and_leaves_out_options():
    found = doctor.pins("# numbers\nnumpy==2.4.6  # exact\n--extra-index-url x\n-e .\n\nbleach[css]==6.4.0\n")
    assert [str(pin) for pin in found] == ["numpy==2.4.6", "bleach[css]==6.4.0"]


def test_the_course_key_is_made_once_and_is_the_owners_alone(tmp_path):
    path = tmp_path / "classroom" / "course.key"
    assert course_key(path) == course_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["course.key"]
    path.write_bytes(b"short")
    with pytest.raises(CourseError, match="should hold 32 bytes and holds 5"):
        course_key(path)


def test_seeds_differ_by_key_submission_and_exercise():
    seeds = {seed(key, one, two) for key in (b"a", b"b") for one in ("s", "t") for two in ("e", "f")}
    assert len(seeds) == 8 and seed(b"a", "s", "e") == seed(b"a", "s", "e")


@pytest.mark.parametrize("damage", ["", "{", "[]", "null"])
def test_a_damaged_record_is_no_record(tmp_path, damage):
    record = State(tmp_path, "01-x", "ada")
    record.keep(work="a")
    record.keep(feedback="b")
    assert record.read() == {"work": "a", "feedback": "b"}
    record.path.write_text(damage)
    assert record.read() == {}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_text_in_the_csv_is_a_formula(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (-1.5, -1.5), ("ada", "ada"), ("", "")])
def test_other_values_in_the_csv_stay(value, shown):
    assert safe(value) == shown


def reply(**changes) -> dict:
    return {"status": "ok", "user_expressions": {"reply": {"status": "ok", "data": {"text/plain": "'abc'"}} | changes}}


def test_a_reply_is_one_text():
    assert reply_text(reply()) == "abc"


SHOWN = [
    None,
    3,
    "",
    "'",
    "abc",
    "['abc']",
    "b'abc'",
    "'a' 'b'",
    "'a' + 'b'",
    "'a\\x41'",
    "'" * (LIMIT + 2),
    "('a'*9)",
    "'a','b'",
]
CONTENTS = [
    None,
    [],
    {},
    {"status": "error", "ename": "SystemExit"},
    {"status": "ok"},
    {"status": "ok", "user_expressions": []},
]


@pytest.mark.parametrize("shown", SHOWN)
def test_anything_else_is_malformed(shown):
    with pytest.raises(Malformed):
        reply_text(reply(data={"text/plain": shown}))


@pytest.mark.parametrize("content", [*CONTENTS, reply(status="error", ename="KeyboardInterrupt", evalue="")])
def test_no_reply_is_told_with_its_reason(content):
    with pytest.raises(Silent):
        reply_text(content)


def test_a_learners_kernel_sees_few_of_our_variables(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    given = kernel_environment(str(tmp_path))
    assert not {"SECRET_TOKEN", "NBGRADER_EXECUTION"} & given.keys()
    assert given["HOME"] == str(tmp_path) and Path(given["PYTHONPATH"]) == ROOT
