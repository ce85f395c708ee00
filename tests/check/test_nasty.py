"""Nothing that a learner returns or hands in makes the check raise, hang or print."""

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from backprop.check import check, judge, wire
from backprop.exercises import find


class Raises:
    """Whatever one does with it, it raises."""

    def _raise(self, *_, **__):
        raise RuntimeError("no")

    __getattribute__ = __len__ = __array__ = __iter__ = __float__ = __str__ = __repr__ = __eq__ = __hash__ = _raise


class Answers5:
    def __getattr__(self, name):
        return 5


class LyingList(list):
    def __len__(self):
        raise RuntimeError


class LyingDict(dict):
    def items(self):
        raise RuntimeError


class LyingText(str):
    def strip(self):
        raise RuntimeError

    def __getitem__(self, at):
        raise RuntimeError


class LyingClass:
    __class__ = dict


def exits(x):
    sys.exit(0)


def raises_in_str(x):
    class Odd(BaseException):
        def __str__(self):
            raise RuntimeError

    raise Odd


def endless_list():
    itself = []
    itself.append(itself)
    return itself


NASTY = {
    "raises": Raises(),
    "answers 5": Answers5(),
    "lying list": LyingList([1]),
    "lying dict": LyingDict(slope=1),
    "lying text": LyingText("a"),
    "lying class": LyingClass(),
    "endless list": endless_list(),
    "bytes": b"6",
    "surrogate": "\ud800",
    "control": "\x1b]0;owned\x07\nRight, 1 point.",
    "marks": "`**`**",
    "nested marks": {"a`b**c`d**": 1j, "slope": 0},
    "huge array": np.zeros(10**6),
    "long text": "x" * 10**6,
    "many parts": {str(i): i for i in range(10**4)},
    "long name": {"x" * 10**6: 1, "slope": 0},
    "odd keys": {1: 1, None: 2, (): 3, "slope": 0},
    "unsigned": np.uint64(2**64 - 6),
    "1e300": 1e300,
    "a class": int,
    "generator": (i for i in range(3)),
}


@pytest.mark.parametrize("name", NASTY)  # by name: pytest looks at its parameters, and these bite
@pytest.mark.filterwarnings("error")
def test_nothing_that_comes_back_breaks_the_check(name):
    answer = NASTY[name]
    for result in (lambda x: answer, lambda x: {"slope": answer}, lambda x: [answer, answer]):
        card = check("slope", result)
        assert card.verdict.points == 0
        text, html = repr(card), card._repr_html_()
        assert len(text) < 10_000 and len(html.encode()) < 20_000
        assert not set(text) & {"\x1b", "\x07", "\x00"} and "\nRight" not in text
        ElementTree.fromstring(html)


@pytest.mark.parametrize("learner", [lambda: exits, lambda: raises_in_str, Raises, Answers5, LyingClass])
def test_nothing_that_is_called_breaks_the_check(learner):
    assert check("slope", learner()).verdict.points == 0


@pytest.mark.parametrize("quiz", ["quiz", "match-steps"])
@pytest.mark.parametrize("answer", [2, 2.5, "\ud800", ["b"], b"b", True, LyingText("b"), {"b"}])
def test_nothing_typed_into_a_quiz_breaks_the_check(quiz, answer):
    parts = find(quiz).parts
    assert repr(check(quiz, dict.fromkeys(parts, answer))) != ""


def test_a_patched_numpy_fools_practice_and_only_practice(monkeypatch):
    def wrong(x):
        return 0.0

    exercise = find("slope")
    with monkeypatch.context() as learners_process:
        learners_process.setattr(np.linalg, "norm", lambda *_: 0.0)
        assert (
            check("slope", wrong).verdict.status == "right"
        )  # it runs beside the learner's code, and says so in its docs
        asked = exercise.inputs(np.random.default_rng(list(b"test")))
        replies = wire.answer(wire.pack_cases(asked), {"slope": wrong}, "slope", "function")
    graded = judge(exercise, lambda cases: wire.unpack_replies(replies, len(cases)), b"test")
    assert (graded.status, graded.points) == ("wrong", 0)
