"""Who may take which seat: the one place where a link or a cookie becomes a right.

Not here: making links and cookies (`seats`), answering (`pages.join`, `pages.call`, `socket`).
"""

from __future__ import annotations

from server.db.records import Clock, SeatKey, SessionView
from server.db.store import Store
from server.seats import SeatCookies, is_role
from server.tokens import token_hash


class Admission:
    """Asks the store each time, so that a link replaced by another process is dead at the next request."""

    def __init__(self, store: Store, cookies: SeatCookies, clock: Clock) -> None:
        self._store = store
        self._cookies = cookies
        self._clock = clock

    async def by_link(self, token: str) -> tuple[SeatKey, str] | None:
        """The seat a personal link opens, and its cookie; None for an unknown, replaced or expired link."""
        seat = await self._store.sessions.seat_by_link(token_hash(token))
        session = await self._store.sessions.load(seat.session_id) if seat else None
        if seat is None or session is None or self._clock() >= session.closes:
            return None
        return seat, self._cookies.value(seat.session_id, seat.role, seat.generation)

    async def by_cookie(self, session_id: str, role: str, cookie: str) -> SessionView | None:
        """The session whose seat the cookie opens; without a cookie the store is not asked."""
        if not cookie or not is_role(role):
            return None
        session = await self._store.sessions.load(session_id)
        if session is None or self._clock() >= session.closes:
            return None
        seat = session.seat(role)
        fits = self._cookies.opens(cookie, session_id, role, seat.generation)
        return session if fits and seat.link else None
