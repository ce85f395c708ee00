"""What can be seen without a browser: names, sentences, fallbacks, and the numbers on the pictures."""

import base64
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from widget_cases import CASES

import backprop.widgets as widgets
from backprop.widgets import _card, _svg

PUBLIC = [getattr(widgets, name) for name in widgets.__all__]
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.call[:40])


def text_of(svg):
    """All text on a picture, as a reader would say it."""
    return " ".join(
        "".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")
    )


@each
def test_has_a_name_a_description_and_a_picture_that_is_valid_xml(case):
    widget = case.build()
    assert widget.title and len(widget.alt) > 20
    picture = ElementTree.fromstring(widget.static_picture())
    assert picture.tag.endswith("svg") and float(picture.get("width")) <= 780


@each
def test_each_frame_is_valid_and_has_its_own_sentence(case):
    widget = case.build()
    frames, captions = getattr(widget, "frames", []), getattr(widget, "captions", [])
    assert len(frames) == len(captions)
    assert all(caption[-1] in ".?" for caption in captions)
    for frame in frames:
        ElementTree.fromstring(f"<g>{frame}</g>")


@each
def test_nothing_is_fetched_from_outside(case):
    addresses = set(re.findall(r"https?://[\w./-]+", case.build()._repr_html_()))
    assert addresses <= {"http://www.w3.org/2000/svg"}


@each
def test_the_fallback_carries_the_picture_and_its_alternative_text(case):
    html = case.build().static_html()
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    ElementTree.fromstring(base64.b64decode(image[1]))
    assert re.search(r'alt="[^"]{20,}"', html)


@each
def test_frames_are_put_together_again(case):
    frames = getattr(case.build(), "frames", [])
    pieces, listed = _card.in_pieces(frames)
    assert ["".join(pieces[place] for place in places) for places in listed] == frames


@each
def test_a_card_is_small_enough_to_be_saved_with_a_notebook(case):
    assert len(case.build()._repr_html_()) < 160_000


@each
def test_nothing_within_the_script_ends_it(case):
    html = case.build()._repr_html_()
    assert html.count("</") == html.split("<script>")[0].count("</") + 1
    assert html.endswith("</script>")


@each
def test_a_terminal_reads_the_sentence(case):
    widget = case.build()
    assert repr(widget) == f"{widget.title}. {widget.static_caption()}"


@each
def test_no_label_leaves_the_picture(case):
    picture = ElementTree.fromstring(case.build().static_picture())
    width, height = (float(number) for number in picture.get("viewBox").split()[2:])
    for node in picture.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(node.get("x")) <= width and 0 <= float(node.get("y")) <= height


def test_every_public_name_has_a_case_and_a_docstring_with_an_example():
    covered = {type(case.build()).__name__ for case in CASES} | {case.name for case in CASES}
    assert set(widgets.__all__) <= covered | {
        "LiveLoss",
        "live",
    }  # no pictures: one lasts as long as a run, one asks Python
    for thing in PUBLIC:
        assert "`" in thing.__doc__ and "(" in thing.__doc__, thing.__name__


def test_importing_brings_in_neither_the_engine_nor_torch_nor_matplotlib():
    heavy = "{'backprop.engine', 'torch', 'matplotlib', 'numpy'}"
    names = ", ".join(widgets.__all__)
    code = f"import sys; from backprop.widgets import {names}; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_pictures_load_no_widget_library():
    code = "import sys; from backprop.widgets import Gears; print('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(AttributeError, match="trace_network"):
        _ = widgets.trace_netwrok


def test_a_frame_without_its_sentence_is_refused():
    from backprop.widgets._player import FramePlayer  # noqa: PLC0415 - private, and only this test needs it

    with pytest.raises(ValueError, match="2 frames and 1 captions"):
        FramePlayer(frames=["<svg/>", "<svg/>"], captions=["one."])


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-0.5, "−0.5"), (-0.0, "0"), (1e-17, "0"), (2.25, "2.25"), (1 / 3, "0.3333"), (1e-5, "1·10⁻⁵"), (3.0, "3")],
)
def test_numbers_look_like_numbers(value, shown):
    assert _svg.number(value) == shown


def test_labels_look_like_mathematics():
    assert _svg.plain("∂L/∂w_{11} = b_{h1}") == "∂L/∂w₁₁ = bₕ₁"
    assert _svg.html_math("ReLU(z_1)") == "ReLU(<i>z</i><sub>1</sub>)"
    assert '<tspan font-style="italic">z</tspan>' in _svg.math("z_1") and "italic" not in _svg.math("ReLU")


def test_network_a_shows_the_numbers_of_the_worked_example():
    shown = text_of(widgets.trace_network().static_picture()).replace("\u200b", "")
    for number in ("z1 = 1", "a1 = 1", "z2 = 1.5", "L = 2.25", "∂L/∂z2 = −3", "∂z2/∂a1 = w2 = 1.5", "∂L/∂w1 = −9"):
        assert number in shown


def differences(loss, at, step=1e-6):
    """Central differences of loss(**at) by each of its arguments."""
    return {
        name: (loss(**at | {name: value + step}) - loss(**at | {name: value - step})) / (2 * step)
        for name, value in at.items()
    }


@pytest.mark.parametrize("x", [2.0, -2.0, 0.7])
def test_gradients_of_network_a_agree_with_central_differences(x):
    at = dict(x=x, y=3.0, w1=0.5, b1=0.1, w2=1.5, b2=-0.2)
    found = widgets.trace_network(**at).numbers
    slopes = differences(lambda x, y, w1, b1, w2, b2: (w2 * max(w1 * x + b1, 0) + b2 - y) ** 2, at)
    for name in ("w1", "b1", "w2", "b2"):
        assert found.gradients[name] == pytest.approx(slopes[name], abs=1e-7)


def test_all_nine_gradients_of_network_b_agree_with_central_differences():
    at = dict(x1=0.3, x2=-1.2, y=0.8, w11=0.5, w12=-0.7, w21=0.2, w22=0.9, bh1=0.1, bh2=-0.3, v1=1.1, v2=-0.6, bo=0.4)
    found = widgets.sigmoid_network(**at).numbers
    slopes = differences(lambda **at: widgets.sigmoid_network(**at).numbers.values["L"], at)
    for name in set(at) - {"x1", "x2", "y"}:
        assert found.gradients[name] == pytest.approx(slopes[name], abs=1e-7)


def test_a_shut_gate_is_drawn_dark():
    open_, shut = widgets.trace_network().static_picture(), widgets.trace_network(x=-2.0).static_picture()
    assert "shut" in text_of(shut) and "shut" not in text_of(open_)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(0.0, "no step"), (0.03, "lower, and short of"), (0.1, "lower, and past"), (0.13, "higher, and past")],
)
def test_learning_rate_says_where_the_step_lands(rate, words):
    widget = widgets.learning_rate(lambda rate: (27 * rate - 1.5) ** 2, rate=rate)
    assert words in widget.captions[widget.index]


def test_trace_table_expects_what_the_worked_example_says():
    expected = {row["key"]: row["expected"] for row in widgets.trace_table(rate=0.1).rows}
    assert expected == pytest.approx(
        {"z1": 1, "a1": 1, "z2": 1.5, "L": 2.25, "dL/dz2": -3, "dz2/da1": 1.5, "da1/dz1": 1, "dz1/dw1": 2}
        | {"dL/dw1": -9, "w1 new": 1.4, "z2 new": 4.2, "L new": 1.44}
    )


def test_trace_table_hides_every_answer_until_it_is_given():
    table = widgets.trace_table(w1=0.617)
    assert "1.234" not in text_of(table.static_picture()) and "1.234" in table.marks["z1"]


@pytest.mark.parametrize("make", [widgets.trace_network, widgets.sigmoid_network], ids=["A", "B"])
def test_a_trace_can_keep_its_gradients_to_itself(make):
    whole, half = make(), make(backward=False)
    assert half.captions == whole.captions[: len(half.frames)] and half.captions[-1].endswith(
        "The forward pass ends here."
    )
    assert "∂L/∂" not in text_of(half.static_picture())
