"""Messages between the grader and the learner's process: what goes in comes out, and nothing else is let in."""

import base64
import json
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop.check import Reply
from backprop.check.wire import LIMIT, Malformed, answer, pack, pack_cases, pack_replies, unpack, unpack_replies

DTYPES = st.sampled_from([np.float64, np.float32, np.int64, np.bool_])
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_side=4))
NAMES = st.text("abcxyz_0123", min_size=1, max_size=8)
VALUES = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=50), ARRAYS)


def same(a, b) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4))
def test_replies_come_out_as_they_went_in(groups):
    replies = [Reply(values, {"u": "w"}, problem="p", crash="c") for values in groups]
    back = unpack_replies(pack_replies(replies), len(replies))
    for sent, got in zip(replies, back, strict=True):
        assert (sent.values.keys(), sent.unread, "p", "c") == (got.values.keys(), got.unread, got.problem, got.crash)
        assert all(same(value, got.values[name]) for name, value in sent.values.items())


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: base64.b64encode(b).decode()))
def test_noise_is_malformed_or_a_list(text):
    with suppress(Malformed):
        assert isinstance(unpack(text), list)


def message(header, body=b"") -> str:
    head = (header if isinstance(header, str) else json.dumps(header)).encode()
    return base64.b64encode(struct.pack("<I", len(head)) + head + body).decode()


def one(entry, body=b"", **more) -> str:
    return message([{"values": {"a": entry}, "unread": {}, "problem": "", "crash": ""} | more], body)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "8 MiB"),
        ("A" * (LIMIT + 1), "8 MiB"),
        ("not base64!", "not a message"),
        ("", "not a message"),
        (base64.b64encode(b"\xff\xff\xff\xff[}").decode(), "not a message"),
        (message({}), "no list"),
        (message("[" * 100000), "not a message"),
        (message('[{"values": {"a": NaN}}]'), "NaN in the header"),
        (message([{}]), "without values"),
        (message([1]), "without values"),
        (one(1.5), "unknown form"),
        (one([1, 2, 3]), "unknown form"),
        (one(["<f8", "x"]), "unknown form"),
        (one(["|O", []], b"\0" * 8), "dtype"),
        (one(["<f2", []], b"\0" * 2), "dtype"),
        (one([["<f8"], []], b"\0" * 8), "dtype"),
        (one(["<f8", [-1]]), "impossible shape"),
        (one(["<f8", [True]], b"\0" * 8), "impossible shape"),
        (one(["<f8", [1] * 9], b"\0" * 8), "impossible shape"),
        (one(["<f8", [10**30]]), "impossible shape"),
        (one(["<f8", [2]], b"\0" * 8), "fewer bytes"),
        (one(["<f8", []], b"\0" * 9), "left over"),
        (one("x" * 4001), "too long"),
        (one(None, problem="x" * 4001), "no text"),
        (one(None, problem=1), "no text"),
        (one(None, score=3), "unknown form"),
        (one(None, unread={"a": 1}), "no text"),
        (one(None, unread=[]), "unknown form"),
        (one(["|b1", []], b"\2"), "neither True nor False"),
        (one(["<f8", [0, *[LIMIT] * 7]]), "impossible shape"),
        (message('[{"values": {"a": null, "a": null}}]'), "another spelling"),
        (message('[ {"values": {}}]'), "another spelling"),
        (message([{"values": {str(i): None for i in range(101)}}]), "too many values"),
        (message([]), "0 replies to 1 questions"),
    ],
)
def test_what_pack_never_writes_is_malformed(text, reason):
    with pytest.raises(Malformed, match=reason):
        unpack_replies(text, 1)


def test_a_learners_function_is_asked_through_the_wire():
    cases = [{"x": 2.0, "v": np.arange(3.0)}, {"x": -1.0, "v": np.ones(3)}]
    text = answer(pack_cases(cases), {"f": lambda x, v: {"y": x * v, "kind": type(x).__name__}}, "f", "function")
    replies = unpack_replies(text, 2)
    assert replies[0].values["y"].tolist() == [0, 2, 4] and replies[1].values["kind"] == "float"


def test_a_missing_name_is_said_in_words():
    (reply,) = unpack_replies(answer(pack([{"values": {}}]), {}, "f", "function"), 1)
    assert reply.problem == "there is no `f`: the cell that defines it is missing or failed"


def raising(x):
    raise ValueError("x" * 100_000 + "end")


def test_a_long_traceback_is_cut_at_its_beginning():
    (reply,) = unpack_replies(answer(pack_cases([{"x": 1.0}]), {"f": raising}, "f", "function"), 1)
    assert len(reply.crash) == 4000 and reply.crash.endswith("end")


def test_texts_from_another_process_are_cleaned_again():
    forged = Reply({"a`*\n": "\x1b[31m"}, {"b\ud800": "**w**"}, problem="p\x07\nq", crash="c\x00\nd")
    (reply,) = unpack_replies(pack_replies([forged]), 1)
    assert reply == Reply({"a'∗�": "�[31m"}, {"b?": "∗∗w∗∗"}, problem="p� q", crash="c�\nd")
