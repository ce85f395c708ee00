"""Every widget in real JupyterLab, operated by keyboard alone; then the same cards in a page without a kernel."""

import ast
from pathlib import Path

import jupyter_page
import pytest
from nbconvert import HTMLExporter
from nbformat import v4
from widget_cases import CASES, Case

from backprop.widgets._card import SLOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(jupyter_page.chromium() is None, reason="no Chromium on this machine"),
]
each = pytest.mark.parametrize("which", range(len(CASES)), ids=lambda which: CASES[which].call[:40])
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CONTROLS = "button:visible, input:visible"
FIRST = "button:visible, input:not([type=radio]):visible, input:checked:visible"  # where Tab would lead


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    """One browser for all."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with jupyter_page.browser(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """One server, with every widget in one notebook."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    here = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})"
    names = "from widget_cases import *; globals().update(GIVEN)\nfrom backprop.widgets import *"
    cells = [f"{here}\n{names}", *(case.call for case in CASES)]
    jupyter_page.write_notebook(folder / "widgets.ipynb", cells)
    with jupyter_page.server(folder) as address:
        yield address


@pytest.fixture(scope="module")
def lab(chrome, jupyter):
    """That notebook, run in JupyterLab."""
    page = chrome.new_page()
    jupyter_page.run_notebook(page, jupyter, "widgets.ipynb", len(CASES))
    yield page
    page.close()


@pytest.fixture(scope="module")
def notebook(chrome, jupyter):
    """That notebook, run in Notebook 7."""
    pytest.importorskip("notebook", reason="Notebook 7 is not installed")
    page = chrome.new_page()
    jupyter_page.run_notebook(page, jupyter, "widgets.ipynb", len(CASES), "notebooks")
    yield page
    page.close()


def press(page, keys):
    """Keys by name; `=1.5` types the text."""
    for key in keys.split():
        page.keyboard.type(key[1:]) if key.startswith("=") else page.keyboard.press(key)


def operate(page, which):
    """Use one card by its keys, and read its caption."""
    card = page.locator(".bp-card").nth(which)
    if CASES[which].keys:
        card.locator(FIRST).first.focus()
    press(page, CASES[which].keys)
    return card.locator(".bp-caption")


@each
def test_a_keyboard_is_enough(lab, which):
    caption = operate(lab, which)
    assert CASES[which].hears in caption.inner_text()
    assert caption.get_attribute("aria-live") == "polite"


@each
def test_every_control_and_picture_has_a_name(lab, which):
    card = lab.locator(".bp-card").nth(which)
    assert card.get_attribute("aria-label")
    for picture in card.locator("[role=img]:visible").all():
        assert picture.get_attribute("aria-label")
    nameless = "(c) => !(c.getAttribute('aria-label') || c.textContent.trim() || c.labels?.[0]?.textContent.trim())"
    assert not any(control.evaluate(nameless) for control in card.locator(CONTROLS).all())


@each
def test_it_fits_its_column(lab, which):
    card = lab.locator(".bp-card").nth(which)
    assert card.evaluate("(card) => card.scrollWidth <= card.clientWidth + 1 && card.clientWidth <= 780")


def test_tab_leads_from_the_cell_into_its_card(lab):
    lab.locator(".jp-CodeCell").first.focus()
    for _ in range(12):
        lab.keyboard.press("Tab")
        if lab.evaluate("() => !!document.activeElement.closest('.bp-card')"):
            return
    pytest.fail("twelve tabs did not lead into the card")


def violations(page):
    """What axe-core finds on the cards."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm install --no-save axe-core")
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run('.bp-card')).violations")
    return [(violation["id"], [node["html"][:200] for node in violation["nodes"]]) for violation in found]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_no_violation(lab, theme):
    lab.evaluate(f"() => {{ window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: '{theme}' }}); }}")
    lab.wait_for_function(f"document.body.dataset.jpThemeName == '{theme}'")
    assert violations(lab) == []


def test_dragging_does_what_choosing_does(lab):
    card = lab.locator(".bp-card").filter(has=lab.locator(".bp-match"))
    card.get_by_role("button", name="Reset").click()
    card.locator(".bp-definition").nth(1).drag_to(card.locator(".bp-step").nth(0))
    assert ast.literal_eval(card.locator("code").inner_text()) == {"forward": "B"}


@each
def test_a_keyboard_is_enough_in_notebook_7(notebook, which):
    assert CASES[which].hears in operate(notebook, which).inner_text()


@pytest.fixture(scope="module")
def paper(chrome, tmp_path_factory):
    """nbconvert's HTML of that notebook: no kernel, no network."""
    outputs = [v4.new_output("display_data", {"text/html": case.build()._repr_html_()}) for case in CASES]
    cells = [v4.new_code_cell(case.call, outputs=[shown]) for case, shown in zip(CASES, outputs, strict=True)]
    html, _ = HTMLExporter(theme="dark").from_notebook_node(v4.new_notebook(cells=cells))
    page_file = tmp_path_factory.mktemp("paper") / "page.html"
    page_file.write_text(html, encoding="utf-8")
    page = jupyter_page.page_without_network(chrome)
    page.goto(page_file.as_uri())
    page.wait_for_function(f"document.querySelectorAll('.bp-card').length == {len(CASES)}")
    yield page
    page.close()


def test_axe_finds_no_violation_without_a_kernel(paper):
    assert violations(paper) == []


@each
def test_a_keyboard_is_enough_without_a_kernel(paper, which):
    assert CASES[which].hears in operate(paper, which).inner_text()


# a line's box is taller than its letters, so a third of its height does not count
OVERLAPS = """(pictures) => {
  const place = document.body.appendChild(document.createElement("div")), found = [];
  for (const picture of pictures) {
    place.innerHTML = picture;
    place.firstElementChild.style.width = "744px";
    const edge = place.firstElementChild.getBoundingClientRect();
    const texts = [...place.querySelectorAll("text:not([aria-hidden])")].filter((text) => text.textContent.trim());
    const boxes = texts.map((text) => text.getBoundingClientRect()), said = (i) => texts[i].textContent;
    boxes.forEach((a, i) => {
      if (a.left < edge.left || a.right > edge.right || a.bottom > edge.bottom) found.push(`${said(i)} | edge`);
      boxes.slice(0, i).forEach((b, j) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > Math.min(a.height, b.height) / 3) found.push(`${said(i)} | ${said(j)}`);
      });
    });
  }
  place.remove();
  return [...new Set(found)];
}"""


def pictures_of(widget):
    """Its frames, or its picture with some of the overlays, or the picture alone."""
    frames = getattr(widget, "frames", [])
    if not widget.picture:
        return frames or [widget.static_picture()]
    every = max(len(frames) // 40, 1)
    return [widget.picture.replace(SLOT, frame) for frame in frames[::every]] or [widget.static_picture()]


LONG = [  # the same pictures with numbers that take more room
    "trace_network(x=1.37, y=2.91, w1=0.613, b1=1.117, w2=-1.523, b2=0.251)",
    "sigmoid_network(x1=-0.537, x2=1.318, y=-0.271, w11=0.4137, w12=-0.1283, bh1=0.0513, v1=0.9137, v2=-1.3371)",
    "GraphStepper('(w*x + b - y)**2 / n', output='L', w=-0.3137, x=21.171, b=0.0517, y=3.3391, n=64)",
]


@pytest.mark.parametrize("case", [*CASES, *(Case(call, "", "") for call in LONG)], ids=lambda case: case.call[:40])
def test_no_two_labels_overlap(chrome, case):
    assert chrome.pages[0].evaluate(OVERLAPS, pictures_of(case.build())) == []
