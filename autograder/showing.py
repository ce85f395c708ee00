"""Make what learners wrote and printed safe to look at: in feedback pages and in formgrader."""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.asking import is_tests

BLOCKS = "p div section figure figcaption details summary pre blockquote hr br h1 h2 h3 h4 h5 h6 ul ol li dl dt dd"
TABLES = "table thead tbody tfoot tr th td caption"
WORDS = "a abbr b code del em i img kbd s small span strong sub sup u"
TAGS = frozenset(f"{BLOCKS} {TABLES} {WORDS}".split())
ATTRIBUTES = {"title", "alt", "style", "class", "role", "aria-label", "colspan", "rowspan", "width", "height", "open"}
PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/svg+xml;")
PROTOCOLS = {"https", "http", "mailto", "data"}
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
CONTROL = re.compile(r"\x1b(?!\[[\d;]*m)|[\x00-\x07\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f]")
LONGEST = 200_000  # characters of one text
LARGEST = 2_000_000  # characters of one picture, or of one piece of HTML
MOST_SIGNS = 10_000  # of < and & in one piece of HTML: bleach takes seconds for these
MOST_IN_ALL = 50_000  # in all of a notebook's HTML


class CleanOutputs(NbGraderPreprocessor):
    """Last step of autograding: of what a learner's cells put out, plain text, pictures and harmless HTML stay."""

    def preprocess(self, nb, resources):
        """Clean one notebook."""
        self.left = MOST_IN_ALL
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, cell_index):
        """Clean one cell's outputs; those of a tests cell are our own card."""
        if not is_tests(cell):
            for output in cell.get("outputs", []):
                self.left -= _signs(output.get("data", {}).get("text/html", ""))
                if self.left < 0 and "data" in output:
                    output.data.pop("text/html", None)
                _clean(output)
        return cell, resources


def _clean(output: NotebookNode) -> None:
    if "text" in output:
        output.text = _shortened(output.text)
    if "data" in output:
        output.metadata = NotebookNode()
        kept = {kind: CLEANERS[kind](content) for kind, content in output.data.items() if kind in CLEANERS}
        output.data = NotebookNode({kind: content for kind, content in kept.items() if content})


def _shortened(text: str) -> str:
    """Text that is not too long, without control characters but those that colour it: a terminal would obey them."""
    text = CONTROL.sub("", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n... cut here ..."


def _picture(data: str) -> str:
    return data if len(data) <= LARGEST and BASE64.fullmatch(data) else ""


def safe_html(html: str) -> str:
    """HTML without scripts, forms, frames, handlers and pictures from elsewhere; nothing if it is very long."""
    if len(html) > LARGEST or _signs(html) > MOST_SIGNS:
        return ""
    without = SCRIPT.sub("", html)  # only for speed: bleach takes seconds to read a script as HTML
    return bleach.clean(without, TAGS, _allowed, PROTOCOLS, strip=True, css_sanitizer=CSSSanitizer())


def _signs(html: str) -> int:
    return html.count("<") + html.count("&")


def _allowed(tag: str, name: str, value: str) -> bool:
    """Which attribute may stay: a picture brings its data along, a link leads to a page."""
    if tag == "img" and name == "src":
        return value.startswith(PICTURES)
    if tag == "a" and name == "href":
        return not value.strip().lower().startswith("data:")
    return name in ATTRIBUTES


CLEANERS = {"text/plain": _shortened, "text/html": safe_html, "image/png": _picture, "image/jpeg": _picture}


@pass_context
def safe_markdown(context, source: str) -> str:
    """The `markdown2html` filter of every page that shows a submission: as nbconvert's own, then cleaned."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    return safe_html(MarkdownWithMath(renderer=renderer).render(source))
