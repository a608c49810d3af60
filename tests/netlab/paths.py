"""Another way for a call: how soon both are heard again after an address went or UDP was blocked.

Not here: how the way is taken away (`Network.move`, `Line.set`), what is promised of it (`bench.paths`).
"""

from __future__ import annotations

import asyncio

from tests.netlab.lab import Participant, now_ms
from tests.netlab.product import Session

SILENCE_MS = 600
"""Longer than the pauses of the material."""
LEAD_MS = 3_000
"""Sound from before the change that shows where the silence begins."""


async def heard_again(session: Session, since_ms: int, within_ms: int) -> dict[str, int]:
    """Milliseconds from a moment until each heard the other again, after the silence that followed."""
    ann, ben = await asyncio.gather(*(_heard_again(each, since_ms, within_ms) for each in session.people))
    return {"ann": ann, "ben": ben}


async def _heard_again(person: Participant, since_ms: int, within_ms: int) -> int:
    until_ms = since_ms + within_ms
    while now_ms() < until_ms + 1_000:
        heard_to_ms = min(now_ms(), until_ms)
        for _, first_ms in person.hearing.silences(since_ms - LEAD_MS, heard_to_ms, SILENCE_MS):
            if first_ms > since_ms:
                return first_ms - since_ms
        await person.hearing.reach(now_ms(), within_ms=1_000)
    raise AssertionError(f"{person.name} did not hear anything again within {within_ms} ms")


async def way(person: Participant) -> str:
    """How the person's media travels: `host`, `srflx`, `prflx`, or as `relay/tls`."""
    found: str = await person.page.evaluate(
        """async () => {
            const connection = netlabConnections.findLast((each) => each.connectionState !== "closed");
            const stats = await connection.getStats();
            const transport = [...stats.values()].find((entry) => entry.type === "transport");
            const pair = stats.get(transport.selectedCandidatePairId);
            const local = stats.get(pair.localCandidateId);
            return local.candidateType + (local.relayProtocol ? `/${local.relayProtocol}` : "");
        }"""
    )
    return found
