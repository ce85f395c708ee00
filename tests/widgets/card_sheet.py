"""Draw six results of checks as JupyterLab shows them: `python tests/widgets/card_sheet.py sheet.png`."""

import sys
import tempfile
from pathlib import Path

import jupyter_page
from PIL import Image

BACKWARD = "def linear_backward(delta, A, W):\n    return dict(dL_dW={}, dL_db={}, dL_dA={})"
RIGHT = ("delta.T @ A", "delta.sum(axis=0)", "delta @ W")
GATELESS = (
    "def dL_dw1(x, y, w1, b1, w2, b2):\n    z2 = w2 * max(w1 * x + b1, 0.0) + b2\n    return 2 * (z2 - y) * w2 * x"
)
CARDS = {  # what the card shows -> the exercise and a learner's answer
    "right": ("linear-backward", BACKWARD.format(*RIGHT)),
    "a known mistake": ("dL-dw1", GATELESS),
    "a mistake nobody knows": ("linear-backward", BACKWARD.format("np.sin(delta.T @ A)", *RIGHT[1:])),
    "a crash": ("linear-backward", BACKWARD.format("delta @ A", *RIGHT[1:])),
    "a wrong shape": ("linear-backward", BACKWARD.format(RIGHT[0], "delta.sum(axis=0, keepdims=True)", RIGHT[2])),
    "partial credit": ("linear-backward", BACKWARD.format(*RIGHT[:2], "delta @ W / len(A)")),
}
CARD = "section[aria-label='Result of the check']"


def sources():
    """One cell a card: the answer and its check."""
    start = "import numpy as np\nfrom backprop.check import check\n"
    for exercise, answer in CARDS.values():
        name = answer.split("(")[0].removeprefix("def ")
        yield f"{start}{answer}\ncheck({exercise!r}, {name})"


def draw_sheet(path: str) -> None:
    """The notebook's six cards in both themes, side by side."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        jupyter_page.write_notebook(home / "cards.ipynb", list(sources()))
        with jupyter_page.server(home) as address, jupyter_page.browser(home / "profile", 900, 3300) as chrome:
            page = chrome.pages[0]
            jupyter_page.run_notebook(page, address, "cards.ipynb", cards=0)
            page.wait_for_function(f'document.querySelectorAll("{CARD}").length == {len(CARDS)}', timeout=90_000)
            page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
            halves = [themed(page, theme, home) for theme in ("Light", "Dark")]
            joined(halves).quantize(128).save(path, optimize=True)


def themed(page, theme: str, home: Path) -> Image.Image:
    """The notebook in one of JupyterLab's themes."""
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeName == 'JupyterLab {theme}'")
    page.wait_for_timeout(500)
    first, last = (page.locator(".jp-Cell").nth(k).bounding_box() for k in (0, len(CARDS) - 1))
    clip = dict(x=0, y=first["y"], width=first["x"] + first["width"], height=last["y"] + last["height"] - first["y"])
    page.screenshot(path=home / f"{theme}.png", clip=clip)
    return Image.open(home / f"{theme}.png").copy()


def joined(halves: list[Image.Image]) -> Image.Image:
    """Pictures of one height, side by side."""
    sheet = Image.new("RGB", (sum(half.width for half in halves), max(half.height for half in halves)))
    for k, half in enumerate(halves):
        sheet.paste(half, (sum(other.width for other in halves[:k]), 0))
    return sheet


if __name__ == "__main__":
    draw_sheet(sys.argv[1])
