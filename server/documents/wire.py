"""What the serving process and its document worker say to each other, and how it is framed.

Not here: who answers (`worker`) and who asks (`child`). One request, one reply, over two pipes: four
bytes of length (big endian), then msgpack.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

LENGTH_BYTES: Final = 4
MAX_FRAME_BYTES: Final = 8 << 20
"""Above the largest reply: a document and its text, 1 MiB and what a surplus update adds."""


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Begin a room anew from its snapshot, empty when there is none. Answered by `Judged`."""

    room: str
    snapshot: bytes


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Apply an update if it is good. Answered by `Judged`, or `Lost`."""

    room: str
    update: bytes


class Compact(msgspec.Struct, frozen=True, tag="compact"):
    """Answered by `Compacted`, or `Lost`."""

    room: str


class Drop(msgspec.Struct, frozen=True, tag="drop"):
    """Forget a room. Answered by `Lost`."""

    room: str


Request = Open | Check | Compact | Drop


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Said once, unasked: the worker has loaded what it needs."""


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    """What became of an update. `why` quotes none of it."""

    verdict: Literal["good", "missing", "full", "malformed"]
    why: str = ""


class Compacted(msgspec.Struct, frozen=True, tag="compacted"):
    """The whole document as one update, and its text."""

    data: bytes
    text: str


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """The worker does not hold this room; open it first."""


Reply = Ready | Judged | Compacted | Lost

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def frame(message: Request | Reply) -> bytes:
    """A message with its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_BYTES) + body


def decode_request(body: bytes) -> Request:
    """Raises `msgspec.DecodeError`."""
    return _requests.decode(body)


def decode_reply(body: bytes) -> Reply:
    """Raises `msgspec.DecodeError`."""
    return _replies.decode(body)
