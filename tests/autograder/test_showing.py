"""What feedback pages and formgrader may show of a submission."""

import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from autograder.showing import LARGEST, LONGEST, CleanOutputs, safe_html

PNG = "iVBORw0KGgo="
HARMLESS = {
    "table": "<table><tbody><tr><td>1</td></tr></tbody></table>",
    "picture": f'<img alt="a" src="data:image/png;base64,{PNG}">',
    "hints": "<details><summary>Hint</summary>x</details>",
    "link": '<a href="https://example.org">x</a>',
    "colour": '<p style="color: red;">x</p>',
}
HARMFUL = {
    "script": "<script>alert(1)</script>",
    "open script": "<script>alert(1)",
    "handler": '<img src="x" onerror="alert(1)">',
    "link": '<a href="javascript:alert(1)">x</a>',
    "hidden link": '<a href="java&#10;script:alert(1)">x</a>',
    "data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "svg": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "frame": '<iframe src="javascript:alert(1)"></iframe>',
    "form": '<form action="https://example.org"><input name="alert(1)"></form>',
    "base": '<base href="javascript:alert(1)//">',
    "style": "<style>p {background: url(alert(1).png)}</style>",
    "cover": '<div style="position:fixed;inset:0;background:url(alert(1))">x</div>',
    "far picture": '<img src="https://example.org/alert(1).png">',
    "nested": "<scr<script></script>ipt>alert(1)</script>",
}
SIGNS = [
    "<script>alert",
    "onerror",
    "onload",
    "javascript:",
    "<iframe",
    "<form",
    "<base",
    "position:fixed",
    'alert(1).png"',
]


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_html_stays(name):
    assert safe_html(HARMLESS[name]) == HARMLESS[name]


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_html_goes(name):
    shown = safe_html(HARMFUL[name]).lower()
    assert not any(sign in shown for sign in [*SIGNS, "<svg", "<style", "data:text"]), shown


def page(cell) -> str:
    """One cell as an autograded notebook holds it, in HTML as feedback makes it."""
    notebook, _ = CleanOutputs().preprocess(new_notebook(cells=[cell]), {})
    config = Config()
    config.HTMLExporter.filters = {"markdown2html": "autograder.showing.safe_markdown"}
    return HTMLExporter(config=config, template_name="classic").from_notebook_node(notebook)[0]


def body(html: str) -> str:
    return html[html.index("<body") :]


KINDS = ["text/html", "text/plain", "image/png", "image/svg+xml", "application/javascript", "text/latex"]


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_run_nothing(kind):
    shown = {"metadata": {kind: {"isolated": True}}}
    outputs = [new_output("display_data", data={kind: text, "text/plain": "x"}, **shown) for text in HARMFUL.values()]
    html = body(page(new_code_cell("1", outputs=outputs)))
    assert "<script>alert" not in html and "<iframe" not in html and '<img src="x' not in html


@pytest.mark.parametrize("form", ["{}", "[x]({})", "![x]({})", "text\n\n{}\n\n$a<b$"])
def test_written_answers_run_nothing(form):
    written = "\n\n".join(form.format(text) for text in HARMFUL.values())
    shown = body(page(new_markdown_cell(written)))
    signs = ["<script>alert", "<iframe", "<form", "<svg", 'href="javascript', '<img src="x" onerror']
    assert not any(sign in shown for sign in signs)


def test_written_answers_read_as_they_were_written():
    shown = page(new_markdown_cell("> quoted\n\n```python\nif a < b: pass\n```\n\n**bold** $a < b$ and `x<y`"))
    assert "<blockquote>" in shown and "<strong>bold</strong>" in shown and "&amp;lt;" not in shown


def test_terminal_codes_and_markup_in_text_are_text():
    outputs = [
        new_output("stream", text="\x1b]0;title\x07\x1b[31m<b>red</b>"),
        new_output("error", ename="<b>", evalue="", traceback=["<b>x"]),
    ]
    shown = body(page(new_code_cell("1", outputs=outputs)))
    assert "<b>" not in shown and "\x1b" not in shown and "\x07" not in shown
    assert "ansi-red-fg" in shown


def test_long_outputs_are_cut():
    cell = new_code_cell("1")
    cell.outputs = [
        new_output("stream", text="x" * (LONGEST + 99)),
        new_output("display_data", data={"text/html": "x" * (LARGEST + 1), "image/png": "A" * (LARGEST + 1)}),
    ]
    notebook, _ = CleanOutputs().preprocess(new_notebook(cells=[cell]), {})
    stream, display = notebook.cells[0].outputs
    assert stream.text.endswith("... cut here ...") and display.data == {}


@pytest.mark.parametrize("sign", ["&", "<", "<p>", "<img src=x ", "<!--"])
def test_html_that_would_take_long_to_clean_goes_unread(sign):
    """Quadratic in bleach: 2 MB of it took minutes."""
    html = new_output("display_data", data={"text/html": sign * 200_000, "text/plain": "x"})
    notebook, _ = CleanOutputs().preprocess(new_notebook(cells=[new_code_cell("1", outputs=[html])]), {})
    assert notebook.cells[0].outputs[0].data == {"text/plain": "x"}


def test_a_notebook_has_a_budget_of_html():
    outputs = [new_output("display_data", data={"text/html": "<b>x</b>" * 4000, "text/plain": "x"}) for _ in range(9)]
    notebook, _ = CleanOutputs().preprocess(new_notebook(cells=[new_code_cell("1", outputs=outputs)]), {})
    kept = ["text/html" in output.data for output in notebook.cells[0].outputs]
    assert kept == [True] * 6 + [False] * 3
