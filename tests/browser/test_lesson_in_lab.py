"""A learner's morning in a real JupyterLab: run lesson 02, forget the gate, read the card, mend it."""

import shutil

import jupyter_page
import pytest

ROOT = jupyter_page.ROOT
SHOTS = ROOT / "build" / "screenshots"
CARD = "section[aria-label='Result of the check']"
FORWARD = "def dL_dw1(x, y, w1, b1, w2, b2):\n    z2 = w2 * max(w1 * x + b1, 0.0) + b2\n"
GATE_FORGOTTEN = FORWARD + "    return 2 * (z2 - y) * w2 * x"
RIGHT = FORWARD + "    return 2 * (z2 - y) * w2 * x * (w1 * x + b1 > 0)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(jupyter_page.chromium() is None, reason="no Chromium on this machine (apt install chromium)"),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with a learner's copy of the lessons, and a browser."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "lessons", folder / "lessons")
    with (
        jupyter_page.server(folder) as address,
        jupyter_page.browser(tmp_path_factory.mktemp("profile"), 1366, 768) as context,
    ):
        yield context, address


@pytest.fixture
def page(lab):
    """A page that remembers what its console complained about."""
    page = lab[0].new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.close()


def open_lesson(page, lab, path, checks):
    """Open a lesson, run it from top to bottom, and wait for its last check."""
    jupyter_page.run_notebook(page, lab[1], f"lessons/{path}?reset", cards=1)  # reset: no tabs from the page before
    page.wait_for_function(f'document.querySelectorAll("{CARD}").length >= {checks}', timeout=90_000)


def answer(page, exercise, source):
    """Write an answer into its cell, run it and its check, and return the card's text."""
    page.evaluate(
        """async ([id, source]) => {
            const {content} = window.jupyterapp.shell.currentWidget;
            const solution = content.widgets.findIndex(cell => cell.model.getMetadata("nbgrader")?.grade_id == id);
            content.widgets[solution].model.sharedModel.setSource(source);
            for (const at of [solution, solution + 1]) {
                content.activeCellIndex = at;
                await window.jupyterapp.commands.execute("notebook:run-cell");
            }
        }""",
        [exercise, source],
    )
    card = page.locator(".jp-CodeCell", has_text=f'check("{exercise}"').locator(CARD)
    card.scroll_into_view_if_needed()
    return card.inner_text()


LESSONS = {
    "00-start-here/start_here": 1,
    "01-chain-rule/chain_rule": 9,
    "02-two-layer-trace/two_layer_trace": 10,
    "03-matrix-backprop/matrix_backprop": 15,
    "04-gradient-pathologies/gradient_pathologies": 18,
    "05-autodiff-frameworks/autodiff_frameworks": 14,
    "06-optimizers-and-scale/optimizers_and_scale": 11,
}


@pytest.mark.parametrize(("lesson", "checks"), LESSONS.items())
def test_a_lesson_runs_from_top_to_bottom_without_a_complaint(page, lab, lesson, checks):
    open_lesson(page, lab, f"{lesson}.ipynb", checks)
    assert page.locator(CARD).count() == checks
    assert all(text.startswith("Not done yet") for text in page.locator(CARD).all_inner_texts())
    for kind in ("error", "stderr"):
        assert page.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']").count() == 0
    assert page.complaints == []
    shoot(page, lesson.split("/")[0])


def test_a_forgotten_gate_is_named_and_the_right_answer_passes(page, lab):
    open_lesson(page, lab, "02-two-layer-trace/two_layer_trace.ipynb", 10)
    wrong = answer(page, "dL-dw1", GATE_FORGOTTEN)
    assert "Not yet: 0 of 3 points." in wrong and "without ReLU's gate" in wrong
    shoot(page, "wrong")
    right = answer(page, "dL-dw1", RIGHT)
    assert "Right, 3 points." in right and "with a shut gate, agree with the reference engine" in right
    shoot(page, "right")


def shoot(page, name):
    """Keep what a person would see, in both themes; `build/` is not in version control."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for theme in ("Dark", "Light"):
        page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
        page.wait_for_function(f"document.body.dataset.jpThemeName == 'JupyterLab {theme}'")
        page.wait_for_selector("#jupyterlab-splash", state="detached")
        page.screenshot(path=SHOTS / f"{name}-{theme.lower()}.png")
