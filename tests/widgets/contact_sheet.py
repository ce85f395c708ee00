"""Draw all widgets, light and dark: `python tests/widgets/contact_sheet.py sheet.png`; the top is sheet-first.png."""

import sys
import tempfile
from pathlib import Path

import jupyter_page
from PIL import Image
from widget_cases import CASES

SHEET = """<!doctype html><html lang=en><meta charset=utf-8><title>Widgets</title>
<style>body {{ margin: 0; }} main {{ columns: 3; column-gap: 18px; padding: 18px; width: 2360px; zoom: 0.5; }}
main > * {{ break-inside: avoid; }} .dark {{ background: #111; }} .light {{ background: #fff; }}</style>
<main class=light>{cards}</main><main class=dark>{cards}</main>"""


def draw_sheet(path):
    """One picture with every card as a learner sees it, after its keys were pressed."""
    cards = "".join(f"<div>{widget._repr_html_()}</div>" for widget in chosen())
    with tempfile.TemporaryDirectory() as folder:
        page_file = Path(folder, "sheet.html")
        page_file.write_text(SHEET.format(cards=cards), encoding="utf-8")
        with jupyter_page.browser(Path(folder, "profile"), width=1200) as chrome:
            page = chrome.pages[0]
            page.goto(page_file.as_uri())
            page.wait_for_function("!document.querySelector('figure')")
            page.wait_for_timeout(300)
            page.screenshot(path=path, full_page=True)
    whole = Image.open(path).convert("RGB")
    first = whole.crop((0, 0, whole.width, 760))
    for picture, place in ((whole, Path(path)), (first, Path(path).with_stem(f"{Path(path).stem}-first"))):
        # A third of the size, with every colour that matters.
        picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(place, optimize=True)


def chosen():
    """One of each kind, in the middle of what it has to say."""
    seen = set()
    for case in CASES:
        if case.name in seen:
            continue
        seen.add(case.name)
        widget = case.build()
        if hasattr(widget, "step"):
            widget.step = max(len(widget.frames) - 2, 0) if hasattr(widget, "frames") else 8
        yield widget


if __name__ == "__main__":
    draw_sheet(sys.argv[1])
