"""What a participant hears and says: recorded in the page, behind the jitter buffer and at the microphone.

Works on any page (`hearing.js` hooks its peer connections). Times are milliseconds since the epoch.
Scoring is `score.py`'s business.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.async_api import BrowserContext
from scipy.signal import resample_poly

from tests.netlab.speech import RATE, Pcm

SCRIPT = Path(__file__).with_suffix(".js")
DRIFT_MS = 100
"""Frames carry the time of their arrival; up to this much off they are taken to follow on directly."""

FRAME_MS = 20
FRAME = RATE * FRAME_MS // 1000
AUDIBLE = 0.003
"""Root mean square of a frame that is heard: 26 dB below the talkers' loudness."""

PAUSE_MS = 450


@dataclass(slots=True)
class Stretch:
    """Samples that were played without a hole, from a moment on."""

    at_ms: float
    rate: int
    pieces: list[npt.NDArray[np.int16]] = field(default_factory=list)
    length: int = 0

    @property
    def end_ms(self) -> float:
        return self.at_ms + self.length * 1000 / self.rate

    def add(self, piece: npt.NDArray[np.int16]) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def without(self, start_ms: float, end_ms: float) -> list[Stretch]:
        """What is left of it when the pieces between two moments are taken out; itself where none is."""
        at_ms, kept = self.at_ms, [Stretch(self.at_ms, self.rate)]
        for piece in self.pieces:
            until_ms = at_ms + len(piece) * 1000 / self.rate
            if at_ms >= start_ms and until_ms <= end_ms:
                kept.append(Stretch(until_ms, self.rate))
            else:
                kept[-1].add(piece)
            at_ms = until_ms
        left = [stretch for stretch in kept if stretch.length]
        return [self] if left and left[0].length == self.length else left


@dataclass
class Hearing:
    """All that one participant's pages have played of their peers' voices, and their own microphone."""

    _tracks: dict[str, list[Stretch]] = field(default_factory=dict)
    _own: dict[str, list[Stretch]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def attach(self, context: BrowserContext) -> None:
        """Listen to every page the context opens from now on."""
        await context.expose_binding("netlabHeard", self._take)
        await context.add_init_script(path=SCRIPT)

    def between(self, start_ms: int, end_ms: int) -> Pcm:
        """What was heard from one moment to another, at `RATE`; zeros where nothing was played."""
        return _between(self._tracks, start_ms, end_ms)

    def said(self, start_ms: int, end_ms: int) -> Pcm:
        """What the own microphone gave the page from one moment to another, muted or not, at `RATE`."""
        return _between(self._own, start_ms, end_ms)

    def sounds(self, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """The stretches in which something audible was heard: first and last moment of each.

        Silences shorter than `PAUSE_MS`, the natural pauses of the material, do not divide a stretch.
        """
        heard = self.between(start_ms, end_ms)
        frames = heard[: len(heard) // FRAME * FRAME].reshape(-1, FRAME)
        loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > AUDIBLE) * FRAME_MS + start_ms
        breaks = np.flatnonzero(np.diff(loud) > PAUSE_MS)
        firsts, lasts = (
            loud[np.r_[0, breaks + 1]] if len(loud) else loud,
            loud[np.r_[breaks, -1]] if len(loud) else loud,
        )
        return [(int(first), int(last) + FRAME_MS) for first, last in zip(firsts, lasts, strict=True)]

    def silences(self, start_ms: int, end_ms: int, longer_than_ms: int = 0) -> list[tuple[int, int]]:
        """What lies between two `sounds`: when the last was heard before it, and the first after it."""
        between = [(last, first) for (_, last), (first, _) in pairwise(self.sounds(start_ms, end_ms))]
        return [(last, first) for last, first in between if first - last > longer_than_ms]

    def forget(self, start_ms: int, end_ms: int) -> None:
        """Drop what was recorded between two moments, in half seconds; it is silence from then on."""
        for stretches in (*self._tracks.values(), *self._own.values()):
            stretches[:] = [left for each in stretches for left in each.without(start_ms, end_ms)]

    async def reach(self, end_ms: int, within_ms: int = 3000) -> bool:
        """Wait until the recording covers a moment; False when it does not get there in time."""
        try:
            await asyncio.wait_for(self._covers(end_ms), within_ms / 1000)
        except TimeoutError:
            return False
        return True

    async def _covers(self, end_ms: int) -> None:
        while max((s.end_ms for s in self._stretches()), default=0) < end_ms:
            self._news.clear()
            await self._news.wait()

    def _stretches(self) -> Iterator[Stretch]:
        return _all(self._tracks)

    def _take(self, _source: object, chunk: dict[str, Any]) -> None:
        stretches = (self._own if chunk["own"] else self._tracks).setdefault(chunk["track"], [])
        if not stretches or abs(stretches[-1].end_ms - chunk["atMs"]) > DRIFT_MS:
            stretches.append(Stretch(chunk["atMs"], chunk["rate"]))
        stretches[-1].add(np.frombuffer(base64.b64decode(chunk["pcm"]), dtype="<i2"))
        self._news.set()


def _all(tracks: dict[str, list[Stretch]]) -> Iterator[Stretch]:
    return (stretch for stretches in tracks.values() for stretch in stretches)


def _between(tracks: dict[str, list[Stretch]], start_ms: int, end_ms: int) -> Pcm:
    mixed = np.zeros((end_ms - start_ms) * RATE // 1000)
    for stretch in _all(tracks):
        if stretch.end_ms > start_ms and stretch.at_ms < end_ms:
            _mix(mixed, _at_rate(stretch), int((stretch.at_ms - start_ms) * RATE / 1000))
    return mixed


def _at_rate(stretch: Stretch) -> Pcm:
    samples = np.concatenate(stretch.pieces).astype(np.float64) / 32768
    return np.asarray(resample_poly(samples, RATE, stretch.rate))


def _mix(into: Pcm, samples: Pcm, at: int) -> None:
    first, last = max(0, at), min(len(into), at + len(samples))
    into[first:last] += samples[first - at : last - at]
