"""How loud a packet of speech is. The page sends no levels beside its packets: they would cost a thin line.

Not here: what follows from it (`listener`). Samples are looked at and dropped.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.packet import Packet

from server.media.opus import RATE_HZ

SILENT_DBOV: Final = 127
"""As RFC 6464 has it: 0 is the loudest, 127 silence."""
FULL: Final = 32_768.0


class Loudness:
    """One decoder, for one voice. A packet takes 0.1 ms."""

    def __init__(self) -> None:
        codec = CodecContext.create("libopus", "r")
        assert isinstance(codec, AudioCodecContext)  # noqa: S101 - what libopus is
        codec.sample_rate, codec.format, codec.layout = RATE_HZ, "s16", "mono"
        self._codec = codec

    def level_dbov(self, payload: bytes) -> int:
        """0 to 127, as -dBov; 127 also for what cannot be decoded."""
        try:
            frames = self._codec.decode(Packet(payload))
        except FFmpegError:
            return SILENT_DBOV
        square = max(
            (float(np.mean(np.square(f.to_ndarray().astype(np.float64)))) for f in frames), default=0
        )
        if square <= 0:
            return SILENT_DBOV
        return min(SILENT_DBOV, max(0, round(-10 * math.log10(square / FULL**2))))
