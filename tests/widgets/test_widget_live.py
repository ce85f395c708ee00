"""The one widget that asks Python: a function of the learner's on sliders."""

import jupyter_page
import numpy as np
import pytest

from backprop.widgets import live


def gate(x, w=2.0):
    return {"z": w * x, "a": max(w * x, 0.0), "open": str(x > 0)}


def test_it_calls_the_function_and_lists_what_comes_back():
    widget = live(gate, x=(-1, 3))
    assert widget.values == [1.0] and widget.rows == [["z", "2"], ["a", "2"], ["open", "True"]]
    widget.values = [-0.5]
    assert widget.rows[:2] == [["z", "−1"], ["a", "0"]]
    assert widget.caption == "With x = −0.5: open = False."


@pytest.mark.parametrize(
    ("function", "rows", "words"),
    [
        (lambda x: 2 * x, [["result", "4"]], "With x = 2: result = 4."),
        (lambda x: np.array([x, 0.5]), [["result", "[2, 0.5]"]], "result = [2, 0.5]"),
        (lambda x: list(range(10)), [["result", "[0, 1, 2, 3, 4, 5, 6, 7, …]"]], "7, …]"),
        (lambda x: None, [], "nothing comes back yet"),
        (lambda x: ..., [], "nothing comes back yet"),
        (lambda x: {"z": x, "a": ...}, [["z", "2"]], "z = 2"),
        (lambda x: 1 / 0, [], "your function stopped with ZeroDivisionError: division by zero"),
        (lambda: 1, [], "your function stopped with TypeError"),
    ],
)
def test_whatever_comes_back_is_said_in_words(function, rows, words):
    widget = live(function, x=(-3, 3, 2))
    assert widget.rows == rows and words in widget.caption


def test_it_stands_as_a_table_where_there_is_no_kernel():
    html = live(lambda x: {"<b>": x}, title="A & B", x=(0, 2)).static_html()
    assert "A &amp; B. With x = 1: &lt;b&gt; = 1." in html and "<td>1</td>" in html and "<b>" not in html


@pytest.mark.parametrize(("ranges", "words"), [({}, "a range for each"), ({"x": (3, -3)}, "the smaller end first")])
def test_ranges_that_make_no_slider(ranges, words):
    with pytest.raises(ValueError, match=words):
        live(gate, **ranges)


def violations(page) -> list:
    """What axe-core finds on the card."""
    axe = jupyter_page.ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: npm install --no-save axe-core")
    page.add_script_tag(path=axe)
    return page.evaluate("async () => (await axe.run('.bp-card')).violations.map((one) => one.id)")


@pytest.mark.browser
@pytest.mark.skipif(jupyter_page.chromium() is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(("command", "view"), [("lab", "lab/tree"), ("notebook", "notebooks")])
def test_a_key_reaches_python_and_the_answer_comes_back(tmp_path, command, view):
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("ipywidgets", reason="ipywidgets is not installed")
    source = "from backprop.widgets import live\nlive(lambda x: {'square': x * x}, x=(-3, 3, 2))"
    jupyter_page.write_notebook(tmp_path / "live.ipynb", [source])
    with jupyter_page.server(tmp_path) as address, jupyter_page.browser(tmp_path / "profile") as chrome:
        page = chrome.pages[0]
        jupyter_page.run_notebook(page, address, "live.ipynb", cards=1, view=view)
        page.locator(".bp-card input").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.bp-card td').innerText == '4.41'")
        page.wait_for_function("document.querySelector('.bp-caption').innerText == 'With x = 2.1: square = 4.41.'")
        assert page.locator("figure").count() == 0
        assert violations(page) == []
