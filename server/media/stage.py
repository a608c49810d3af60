"""The server's side of partners: who plays in which rehearsal, and who hears what they say.

Not here: the process they play in (`supervisor`), the room they play for (`server.rehearsal`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.media.shaper import LineName
from server.media.wire import Dismiss, Left, Play, Reply, Request, Said, Shape, Tell


@dataclass(frozen=True)
class Part:
    """What a partner's words and its end lead to."""

    said: Callable[[str], None]
    left: Callable[[], None]


class Stage:
    """`send` hands a request to the worker that lives."""

    def __init__(self, send: Callable[[Request], None]) -> None:
        self._send = send
        self._parts: dict[str, Part] = {}

    def play(self, play: Play, part: Part) -> None:
        """Let a partner begin; the worker has to be ready."""
        self._parts[play.rehearsal] = part
        self._send(play)

    def tell(self, rehearsal: str, frame: str) -> None:
        """A frame of the room's, for the partner."""
        if rehearsal in self._parts:
            self._send(Tell(rehearsal, frame))

    def shape(self, rehearsal: str, line: LineName) -> None:
        """Make the partner's line another."""
        if rehearsal in self._parts:
            self._send(Shape(rehearsal, line))

    def dismiss(self, rehearsal: str) -> None:
        """The rehearsal is over."""
        if self._parts.pop(rehearsal, None):
            self._send(Dismiss(rehearsal))

    def hear(self, reply: Reply) -> None:
        """What the worker says of partners."""
        match reply:
            case Said(rehearsal, frame) if rehearsal in self._parts:
                self._parts[rehearsal].said(frame)
            case Left(rehearsal) if rehearsal in self._parts:
                self._parts.pop(rehearsal).left()
            case _:
                pass

    def lose(self) -> None:
        """The worker is gone, and everybody with it."""
        parts, self._parts = self._parts, {}
        for part in parts.values():
            part.left()
