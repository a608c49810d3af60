"""What speech costs on the wire, and what is heard of it all the same when its packets get lost.

Not here: which packets get lost (`line_record`, `simulate.line`). The one place for everybody who reckons
with a call's speech: the connection check's verdict and the model of calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from signalling.ladder_table import TABLE, Audio
from signalling.shared import SHARED

PACKET_BYTES: Final = 68
"""IP, UDP, SRTP and RTP around one packet, between IPv4 and IPv6."""
FEC_FROM_KBPS: Final = 20
"""Opus has no in-band FEC worth the name below."""
FEC_SHARE: Final = 0.5
"""Of a lost packet's sound, where the next one brings it by in-band FEC."""
HEARD_SHARE: Final = 0.65
"""Of the time there is sound; concealed silence is not counted. With it half of all packets lost and one
copy give 16 % of concealment, where Chromium showed 15.5 and 12.5."""


def wire_kbps(audio: Audio) -> float:
    """Of speech, with headers and copies."""
    return audio.kbps * (1 + audio.copies) + PACKET_BYTES * 8 / audio.packet_ms


def distances(audio: Audio) -> Sequence[int]:
    """How many packets after a packet its copies come."""
    return SHARED.copies_at[: audio.copies]


def has_fec(audio: Audio) -> bool:
    """In-band FEC is asked for where there are no copies, and only there (`webclient/src/sdp.ts`)."""
    return not audio.copies and audio.kbps >= FEC_FROM_KBPS


def cushion_ms(loss_pm: int) -> int:
    """How long speech is made to wait at least by a listener who misses so much of it."""
    return SHARED.cushion_ms if loss_pm >= TABLE.limit("lossy") else 0


def repaired(audio: Audio, run: int, loss: float) -> float:
    """Of `run` packets lost in a row, how many are heard all the same where `loss` of all are lost.

    The packet after the run arrives, and a copy in it; copies in later ones may be lost as well. Without
    copies in-band FEC brings a part of the last packet.
    """
    if not audio.copies:
        return FEC_SHARE if has_fec(audio) else 0.0
    later = distances(audio)
    return sum(
        1.0 if after in later else 1 - loss ** sum(distance > after for distance in later)
        for after in range(1, run + 1)
    )
