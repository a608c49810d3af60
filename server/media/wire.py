"""What the server and its media worker say to each other, and how it is framed.

Not here: who answers (`worker`) and who asks (`supervisor`). A Unix socket pair, four bytes of length (big
endian), then JSON. Both ends decode what they are told against these types, once.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from server.media.shaper import LineName

LENGTH_BYTES: Final = 4
MAX_FRAME_BYTES: Final = 512 * 1024
"""A welcome with a full agenda and all goals goes to a partner; browsers' own frames are at most 64 KiB."""
MAX_SDP_BYTES: Final = 32 * 1024

CheckId = Annotated[str, Meta(min_length=1, max_length=64)]
Sdp = Annotated[str, Meta(max_length=MAX_SDP_BYTES)]
Word = Annotated[str, Meta(max_length=200)]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What all messages share."""


class IceServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A STUN or TURN server, with credentials where it wants some."""

    urls: list[Word]
    username: Word | None = None
    credential: Word | None = None


class Offer(Message, frozen=True, tag="offer"):
    """Open a connection for a check that was admitted. Answered by `Answer` or `Failed`."""

    check: CheckId
    sdp: Sdp
    ice_servers: list[IceServer]
    private: bool
    """Candidates of private networks are tried as well."""


class End(Message, frozen=True, tag="end"):
    """Close a check's connection. Not answered; ending what is not there changes nothing."""

    check: CheckId


class Play(Message, frozen=True, tag="play"):
    """Be the partner of a rehearsal that was admitted. What the partner says comes as `Said`."""

    rehearsal: CheckId
    room: Word
    """The room's name, for the picture."""
    line: LineName
    again: bool
    """A partner was there before, and in the call."""
    ice_servers: list[IceServer]
    private: bool


class Tell(Message, frozen=True, tag="tell"):
    """A text frame of docs/protocol.md for the partner, as the room sends it to a browser."""

    rehearsal: CheckId
    frame: str


class Shape(Message, frozen=True, tag="shape"):
    """The partner's line is another one from now on."""

    rehearsal: CheckId
    line: LineName


class Dismiss(Message, frozen=True, tag="dismiss"):
    """The rehearsal is over. Not answered; dismissing who is not there changes nothing."""

    rehearsal: CheckId


class Ping(Message, frozen=True, tag="ping"):
    """Answered by `Pong`, at once while the worker's loop turns."""


Request = Offer | End | Play | Tell | Shape | Dismiss | Ping


class Ready(Message, frozen=True, tag="ready"):
    """Said once, unasked: the worker has loaded what it needs."""


class Answer(Message, frozen=True, tag="answer"):
    check: CheckId
    sdp: Sdp


class Failed(Message, frozen=True, tag="failed"):
    """The offer cannot be used. `why` names a class of trouble and quotes nothing."""

    check: CheckId
    why: Word


class Ended(Message, frozen=True, tag="ended"):
    """A check's connection is gone: its browser closed it, it broke, or its time was up."""

    check: CheckId


class Said(Message, frozen=True, tag="said"):
    """A text frame of docs/protocol.md from a partner, as a browser sends it to the room."""

    rehearsal: CheckId
    frame: str


class Left(Message, frozen=True, tag="left"):
    """A partner is gone: its connection broke, or it failed."""

    rehearsal: CheckId


class Pong(Message, frozen=True, tag="pong"):
    """How the worker is."""

    lag_ms: int
    """How late its loop has been of late, 95th percentile."""
    tasks: int
    """Alive in its loop: a count that only grows is a leak."""


Reply = Ready | Answer | Failed | Ended | Said | Left | Pong
R = TypeVar("R", Request, Reply)

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def frame(message: Request | Reply) -> bytes:
    """A message with its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(LENGTH_BYTES) + body


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Raises `EOFError` at the end or on a frame too long, `msgspec.DecodeError` on nonsense."""
    return _requests.decode(await _body(reader))


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """As `read_request`."""
    return _replies.decode(await _body(reader))


async def _body(reader: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(LENGTH_BYTES))
    if length > MAX_FRAME_BYTES:
        raise EOFError(f"a frame of {length} bytes")
    return await reader.readexactly(length)
