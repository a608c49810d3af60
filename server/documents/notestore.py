"""What the shared notes ask of the database, and what they answer a participant.

Not here: the SQL (`server.db`) and the messages on the socket (`signalling.protocol`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from signalling.protocol import Role

UPDATE_ID_BYTES: Final = 16
MAX_UPDATE_BYTES: Final = 48 * 1024
"""Of one update without its id; browsers cut long pastes below it."""


class NoteStore(Protocol):
    """The journal of updates and its snapshot, for each session. Any error it raises is tried again."""

    async def append_note(
        self, session_id: str, role: Role, update_id: bytes, data: bytes
    ) -> tuple[int, bool]:
        """Return (sequence number, fresh) once the row is on disk (`synchronous=FULL`).

        Numbers count from 1 in each session, in the order of commits. An `update_id` already there
        is not stored again: it answers with its own number and fresh = False.
        """

    async def note_state(
        self, session_id: str, after_seq: int
    ) -> tuple[int, bytes | None, Sequence[tuple[int, bytes]]]:
        """Return (snapshot's number or 0, snapshot, rows), as of one moment.

        The snapshot is left out (None) when `after_seq` is not behind it. The rows are those beyond
        both, ascending, without the quarantined ones.
        """

    async def save_snapshot(self, session_id: str, up_to_seq: int, data: bytes, text: str) -> None:
        """Keep the compacted document and its text; rows up to that number are no longer needed."""

    async def quarantine_note(self, session_id: str, seq: int, why: str) -> None:
        """Set an update aside: kept for the operator, never handed out again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The update is on disk. `id` is the sender's, in the form of a UUID."""

    id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A stable id and a sentence that says what to do next. `id` is the update's, if it had one."""

    error: str
    sentence: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """Updates were taken back: the whole document without them, for the browsers that hold them.

    `role` is the seat to tell, None for both. `seq` and `data` are the frame that follows `note_reset`.
    """

    refused: Refused
    role: Role | None
    seq: int
    data: bytes


SENTENCES: Final = {
    "note.malformed": "A change to the notes could not be used. Your text is kept; go on writing.",
    "note.full": "The shared notes are full. Shorten them; what did not fit is kept beside them.",
    "note.too_big": "This change is too long to be sent at once. Paste it in smaller pieces.",
    "note.unsaved": "The notes are not saved yet. This browser keeps them and sends them again by itself.",
}
"""`note.unsaved` passes; the others are final for the update they answer."""


def refuse(error: str, update_id: bytes | None = None) -> Refused:
    """The refusal with its sentence."""
    return Refused(error, SENTENCES[error], as_uuid(update_id) if update_id else None)


def as_uuid(update_id: bytes) -> str:
    """Sixteen bytes in the form the text messages use."""
    digits = update_id.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
