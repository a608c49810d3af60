"""The partner's picture: a clock, the room's name, what the partner does, and a ball that shows it is live.

Not here: when it is sent (`partner`). 320 by 180, drawn a few times a second.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
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
ROUND_S: Final = 4.0
LATE_S: Final = 1.0


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
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for text, scale, top in ((room, 2, 24), (f"{now:%H:%M:%S}", 5, 58), (state, 2, 108)):
        _write(mask, text, scale, top)
    angle = 2 * math.pi * since_s / ROUND_S
    middle = WIDTH / 2 + math.sin(angle) * 110, 152.0
    down, along = np.ogrid[:HEIGHT, :WIDTH]
    ball = (along - middle[0]) ** 2 + (down - middle[1]) ** 2 <= BALL_RADIUS**2
    y = np.where(ball, BALL[0], np.where(mask, INK[0], GROUND[0]))
    small, small_ball = mask[::2, ::2], ball[::2, ::2]
    u, v = (
        np.where(small_ball, BALL[part], np.where(small, INK[part], GROUND[part])).reshape(-1, WIDTH)
        for part in (1, 2)
    )
    return np.vstack([y, u, v]).astype(np.uint8)


def _write(mask: NDArray[np.bool_], text: str, scale: int, top: int) -> None:
    """In the middle; what is too wide is cut."""
    found = dots(text, scale)[:, : WIDTH - 8]
    left = (WIDTH - found.shape[1]) // 2
    mask[top : top + HIGH * scale, left : left + found.shape[1]] |= found
