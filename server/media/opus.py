"""What an Opus packet says of itself, and one that is silence: enough to send packets on without decoding.

Not here: encoding (`chime`). RFC 6716, section 3.1.
"""

from __future__ import annotations

from typing import Final

RATE_HZ: Final = 48_000
SILENCE: Final = b"\xf8\xff\xfe"
"""20 ms of nothing, mono, fullband."""
MAX_SAMPLES: Final = 5760
"""A packet holds 120 ms at most (RFC 6716, section 3.2.5)."""

_SILK: Final = (480, 960, 1920, 2880)
_HYBRID: Final = (480, 960)
_CELT: Final = (120, 240, 480, 960)


def samples(payload: bytes) -> int:
    """How long a packet lasts, in samples at 48 kHz. Raises `ValueError` for what is no Opus packet."""
    if not payload:
        raise ValueError("an empty packet")
    config, code = payload[0] >> 3, payload[0] & 3
    if config < 12:
        frame = _SILK[config % 4]
    elif config < 16:
        frame = _HYBRID[config % 2]
    else:
        frame = _CELT[config % 4]
    if code == 3 and len(payload) < 2:
        raise ValueError("a packet without its count of frames")
    count = (1, 2, 2, payload[1] & 0x3F if code == 3 else 0)[code]
    if not 0 < count * frame <= MAX_SAMPLES:
        raise ValueError("a packet of impossible length")
    return count * frame
