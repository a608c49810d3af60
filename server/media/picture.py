"""The partner's picture: a clock, the room's name, what the partner does, and a ball that shows it is live.

Not here: when it is sent (`partner`). 320 by 180, drawn a few times a second.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import VideoFrame
from numpy.typing import NDArray

from server.media.letters import HIGH, dots

WIDTH, HEIGHT = 320, 180
FRAMES_PER_S: Final = {"sd": 12, "low": 8}
"""By rung; none on the others. Of 12 a second libvpx makes 50 kbit/s."""
VIDEO_CLOCK: Final = 90_000
GROUND, INK, BALL = (52, 134, 122), (224, 124, 130), (170, 104, 164)
"""Y, U, V: the dark paper, the light ink and the thread of the page's own colours."""
BALL_RADIUS: Final = 11
BALL_SIDE: Final = 24
BALL_TOP: Final = 140
BALL_AWAY: Final = 110
"""At most, from the middle."""
ROUND_S: Final = 4.0
LATE_S: Final = 1.0
_AWAY = np.arange(BALL_SIDE) - BALL_SIDE // 2
_DISC = _AWAY[:, None] ** 2 + _AWAY[None, :] ** 2 <= BALL_RADIUS**2
DISCS: Final = (_DISC, _DISC[::2, ::2], _DISC[::2, ::2])
"""The ball in each plane."""


class Picture(MediaStreamTrack):
    """The track that the partner sends. `state` is asked for a word under the clock."""

    kind = "video"

    def __init__(self, room: str, state: Callable[[], str]) -> None:
        super().__init__()
        self._room, self._state = room, state
        self._frames_per_s = FRAMES_PER_S["sd"]
        self._shown = asyncio.Event()
        self._shown.set()
        self._began_s = asyncio.get_running_loop().time()
        self._due_s = self._began_s

    def follow(self, rung: str) -> None:
        """Send what a rung has, or pause."""
        if frames_per_s := FRAMES_PER_S.get(rung):
            self._frames_per_s = frames_per_s
            self._shown.set()
        else:
            self._shown.clear()

    async def recv(self) -> VideoFrame:
        """The next picture, in real time."""
        await self._shown.wait()
        now_s = asyncio.get_running_loop().time()
        if now_s - self._due_s > LATE_S:
            self._due_s = now_s
        await asyncio.sleep(self._due_s - now_s)
        if self.readyState != "live":
            raise MediaStreamError
        since_s, self._due_s = self._due_s - self._began_s, self._due_s + 1 / self._frames_per_s
        frame = VideoFrame.from_ndarray(
            draw(self._room, self._state(), datetime.now(UTC), since_s), format="yuv420p"
        )
        frame.pts, frame.time_base = int(since_s * VIDEO_CLOCK), Fraction(1, VIDEO_CLOCK)
        return frame

    def stop(self) -> None:
        super().stop()
        self._shown.set()


def draw(room: str, state: str, now: datetime, since_s: float) -> NDArray[np.uint8]:
    """One picture as planes of Y, U and V under each other, as yuv420p has them."""
    planes = _words(room, f"{now:%H:%M:%S}", state).copy()
    angle = 2 * math.pi * since_s / ROUND_S
    left = 2 * round((WIDTH - BALL_SIDE) / 4 + math.sin(angle) * BALL_AWAY / 2)
    for plane, disc, value in zip(_split(planes), DISCS, BALL, strict=True):
        shrunk = BALL_SIDE // len(disc)
        down, along = BALL_TOP // shrunk, left // shrunk
        plane[down : down + len(disc), along : along + len(disc)][disc] = value
    return planes


@lru_cache(maxsize=8)
def _words(room: str, clock: str, state: str) -> NDArray[np.uint8]:
    """What stays for a second: most of the work. A few partners play at once."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for text, scale, top in ((room, 2, 24), (clock, 5, 58), (state, 2, 108)):
        _write(mask, text, scale, top)
    planes = np.empty((HEIGHT * 3 // 2, WIDTH), dtype=np.uint8)
    for plane, shown, ink, ground in zip(
        _split(planes), (mask, mask[::2, ::2], mask[::2, ::2]), INK, GROUND, strict=True
    ):
        plane[:] = np.where(shown, ink, ground)
    return planes


def _split(planes: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """Y, U and V, to be written into."""
    y, uv = planes[:HEIGHT], planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    return y, uv[0], uv[1]


def _write(mask: NDArray[np.bool_], text: str, scale: int, top: int) -> None:
    """In the middle; what is too wide is cut."""
    found = dots(text, scale)[:, : WIDTH - 8]
    left = (WIDTH - found.shape[1]) // 2
    mask[top : top + HIGH * scale, left : left + found.shape[1]] |= found
