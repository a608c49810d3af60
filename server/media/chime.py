"""Three notes, encoded once: who has no microphone hears that there is somebody.

Not here: when they are played (`listener`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from av import AudioFrame
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext

from server.media.opus import RATE_HZ

NOTES_HZ: Final = (392.0, 494.0, 587.0)
NOTE_S: Final = 0.35
PEAK: Final = 6000
"""Of 32,767: a calm voice's."""
SAMPLES: Final = 960


@cache
def chime() -> tuple[bytes, ...]:
    """Opus packets of 20 ms."""
    codec = CodecContext.create("libopus", "w")
    assert isinstance(codec, AudioCodecContext)  # noqa: S101 - what libopus is
    codec.bit_rate, codec.sample_rate = 24_000, RATE_HZ
    codec.format, codec.layout = "s16", "mono"
    at_s = np.arange(int(NOTE_S * RATE_HZ)) / RATE_HZ
    fades = np.minimum(1, at_s * 40) * np.exp(-at_s * 6)
    wave = np.concatenate([np.sin(2 * np.pi * hz * at_s) * fades for hz in NOTES_HZ]) * PEAK
    packets: list[bytes] = []
    for start in range(0, len(wave) - SAMPLES + 1, SAMPLES):
        piece = wave[start : start + SAMPLES].astype(np.int16).reshape(1, -1)
        frame = AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, start
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return tuple(packets + [bytes(packet) for packet in codec.encode(None)])
