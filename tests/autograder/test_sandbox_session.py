"""Messages from a kernel: those of the protocol come through, anything else becomes a message that nobody looks at."""

import pytest

from autograder.sandbox.session import StrictSession

GOOD = {
    "stream": {"name": "stdout", "text": "hello"},
    "display_data": {"data": {"text/plain": "x", "application/json": {"a": [1]}}, "metadata": {}},
    "execute_result": {"data": {}, "metadata": {}, "execution_count": 3},
    "error": {"ename": "E", "evalue": "", "traceback": ["line"]},
    "status": {"execution_state": "idle"},
    "execute_reply": {"status": "ok", "user_expressions": {}},
    "kernel_info_reply": {},
}
BAD = [
    ("stream", {"name": "stdout"}),
    ("stream", {"name": "stdout", "text": ["hello"]}),
    ("stream", b"[]"),
    ("display_data", {"data": [], "metadata": {}}),
    ("display_data", {"data": {"text/plain": 5}, "metadata": {}}),
    ("display_data", {"data": {"text/html": {"a": 1}}, "metadata": {}}),
    ("execute_result", {"data": {}, "metadata": None, "execution_count": 1}),
    ("execute_result", {"data": {}, "metadata": {}, "execution_count": "1"}),
    ("error", {"ename": "E", "evalue": "", "traceback": "line"}),
    ("error", {"ename": "E", "evalue": "", "traceback": [1]}),
    ("status", {"execution_state": 1}),
    ("execute_reply", {}),
    ("execute_reply", b'"ok"'),
]


@pytest.fixture
def session() -> StrictSession:
    return StrictSession(key=b"a key of this test")


def parts(session, kind: str, content: object, parent=None, metadata=None) -> list[bytes]:
    """A signed message as it arrives: signature, header, parent, metadata, content."""
    message = session.msg(kind, content={}, parent=parent or {}, metadata=metadata or {})
    return session.serialize(message | {"content": content})[1:]


@pytest.mark.parametrize("kind", GOOD)
def test_messages_come_through(session, kind):
    read = session.deserialize(parts(session, kind, GOOD[kind]))
    assert (read["msg_type"], read["content"]) == (kind, GOOD[kind])


@pytest.mark.parametrize(("kind", "content"), BAD)
def test_messages_of_another_form_are_stray(session, kind, content):
    assert session.deserialize(parts(session, kind, content))["msg_type"] == "stray"


def garbled(number: int, data: bytes):
    return lambda whole: [*whole[:number], data, *whole[number + 1 :]]


@pytest.mark.parametrize(
    "damage",
    [
        garbled(0, b"0" * 64),  # another key
        garbled(1, b"[]"),
        garbled(1, b"{" * 5000),
        garbled(4, b"[" * 200_000),
        garbled(4, b"\xff\xfe"),
        lambda whole: whole[:3],
        lambda whole: [],
        lambda whole: whole[:2] + whole[:2] + whole,  # two messages at once
    ],
)
def test_damaged_messages_are_stray(session, damage):
    assert session.deserialize(damage(parts(session, "stream", GOOD["stream"])))["msg_type"] == "stray"


def test_a_signed_header_of_another_form_is_stray(session):
    whole = parts(session, "stream", GOOD["stream"])
    for number in (1, 2, 3):
        forged = garbled(number, b"[1]")(whole)
        forged[0] = session.sign(forged[1:5])
        assert session.deserialize(forged)["msg_type"] == "stray"


def test_a_message_that_is_repeated_is_stray(session):
    whole = parts(session, "stream", GOOD["stream"])
    assert [session.deserialize(whole)["msg_type"] for _ in range(2)] == ["stream", "stray"]
