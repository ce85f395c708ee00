"""From key press to picture, in real JupyterLab: `python tests/widgets/latency.py` prints medians in milliseconds."""

import statistics
import tempfile
from pathlib import Path

import jupyter_page

HEADER = """\
Milliseconds from the key event in the page, in headless Chromium.
  computed  until the page has been changed and laid out anew (forced, so nothing is left for later but to raster it)
  painted   until the frame after that was handed to the screen: this waits for the next tick of a screen of 60 Hz,
            which alone is 0 to 17 ms
"""
ARROWS = {
    "frame player": "trace_network()",
    "frame chooser": "learning_rate(lambda rate: (27 * rate - 1.5) ** 2)",
    "arithmetic in JavaScript": "Gears()",
    "paths in JavaScript": "descent(lambda w: w * w, lambda w: 2 * w)",
}
ROUND_TRIP = """\
To Python and back: a slider that calls a function of the learner's, until its result stands in the card; and a cell
that is run again with another number in it, from Control+Enter to the new picture, beside what Jupyter takes alone:
"""
LIVE = {"live function": "live(lambda x: {'square': x * x, 'slope': 2 * x}, x=(-3, 3, 2))"}
CELLS = {
    "hand trace, 13 frames": "trace_network(x=%s)",
    "gradient flow, 2 nets": "gradient_flow(lambda depth, net: [%s**k for k in range(depth)], {'Net': ['a', 'b']})",
    "no picture, Jupyter alone": "HTML('<p class=bp-card>%s</p>')",
}
# `changed` answers with the card that shows the change, as soon as it is there
CLOCK = """(changed) => {
  window.times = [];
  window.addEventListener("keydown", (event) => {
    const begin = performance.now(), target = event.target;
    document.querySelectorAll(".bp-card").forEach((card) => { card.dataset.old = true; });
    const seen = new MutationObserver(() => {
      const card = window.changed(target, event);
      if (!card) return;
      seen.disconnect();
      card.getBoundingClientRect();
      const ready = performance.now() - begin;
      requestAnimationFrame(() => setTimeout(() => window.times.push([ready, performance.now() - begin])));
    });
    const place = target.closest(".bp-card, .jp-CodeCell");
    seen.observe(place, { subtree: true, childList: true, attributeFilter: ["class"], characterData: true });
  }, true);
}"""
NEW_ROWS = """() => { window.changed = (target) => {
  const card = target.closest(".bp-card"), shown = card.querySelector("table").innerText;
  const changed = window.shown !== undefined && window.shown !== shown;
  if (changed || window.shown === undefined) window.shown = shown;
  return changed && card;
}; }"""
SAME_CARD = "() => { window.changed = (target) => target.closest('.bp-card'); }"
NEW_CARD = """() => { window.changed = (target, event) => event.key === "Enter" && event.ctrlKey
  && target.closest(".jp-CodeCell").querySelector(".bp-card:not([data-old])"); }"""


def press_arrows(page, cell, presses):
    """Move the first slider of a card to and fro."""
    page.locator(".jp-CodeCell").nth(cell).locator("input[type=range]").first.focus()
    for press in range(presses):
        page.keyboard.press("ArrowLeft" if press % 2 else "ArrowRight")
        page.wait_for_timeout(60 if cell <= len(ARROWS) else 120)  # Python's answer must be there before the next key


def run_again(page, cell, presses):
    """Write another number into a cell and run it, again and again."""
    place = page.locator(".jp-CodeCell").nth(cell)
    source = [*CELLS.values()][cell - len(ARROWS) - len(LIVE) - 1]
    for press in range(presses):
        place.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(source % (2 + press / 8))
        page.keyboard.press("Control+Enter")
        page.wait_for_function(f"window.times.length > {press}")


def measure(page, act, cell, presses):
    """One line: medians and the worst."""
    page.evaluate("() => { window.times = []; }")
    act(page, cell, presses)
    computed, painted = zip(*page.evaluate("() => window.times"), strict=True)
    return statistics.median(computed), max(computed), statistics.median(painted)


def table(page, names, act, first, presses):
    """A line for each kind."""
    print(f"{'':28}{'computed':>10}{'worst':>8}{'painted':>9}")
    for k, name in enumerate(names):
        print(f"{name:28}{'{:10.1f}{:8.1f}{:9.1f}'.format(*measure(page, act, first + k, presses))}")


def main():
    """Start Lab, run one notebook, print one line for each kind of widget."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "lab")
        place.mkdir()
        calls = [*ARROWS.values(), *LIVE.values(), *(call % 2 for call in CELLS.values())]
        cells = ["from IPython.display import HTML\nfrom backprop.widgets import *", *calls]
        jupyter_page.write_notebook(place / "latency.ipynb", cells)
        with jupyter_page.server(place) as address, jupyter_page.browser(Path(folder, "profile")) as chrome:
            page = chrome.pages[0]
            jupyter_page.run_notebook(page, address, "latency.ipynb", len(calls))
            page.evaluate(CLOCK)
            print(HEADER)
            page.evaluate(SAME_CARD)
            table(page, ARROWS, press_arrows, 1, presses=40)
            print(f"\n{ROUND_TRIP}")
            page.evaluate(NEW_ROWS)
            table(page, LIVE, press_arrows, 1 + len(ARROWS), presses=40)
            page.evaluate(NEW_CARD)
            table(page, CELLS, run_again, 1 + len(ARROWS) + len(LIVE), presses=20)


if __name__ == "__main__":
    main()
