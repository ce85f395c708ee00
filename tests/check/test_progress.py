"""What is done and what is left, from the checks that were run."""

from xml.etree import ElementTree

import pytest

from backprop.check import check, progress
from backprop.check._progress import latest


@pytest.fixture(autouse=True)
def forgotten():
    latest.clear()


def test_before_any_check_it_says_so():
    assert repr(progress()) == "No check has been run since this notebook's kernel started: 0 of 0 points"
    ElementTree.fromstring(progress()._repr_html_())


def test_a_lesson_that_is_not_there():
    with pytest.raises(LookupError, match="there is no lesson '9'; there are: 00-start-here"):
        progress("9")


def test_it_shows_the_lesson_that_was_checked_last():
    check("slope", lambda x: 2 * x)
    check("forward-numbers", {"z1": 1, "a1": 1, "z2": 9, "L": 9})
    assert (progress().lesson, progress().earned, progress().whole) == ("02-two-layer-trace", 1, 30)
    check("slope", lambda x: x)
    assert repr(progress()) == "00-start-here: 0 of 1 point\nslope                    not yet, 0 of 1 point"


def test_the_last_check_counts():
    for factor, points in ((2, 1), (3, 0), (2, 1)):
        check("slope", lambda x, factor=factor: factor * x)
        assert progress("00-start-here").earned == points


def test_it_is_readable_without_colours():
    check("quiz", {"cheaper": "b", "deep_sigmoid": "a"})
    root = ElementTree.fromstring(progress()._repr_html_())
    states = [cell.text for cell in root.iter("td")][1::2]
    assert "not yet, 1 of 2 points" in states and "not checked yet, 3 points" in states
    assert root.find("progress").get("aria-label") == "1 of 30 points"
