"""A call that loses its way finds another: a new address, UDP blocked, the server away, IPv6 alone.

Times run from the change to the first sound after the silence. They are printed with the load (`pytest -rP`);
what is promised of them is measured by `python -m bench paths`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import expect

from tests.netlab import turnserver
from tests.netlab.lab import Lab, now_ms
from tests.netlab.load import Load
from tests.netlab.opening import a_lab
from tests.netlab.paths import LEAD_MS, heard_again, way
from tests.netlab.product import Session, a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(150)]

SETTLED_MS = LEAD_MS + 1_000
"""Enough sound to see where a silence begins; how good the call is by then is no matter here."""


@pytest.fixture
async def session(lab: Lab, tmp_path: Path) -> AsyncIterator[Session]:
    async with a_session(lab, tmp_path, settled_ms=SETTLED_MS) as session:
        yield session


async def test_a_new_address_is_found_on_either_side(session: Session) -> None:
    for mover in ("b", "a"):
        load, moved_ms = Load(), session.lab.network.move(mover)
        heard = await heard_again(session, moved_ms, within_ms=10_000)
        print(f"{mover} moved: heard again after {heard} ms ({session.lab.conditions(load)})")
        for person in session.people:
            await person.wait_for("data-link", "connected", within_ms=5_000)
        assert all(person.watch.value("data-phone") == "hidden" for person in session.people)


async def test_the_screen_says_that_it_reconnects_and_stops_saying_so(session: Session) -> None:
    moved_ms = session.lab.network.move("a")
    for person in session.people:
        await person.wait_for("data-link", "interrupted", within_ms=3_000, since_ms=moved_ms)
    notice = session.ann.page.get_by_text("Reconnecting (", exact=False).first
    await expect(notice).to_be_visible()
    await expect(notice).to_be_hidden(timeout=10_000)


async def test_blocked_udp_is_left_for_the_relay_over_tls(lab: Lab, tmp_path: Path) -> None:
    async with _relayed(lab, tmp_path, "udp", "tls") as session:
        assert [await way(person) for person in session.people] == ["host", "host"]
        load, blocked_ms = Load(), lab.line("a").set(udp_blocked=True)
        heard = await heard_again(session, blocked_ms, within_ms=15_000)
        print(f"UDP blocked at a: heard again after {heard} ms ({lab.conditions(load)})")
        assert await way(session.ann) == "relay/tls"


async def test_a_call_over_ipv6_alone(tmp_path: Path) -> None:
    async with a_lab(tmp_path, family=6) as lab, a_session(lab, tmp_path, settled_ms=0) as session:
        since_ms = now_ms()
        for person in session.people:
            assert await way(person) == "host"
            assert await person.hearing.reach(since_ms + 3_000, within_ms=6_000)
            assert person.hearing.sounds(since_ms, since_ms + 3_000)


@asynccontextmanager
async def _relayed(
    lab: Lab, folder: Path, *transports: Literal["udp", "tcp", "tls"], **settings: str
) -> AsyncIterator[Session]:
    """A call with coturn beside the server."""
    if reason := turnserver.missing():
        pytest.skip(reason)
    async with AsyncExitStack() as stack:
        relay = await stack.enter_async_context(turnserver.relay(lab.server, folder))
        given = relay.settings(*transports) | settings
        yield await stack.enter_async_context(a_session(lab, folder, given, settled_ms=SETTLED_MS))
