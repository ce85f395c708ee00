"""Questions and answers as text, for a learner's code that runs in another process.

A message is base64 of a length, a JSON header and the raw bytes of the arrays. Nothing in it is code, a pickle, a path
or an attribute's name, and a reply is decoded strictly: whatever is not exactly as `pack` writes it is `Malformed`.
"""

import base64
import json
import math
import struct

import numpy as np

from backprop.check.plain import MOST_PARTS, MOST_TEXT, Plain, clean, plain
from backprop.check.reply import Reply, ask

LIMIT = 8 << 20  # bytes of one message
DTYPES = {"<f8", "<f4", "<i8", "|b1"}


class Malformed(ValueError):
    """Raised for a message that is not what `pack` writes; the message says where it differs."""


def pack(groups: list[dict]) -> str:
    """Encode groups of {"values": {name: Plain}, ...texts} as ASCII text."""
    chunks: list[bytes] = []
    header = [{**group, "values": {name: _entry(v, chunks) for name, v in group["values"].items()}} for group in groups]
    head = json.dumps(header, allow_nan=False).encode()
    return base64.b64encode(struct.pack("<I", len(head)) + head + b"".join(chunks)).decode("ascii")


def _entry(value: Plain, chunks: list[bytes]):
    if value is None:
        return None
    if isinstance(value, str):
        return value[:MOST_TEXT]
    chunks.append(np.ascontiguousarray(value).tobytes())
    return [value.dtype.str, list(value.shape)]


def unpack(text: str) -> list[dict]:
    """Decode what `pack` made; raises `Malformed`."""
    require(isinstance(text, str) and len(text) <= LIMIT, "a text of at most 8 MiB was expected")
    try:
        data = base64.b64decode(text, validate=True)
        (size,) = struct.unpack_from("<I", data)
        header = json.loads(data[4 : 4 + size], parse_constant=lambda name: require(False, f"{name} in the header"))
    except (ValueError, struct.error, RecursionError) as error:
        raise Malformed(f"not a message: {error}") from error
    require(isinstance(header, list), "the header is no list")
    groups = _groups(header, memoryview(data)[4 + size :])
    require(pack(groups) == text, "another spelling than `pack` uses")
    return groups


def _groups(header: list, body: memoryview) -> list[dict]:
    groups, at = [], 0
    for group in header:
        require(isinstance(group, dict) and isinstance(group.get("values"), dict), "a group without values")
        require(len(group["values"]) <= MOST_PARTS, "too many values")
        values = {}
        for name, entry in group["values"].items():
            values[name], at = _value(entry, body, at)
        groups.append({**group, "values": values})
    require(at == len(body), "bytes left over")
    return groups


def _value(entry, body: memoryview, at: int) -> tuple[Plain, int]:
    if entry is None or isinstance(entry, str):
        require(entry is None or len(entry) <= MOST_TEXT, "a text is too long")
        return entry, at
    require(isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list), "an entry of unknown form")
    dtype, shape = entry
    require(isinstance(dtype, str) and dtype in DTYPES, f"dtype {dtype!r}"[:80])
    require(len(shape) <= 8 and all(type(n) is int and 0 <= n <= LIMIT for n in shape), "an impossible shape")
    require(math.prod(n or 1 for n in shape) <= LIMIT, "an impossible shape")
    size = math.prod(shape) * np.dtype(dtype).itemsize
    require(at + size <= len(body), "fewer bytes than the shape says")
    array = np.frombuffer(body[at : at + size], dtype).reshape(shape)
    require(array.dtype != bool or not (array.view(np.uint8) > 1).any(), "a byte that is neither True nor False")
    return array, at + size


def require(holds: bool, otherwise: str) -> None:
    """Raise `Malformed` unless it holds."""
    if not holds:
        raise Malformed(otherwise)


def pack_cases(cases: list[dict]) -> str:
    """Encode an exercise's inputs; plain numbers arrive as plain numbers."""
    return pack([{"values": {name: plain(value) for name, value in case.items()}} for case in cases])


def pack_replies(replies: list[Reply]) -> str:
    """Encode the learner's replies."""
    return pack([vars(reply) for reply in replies])


def unpack_replies(text: str, count: int) -> list[Reply]:
    """Decode exactly `count` replies; raises `Malformed`."""
    groups = unpack(text)
    require(len(groups) == count, f"{len(groups)} replies to {count} questions")
    return [_reply(group) for group in groups]


def _reply(group: dict) -> Reply:
    """A reply whose texts are fit to be shown, whatever process wrote them."""
    require(group.keys() == {"values", "unread", "problem", "crash"}, "a reply of unknown form")
    unread = group["unread"]
    require(isinstance(unread, dict) and len(unread) <= MOST_PARTS, "a reply of unknown form")
    texts = (*unread.values(), group["problem"], group["crash"])
    require(all(isinstance(text, str) and len(text) <= MOST_TEXT for text in texts), "no text")
    return Reply(
        {clean(name, inline=True): clean(v) if isinstance(v, str) else v for name, v in group["values"].items()},
        {clean(name, inline=True): clean(words, inline=True) for name, words in unread.items()},
        clean(group["problem"]).replace("\n", " "),
        clean(group["crash"]),
    )


def answer(payload: str, namespace: dict, name: str, style: str, driver: str = "") -> str:
    """Where the learner's code runs: ask the object called `name` all packed cases and pack its replies."""
    cases = [{n: _unwrapped(v) for n, v in group["values"].items()} for group in unpack(payload)]
    if name not in namespace:
        return pack_replies(
            [Reply(problem=f"there is no `{name}`: the cell that defines it is missing or failed")] * len(cases)
        )
    return pack_replies(ask(namespace[name], style, cases, driver))


def _unwrapped(value: Plain):
    if isinstance(value, np.ndarray):
        return value.item() if value.ndim == 0 else value.copy()
    return value
