"""What a bot shows and says, and what it hears and sees: a tone, a colour, and their measurement.

Not here: the connection (`participant`).
"""

from __future__ import annotations

import asyncio
import fractions
import time
from typing import Final

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

RATE_HZ: Final = 48_000
SAMPLES: Final = 960
"""20 ms, Opus' usual packet (RFC 7587, section 4.2)."""
FRAMES_PER_S: Final = 10
WIDTH, HEIGHT = 160, 120
VIDEO_CLOCK: Final = 90_000


class Tone(MediaStreamTrack):
    """A sine of `hz`, in real time."""

    kind = "audio"

    def __init__(self, hz: float) -> None:
        super().__init__()
        self._hz = hz
        self._sent = 0
        self._began_s = time.monotonic()

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(self._began_s + self._sent / RATE_HZ - time.monotonic())
        at = np.arange(self._sent, self._sent + SAMPLES)
        wave = (np.sin(2 * np.pi * self._hz * at / RATE_HZ) * 8000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._sent, fractions.Fraction(1, RATE_HZ)
        self._sent += SAMPLES
        return frame


class Colour(MediaStreamTrack):
    """One colour (red, green, blue), in real time."""

    kind = "video"

    def __init__(self, rgb: tuple[int, int, int]) -> None:
        super().__init__()
        self._picture = np.full((HEIGHT, WIDTH, 3), rgb, dtype=np.uint8)
        self._sent = 0
        self._began_s = time.monotonic()

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(self._began_s + self._sent / FRAMES_PER_S - time.monotonic())
        frame = VideoFrame.from_ndarray(self._picture, format="rgb24")
        frame.pts, frame.time_base = (
            self._sent * VIDEO_CLOCK // FRAMES_PER_S,
            fractions.Fraction(1, VIDEO_CLOCK),
        )
        self._sent += 1
        return frame


class Ear:
    """The last second of what was heard."""

    def __init__(self) -> None:
        self._heard: list[NDArray[np.int16]] = []

    async def listen(self, track: MediaStreamTrack) -> None:
        """Until the track ends; a track nobody reads fills the memory."""
        while isinstance(frame := await _next(track), AudioFrame):
            samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
            self._heard = [*self._heard, samples.astype(np.int16)][-RATE_HZ // SAMPLES :]

    @property
    def seconds(self) -> float:
        return sum(map(len, self._heard)) / RATE_HZ

    def loudness(self) -> float:
        """Root mean square of the samples; the tone's own is 5657."""
        return float(np.sqrt(np.mean(self._samples().astype(float) ** 2)))

    def pitch_hz(self) -> float:
        """The strongest frequency."""
        samples = self._samples().astype(float)
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return float(np.argmax(spectrum) * RATE_HZ / len(samples))

    def _samples(self) -> NDArray[np.int16]:
        return np.concatenate(self._heard)


class Eye:
    """How many pictures were seen, and the mean colour of the last."""

    def __init__(self) -> None:
        self.pictures = 0
        self.colour = (0.0, 0.0, 0.0)

    async def look(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        while isinstance(frame := await _next(track), VideoFrame):
            self.pictures += 1
            red, green, blue = frame.to_ndarray(format="rgb24").mean(axis=(0, 1))
            self.colour = (float(red), float(green), float(blue))


async def _next(track: MediaStreamTrack) -> object:
    """The next frame, None at the track's end."""
    try:
        return await track.recv()
    except MediaStreamError:
        return None
