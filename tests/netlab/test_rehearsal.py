"""Practising alone where no datagram passes: the page reaches the partner by the relay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.netlab import turnserver
from tests.netlab.check import SETTINGS
from tests.netlab.lab import Lab, now_ms
from tests.netlab.paths import way
from tests.netlab.product import Server

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(120)]

CONNECTED_WITHIN_MS = 40_000
HEARD_MS = 4_000


async def test_where_udp_is_blocked_the_partner_is_heard_by_the_relay(lab: Lab, tmp_path: Path) -> None:
    if reason := turnserver.missing():
        pytest.skip(reason)
    async with turnserver.relay(lab.server, tmp_path) as relay:
        server = Server(lab, tmp_path, relay.settings("udp", "tcp", "tls") | SETTINGS)
        try:
            await server.start()
            links = await server.open_session()
            lab.line("a").set(udp_blocked=True)
            ann = await lab.open("a", links["mentor"])
            await ann.page.get_by_role("link", name="Practise alone first").click()
            await ann.page.wait_for_url("**/rehearsal/**")
            await ann.page.locator('[data-action="join"]').click()
            await ann.wait_for("data-link", "connected", within_ms=CONNECTED_WITHIN_MS)
            assert await way(ann) in ("relay/tcp", "relay/tls")
            since_ms = now_ms()
            await ann.hearing.reach(since_ms + HEARD_MS, within_ms=3 * HEARD_MS)
            assert ann.hearing.between(since_ms, since_ms + HEARD_MS).any(), "one's own words, or the chime"
        finally:
            await server.kill()
