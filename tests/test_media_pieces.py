"""The pieces of the media worker that need no network: candidates, reflected packets, lateness, pictures,
frames.
"""

from __future__ import annotations

import asyncio
import struct
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from server.media.candidates import MAX_CANDIDATES, only_allowed
from server.media.lag import Lag
from server.media.picture import HEIGHT, draw
from server.media.reflect import MAX_PACKETS, REPLY, REPLY_BYTES, Reflector
from server.media.wire import (
    MAX_FRAME_BYTES,
    Answer,
    End,
    Offer,
    Ping,
    Pong,
    frame,
    read_reply,
    read_request,
)


def offer(*addresses: str, transport: str = "udp") -> str:
    lines = [f"a=candidate:{at} 1 {transport} 2122 {each} 5000 typ host" for at, each in enumerate(addresses)]
    return "\r\n".join(["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", *lines, "a=end-of-candidates", ""])


def kept(sdp: str, *, private: bool) -> list[str]:
    lines = only_allowed(sdp, private=private).splitlines()
    return [line.split()[4] for line in lines if line.startswith("a=candidate:")]


PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]
PRIVATE = ["10.1.2.3", "192.168.1.20", "172.16.0.1", "169.254.1.1", "fd00::1", "fe80::1", "100.64.0.1"]
NEVER = [
    "127.0.0.1",
    "::1",
    "224.0.0.1",
    "ff02::1",
    "0.0.0.0",
    "::",
    "240.0.0.1",
    "::ffff:127.0.0.1",
    "a.local",
]


def test_only_addresses_of_the_internet_are_tried_unless_a_setting_says_otherwise() -> None:
    sdp = offer(*PUBLIC, *PRIVATE, *NEVER, "localhost", "1", "93.184.216.34.example.org")
    assert kept(sdp, private=False) == PUBLIC
    assert kept(sdp, private=True) == PUBLIC + PRIVATE


def test_candidates_over_tcp_too_many_of_them_and_their_end_are_dropped() -> None:
    assert kept(offer(*PUBLIC, transport="tcp"), private=True) == []
    assert len(kept(offer(*[f"93.184.216.{at}" for at in range(100)]), private=False)) == MAX_CANDIDATES
    assert "end-of-candidates" not in only_allowed(offer(*PUBLIC), private=False)
    assert kept("a=candidate:\r\na=candidate:1 1 udp\r\n", private=True) == []


@pytest.mark.parametrize(
    ("component", "priority", "port"), [("x", "5", "5"), ("1", "-5", "5"), ("1", "5", "x")]
)
def test_candidates_whose_numbers_are_none_are_dropped(component: str, priority: str, port: str) -> None:
    line = f"a=candidate:1 {component} udp {priority} {PUBLIC[0]} {port} typ host\r\n"
    assert kept(line, private=True) == []
    assert kept(f"a=candidate:1 1 udp 5 {PUBLIC[0]} 65536 typ host\r\n", private=True) == []
    assert kept(f"a=candidate:1 1 udp 5 {PUBLIC[0]} 65535 typ host\r\n", private=True) == [PUBLIC[0]]


def packet(seq: int, length: int = 40) -> bytes:
    return struct.pack("!I", seq).ljust(length, b"\0")


def test_each_reply_tells_of_the_last_sixty_four_packets() -> None:
    reflector = Reflector()
    replies = [reflector.reply(packet(seq), 1000.0 + seq) for seq in (0, 1, 3, 2, 70)]
    assert all(reply and len(reply) == REPLY_BYTES for reply in replies)
    told = [REPLY.unpack_from(reply) for reply in replies if reply]
    assert told[2] == (3, 2, 3, 3, 0b1101)
    assert told[3] == (2, 3, 2, 3, 0b1111)
    assert told[4] == (70, 4, 70, 70, 1)


def test_nothing_is_answered_that_is_no_packet_or_too_much() -> None:
    reflector = Reflector()
    for nonsense in (b"", b"abc", packet(0, 201), packet(MAX_PACKETS), packet(2**32 - 1)):
        assert reflector.reply(nonsense, 0.0) is None
    answered = [reflector.reply(packet(0), 0.0) for _ in range(MAX_PACKETS + 5)]
    assert sum(reply is not None for reply in answered) == MAX_PACKETS


def test_lateness_is_the_ninety_fifth_percentile_of_the_last_looks() -> None:
    lag = Lag()
    assert lag.p95_ms == 0
    for late_ms in range(60):
        lag.note(late_ms / 1000)
    assert lag.p95_ms == 57
    for _ in range(60):
        lag.note(-1.0)
    assert lag.p95_ms == 0


def fed(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def test_what_is_said_is_understood_at_the_other_end() -> None:
    for request in (Offer("a", "v=0", [], private=False), End("a"), Ping()):
        assert await read_request(fed(frame(request))) == request
    for reply in (Answer("a", "v=0"), Pong(3, 4)):
        assert await read_reply(fed(frame(reply))) == reply


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"type":"pong","lag_ms":1,"tasks":1}',
        b'{"type":"end"}',
        b'{"type":"end","check":""}',
        b'{"type":"end","check":"a","more":1}',
        b'{"type":"offer","check":"a","sdp":"%s","ice_servers":[],"private":true}' % (b"x" * 33_000),
        b"\xff\xfe",
    ],
    ids=lambda body: body[:30].decode(errors="replace"),
)
async def test_what_is_no_request_is_not_obeyed(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        await read_request(fed(len(body).to_bytes(4) + body))


async def test_a_frame_too_long_or_cut_short_ends_the_talk() -> None:
    for data in ((MAX_FRAME_BYTES + 1).to_bytes(4) + b"{}", b"\0\0", frame(Ping())[:-1]):
        with pytest.raises(EOFError):
            await read_request(fed(data))


def test_the_picture_shows_the_second_and_a_ball_that_moves() -> None:
    at = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
    first = draw("Practice", "listening", at, 0.0)
    later = draw("Practice", "listening", at, 1.0)
    assert first.shape == (270, 320)
    changed = np.argwhere(first[:HEIGHT] != later[:HEIGHT])
    assert changed.size
    assert changed[:, 0].min() >= 140, "the words stand still"
    assert np.array_equal(first, draw("Practice", "listening", at, 0.0)), "no picture spoils the next"
    second = draw("Practice", "listening", at.replace(second=1), 0.0)
    assert (first[58:93] != second[58:93]).any()
    assert np.array_equal(first[140:180], second[140:180])
