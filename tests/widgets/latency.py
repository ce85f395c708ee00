"""From key press to picture, in real JupyterLab: `python tests/widgets/latency.py` prints medians in milliseconds."""

import statistics
import tempfile
from pathlib import Path

import jupyter_page

CALLS = {
    "frame player": "trace_network()",
    "frame chooser": "learning_rate(lambda rate: (27 * rate - 1.5) ** 2)",
    "arithmetic in JavaScript": "Gears()",
    "paths in JavaScript": "descent(lambda w: w * w, lambda w: 2 * w)",
}
# a key is timed from its event to the picture laid out anew, and to the frame after it was painted
CLOCK = """() => {
  window.times = [];
  window.addEventListener("keydown", (event) => {
    const begin = performance.now(), card = event.target.closest(".bp-card");
    const seen = new MutationObserver(() => {
      seen.disconnect();
      card.getBoundingClientRect();
      const ready = performance.now() - begin;
      requestAnimationFrame(() => setTimeout(() => window.times.push([ready, performance.now() - begin])));
    });
    seen.observe(card, { subtree: true, childList: true, attributes: true, characterData: true });
  }, true);
}"""


def measure(page, which, presses=40):
    """Median and worst of both times for one card."""
    page.evaluate("() => { window.times = []; }")
    page.locator(".bp-card").nth(which).locator("input[type=range]").first.focus()
    for press in range(presses):
        page.keyboard.press("ArrowLeft" if press % 2 else "ArrowRight")
        page.wait_for_timeout(60)
    ready, painted = zip(*page.evaluate("() => window.times"), strict=True)
    return statistics.median(ready), max(ready), statistics.median(painted)


def main():
    """Start Lab, run one notebook, print one line for each kind of widget."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "lab")
        place.mkdir()
        cells = [f"from backprop.widgets import *\n{call}" for call in CALLS.values()]
        jupyter_page.write_notebook(place / "latency.ipynb", cells)
        with jupyter_page.server(place) as address, jupyter_page.browser(Path(folder, "profile")) as chrome:
            page = chrome.pages[0]
            jupyter_page.run_notebook(page, address, "latency.ipynb", len(CALLS))
            page.evaluate(CLOCK)
            print(f"{'milliseconds':26}{'laid out':>10}{'worst':>8}{'painted':>9}")
            for which, name in enumerate(CALLS):
                print(f"{name:26}{'{:10.1f}{:8.1f}{:9.1f}'.format(*measure(page, which))}")


if __name__ == "__main__":
    main()
