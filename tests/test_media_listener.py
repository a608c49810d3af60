"""The partner's voice and picture: it listens, says the same again, is silent between; a clock and a name."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.chime import chime
from server.media.letters import HIGH, WIDE, dots
from server.media.listener import LONGEST_S, MAX_PAYLOAD_BYTES, PAUSE_S, QUIET_DBOV, Listener
from server.media.loudness import SILENT_DBOV, Loudness
from server.media.opus import MAX_SAMPLES, SILENCE, samples
from server.media.picture import HEIGHT, WIDTH, Picture, draw

PACKET_S = 0.02
PAUSE = [SILENCE] * round(PAUSE_S / PACKET_S + 5)
NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payload", "ms"),
    [
        (SILENCE, 20),
        (b"\x78" + b"x" * 40, 20),
        (b"\x79" + b"x" * 40, 40),
        (b"\x7b\x03" + b"x" * 40, 60),
        (b"\x18" + b"x" * 40, 60),
        (b"\x80" + b"x" * 40, 2.5),
    ],
)
def test_an_opus_packet_says_how_long_it_lasts(payload: bytes, ms: float) -> None:
    assert samples(payload) == ms * 48


@pytest.mark.parametrize("payload", [b"", b"\x03", b"\x7b\x00", b"\x1b\x3f"])
def test_what_cannot_be_an_opus_packet_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="packet"):
        samples(payload)


@given(st.binary(max_size=80))
def test_any_bytes_last_at_most_as_long_as_a_packet_may(payload: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert 0 < samples(payload) <= MAX_SAMPLES
    assert 0 <= Loudness().level_dbov(payload) <= SILENT_DBOV


def test_notes_are_loud_and_silence_is_not() -> None:
    loudness = Loudness()
    assert max(loudness.level_dbov(each) for each in chime()[5:15]) < QUIET_DBOV
    assert [loudness.level_dbov(SILENCE) for _ in range(5)][-1] == SILENT_DBOV


def tell(listener: Listener, packets: Iterable[bytes]) -> None:
    for packet in packets:
        listener.heard(packet)


async def said(listener: Listener) -> list[bytes]:
    return [bytes(await listener.recv()) for _ in iter(lambda: listener.saying, False)]


async def test_what_was_said_is_said_again_when_the_speaker_has_finished() -> None:
    listener = Listener()
    speech = list(chime()[:20])
    tell(listener, [SILENCE] * 50)
    tell(listener, speech)
    assert not listener.saying
    tell(listener, PAUSE)
    again = await said(listener)
    first = again.index(speech[0])
    assert again[first : first + len(speech)] == speech
    assert len(again) < len(speech) + len(PAUSE) + 10
    assert bytes(await listener.recv()) == SILENCE, "and then it is silent"


async def test_nothing_is_answered_to_silence() -> None:
    listener = Listener()
    tell(listener, [SILENCE] * 500)
    assert not listener.saying


async def test_whoever_goes_on_speaking_is_answered_all_the_same() -> None:
    listener = Listener()
    tell(listener, [chime()[3]] * round(LONGEST_S / PACKET_S + 20))
    assert listener.saying


async def test_it_does_not_hear_itself_while_it_speaks() -> None:
    listener = Listener([SILENCE] * 5)
    tell(listener, [*chime(), *PAUSE])
    assert len(await said(listener)) == 5


async def test_what_is_no_sound_is_not_kept() -> None:
    listener = Listener()
    tell(listener, [b"", b"\x03", bytes(MAX_PAYLOAD_BYTES + 1)] * 500)
    assert not listener.saying


async def test_packets_go_out_as_fast_as_they_last() -> None:
    listener, loop = Listener(), asyncio.get_running_loop()
    began_s = loop.time()
    stamps = [(await listener.recv()).pts for _ in range(6)]
    assert stamps == [960 * at for at in range(6)]
    assert loop.time() - began_s > 5 * PACKET_S * 0.9


def test_letters_have_their_size_and_what_is_unknown_is_a_gap() -> None:
    assert dots("AB", 3).shape == (HIGH * 3, 2 * (WIDE + 1) * 3)
    assert not dots("é", 1).any()
    assert dots("", 1).shape[0] == HIGH


def test_the_picture_moves_and_shows_the_time() -> None:
    still = draw("Practice room", "listening", NOON, 0.0)
    assert still.shape == (HEIGHT * 3 // 2, WIDTH)
    assert not np.array_equal(still, draw("Practice room", "listening", NOON, 0.5)), "the ball"
    assert not np.array_equal(still, draw("Practice room", "listening", NOON.replace(second=1), 0.0))
    assert not np.array_equal(still, draw("Another room", "listening", NOON, 0.0))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_fit_into_the_picture(room: str, state: str) -> None:
    assert draw(room, state, NOON, 0.0).shape == (HEIGHT * 3 // 2, WIDTH)


async def test_a_rung_without_video_pauses_the_picture() -> None:
    picture = Picture("room", lambda: "")
    await picture.recv()
    picture.follow("voice")
    waiting = asyncio.create_task(picture.recv())
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done
    picture.follow("low")
    async with asyncio.timeout(5):
        assert (await waiting).width == WIDTH
