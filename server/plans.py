"""The backup plan as one of the two may see it.

Not here: changing it (`server.db.panels`). A number is composed for its owner, and for the peer only
while the owner consents; it goes out on that person's own connection and nowhere else.
"""

from __future__ import annotations

from typing import Final

import segno

from server.db.records import SessionView
from server.db.store import Store
from server.live import Live
from server.numbers import shown, tel_uri
from signalling.protocol import OwnNumber, PeerNumber, Plan, Role
from signalling.room import PEER_OF

ERROR_CORRECTION: Final = "m"
"""15 % of the symbol may be unreadable (ISO/IEC 18004): a screen photographed by a telephone."""


async def plan_for(store: Store, session: SessionView, role: Role) -> Plan:
    """The plan of the session's pair for the reader in this seat."""
    peer = PEER_OF[role]
    mine = await store.people.number(session.person(role).id)
    theirs = await store.people.number(session.person(peer).id) if session.granted(peer) else None
    return Plan(
        rings=session.partnership.rings,
        mine=OwnNumber(number=shown(mine), granted=session.granted(role)) if mine else None,
        theirs=PeerNumber(number=shown(theirs), tel=tel_uri(theirs), qr=qr_rows(tel_uri(theirs)))
        if theirs
        else None,
    )


def record_shown(store: Store, live: Live, reader: Role, plan: Plan) -> None:
    """The reader has been given this plan: it is on record when the peer's number is in it."""
    if plan.theirs is not None:
        live.desk.put(lambda: store.sessions.number_shown(live.id, reader))


def qr_rows(text: str) -> list[str]:
    """A QR code as rows of 0 and 1, 1 is dark; without the quiet zone of 4 that a screen has to add."""
    code = segno.make(text, error=ERROR_CORRECTION, micro=False)
    return ["".join("1" if dark else "0" for dark in row) for row in code.matrix]
