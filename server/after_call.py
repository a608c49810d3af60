"""How the call went, told on the pages of a session that is over.

Not here: what there is to tell (`server.call_story`), the same in the mail (`server.summaries`).
"""

from __future__ import annotations

from server.call_story import story, told
from server.db.store import Store
from server.live import Live
from signalling.protocol import CallTold


class AfterCall:
    """Tells it again when a late part of the record changes it."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.sessions

    async def tell(self, live: Live) -> None:
        """To both pages that are still there, once the two have met and the session is over."""
        if not (live.room.facts.ended and live.room.facts.met and live.seated()):
            return
        if facts := await self._sessions.call_facts(live.id):
            for connection in live.seated():
                connection.send(CallTold(sentence=told(story(facts))))
