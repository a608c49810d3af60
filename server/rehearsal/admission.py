"""Who may take the seat in a rehearsal: whoever has its pass. There are no personal links to it.

Not here: passes (`passes`), caps (`gate`).
"""

from __future__ import annotations

from server.admission import Admission
from server.db.errors import UnavailableError
from server.db.records import SeatKey, SessionView
from server.rehearsal.gate import RehearsalRefusedError
from server.rehearsal.rehearsals import VISITOR, Rehearsals


class RehearsalAdmission(Admission):
    """As `Admission`, for the sockets of rehearsals."""

    def __init__(self, rehearsals: Rehearsals) -> None:
        self._rehearsals = rehearsals

    async def by_link(self, token: str) -> tuple[SeatKey, str] | None:
        return None

    async def by_cookie(self, session_id: str, role: str, cookie: str) -> SessionView | None:
        """The session behind a pass. Raises `UnavailableError` when there is no room for it just now."""
        if role != VISITOR or not cookie:
            return None
        try:
            return await self._rehearsals.enter(session_id, cookie)
        except RehearsalRefusedError as error:
            raise UnavailableError(error.sentence) from error
