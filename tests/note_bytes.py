"""Yjs updates written byte by byte (v1 encoding), for what no Yjs client would send.

Not here: honest updates; tests take those from pycrdt and from yjs itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

Place = tuple[int, int]
"""Client and clock."""

STRING, DELETED, GC, SKIP = 4, 1, 0, 10


def number(value: int) -> bytes:
    """A variable-length unsigned integer."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def sized(data: bytes) -> bytes:
    return number(len(data)) + data


def item(
    kind: int, content: bytes, origin: Place | None = None, right: Place | None = None, root: str = "notes"
) -> bytes:
    """A struct of any kind, behind `origin` and before `right`, or else in a root."""
    info = bytes([kind | (0x80 if origin else 0) | (0x40 if right else 0)])
    places = b"".join(number(client) + number(clock) for client, clock in filter(None, (origin, right)))
    return info + (places or number(1) + sized(root.encode())) + content


def text(words: str, origin: Place | None = None, right: Place | None = None) -> bytes:
    return item(STRING, sized(words.encode()), origin, right)


def section(client: int, clock: int, *structs: bytes) -> bytes:
    return number(len(structs)) + number(client) + number(clock) + b"".join(structs)


def deletion(client: int, *runs: tuple[int, int]) -> bytes:
    """Runs of (clock, length)."""
    return number(client) + number(len(runs)) + b"".join(number(a) + number(b) for a, b in runs)


def update(*sections: bytes, deletes: Sequence[bytes] = ()) -> bytes:
    return number(len(sections)) + b"".join(sections) + number(len(deletes)) + b"".join(deletes)


def write(client: int, clock: int, words: str, origin: Place | None = None) -> bytes:
    """An update with one piece of text."""
    return update(section(client, clock, text(words, origin)))


def nested(depth: int) -> bytes:
    """A ContentAny of arrays in arrays: two bytes a level (lib0 `encoding.writeAny`, 117 is an array)."""
    content = number(1) + bytes([117, 1]) * depth + bytes([126])
    return update(section(99, 0, item(8, content)))


def framed(data: bytes, update_id: bytes | None = None) -> bytes:
    """The binary frame a browser sends."""
    return (update_id or uuid.uuid4().bytes) + data
