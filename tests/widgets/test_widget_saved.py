"""What is left of the pictures without a kernel: in nbconvert's page, and in a notebook that is opened again."""

import json
import subprocess
import sys

import jupyter_page
import pytest

import backprop.widgets as widgets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(jupyter_page.chromium() is None, reason="no Chromium on this machine"),
]
LESSON = "02-two-layer-trace/two_layer_trace.ipynb"
CELLS = ["from backprop.widgets import *\ntrace_network()", "activations()", "trace_table()"]
CELLS += ["import time\nlive = LiveLoss(30)\nfor k in range(30):\n    time.sleep(0.04)\n    live(0.9**k)"]
# nbconvert's template asks for MathJax, Mermaid and RequireJS, and for html-manager where a notebook has a live widget
OF_NBCONVERT = ("https://cdnjs.cloudflare.com/ajax/libs/", "https://unpkg.com/@jupyter-widgets/html-manager")


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    """One browser for all."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with jupyter_page.browser(tmp_path_factory.mktemp("profile")) as context:
        yield context


def nbconvert(source, target, *flags):
    """The command that a learner would type."""
    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", *flags, "--output", str(target), str(source)]
    subprocess.run(command, check=True, env=jupyter_page.environment(target.parent))
    return target


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A lesson that was run from top to bottom and saved, outputs and all."""
    target = tmp_path_factory.mktemp("executed") / "lesson.ipynb"
    return nbconvert(jupyter_page.ROOT / "lessons" / LESSON, target, "--to", "notebook", "--execute")


@pytest.mark.parametrize("flags", [[], ["--execute"]], ids=["saved outputs", "executed on the way"])
def test_nbconverts_page_shows_every_picture_and_steps(chrome, executed, tmp_path, flags):
    page_file = nbconvert(executed, tmp_path / "lesson.html", "--to", "html", *flags)
    page = jupyter_page.page_without_network(chrome)
    page.goto(page_file.as_uri())
    pictures = page_file.read_text(encoding="utf-8").count('<figure id="bp-')
    assert pictures == json.dumps(json.loads(executed.read_text())).count('<figure id=\\"bp-') > 5
    page.wait_for_function(f"document.querySelectorAll('.bp-card').length == {pictures}")
    for card in page.locator(".bp-card").all():
        assert card.bounding_box()["height"] > 80
    steps_forward(page)
    assert all(address.startswith(OF_NBCONVERT) for address in page.refused)
    page.close()


def steps_forward(page):
    """Press Next on every frame player; its picture and its sentence must change."""
    players = page.locator(".bp-card", has=page.get_by_role("button", name="Next"))
    assert players.count()
    for player in players.all():
        player.get_by_role("button", name="Reset").click()
        before = player.inner_html()
        player.get_by_role("button", name="Next").click()
        assert player.locator("output").inner_text().startswith("1 of") and player.inner_html() != before


STRICT = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
ELSEWHERE = """(html) => {
  const place = document.body.appendChild(document.createElement("div"));
  place.innerHTML = html; // which runs no script
  const script = document.createElement("script");
  script.text = place.querySelector("script").textContent;
  document.body.appendChild(script).remove();
}"""


def test_a_front_end_may_run_the_script_elsewhere_and_forbid_everything_else(chrome, tmp_path):
    """As VS Code does: the script does not stand behind its figure, and nothing may be loaded."""
    empty = tmp_path / "strict.html"
    empty.write_text(f'<meta http-equiv="Content-Security-Policy" content="{STRICT}"><body></body>')
    page = jupyter_page.page_without_network(chrome)
    page.on("console", lambda message: page.refused.append(message.text))
    page.goto(empty.as_uri())
    for widget in (widgets.trace_network(), widgets.activations()):
        page.evaluate(ELSEWHERE, widget._repr_html_())
    assert page.locator(".bp-card").count() == 2
    steps_forward(page)
    assert page.refused == []
    page.close()


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory, chrome):
    """JupyterLab in which a notebook was run, saved, and closed with its kernel."""
    folder = tmp_path_factory.mktemp("lab")
    jupyter_page.write_notebook(folder / "seen.ipynb", CELLS)
    with jupyter_page.server(folder) as address:
        page = chrome.new_page()
        jupyter_page.run_notebook(page, address, "seen.ipynb", len(CELLS))
        page.wait_for_function("document.querySelector('progress')?.value > 1")  # it moves while the cell runs
        page.wait_for_function("!document.querySelector('progress')")
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        page.close()
        # the same notebook from somebody else: another cell, so that Jupyter's signature no longer fits
        notebook = json.loads((folder / "seen.ipynb").read_text())
        notebook["cells"][0]["source"] += "  # not from here"
        (folder / "strange.ipynb").write_text(json.dumps(notebook))
        yield address


@pytest.mark.parametrize("view", ["lab/tree", "notebooks"])
def test_a_notebook_opened_again_is_alive_before_it_is_run(chrome, jupyter, view):
    page = chrome.new_page()
    jupyter_page.open_notebook(page, jupyter, "seen.ipynb", view)
    page.wait_for_function(f"document.querySelectorAll('.bp-card').length == {len(CELLS)}")
    steps_forward(page)
    assert "Error displaying widget" not in page.inner_text("body")
    page.close()


def test_an_untrusted_notebook_shows_the_pictures_at_rest(chrome, jupyter):
    page = chrome.new_page()
    jupyter_page.open_notebook(page, jupyter, "strange.ipynb?reset")  # no tabs from before
    page.wait_for_function(f"document.querySelectorAll('figure img').length == {len(CELLS)}")
    for image in page.locator("figure img").all():
        assert image.evaluate("(image) => image.naturalWidth") > 300 and len(image.get_attribute("alt")) > 20
    assert page.locator(".bp-card").count() == 0
    page.close()
