"""Calls that go through a relay only: what the peer learns of a person's address, which is nothing."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.netlab import turnserver
from tests.netlab.lab import Lab, Participant, now_ms
from tests.netlab.network import Network
from tests.netlab.paths import way
from tests.netlab.product import Server, Session, a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(150)]

ADDRESSES = """async () => {
    const stats = await netlabConnections.at(-1).getStats();
    const remote = [...stats.values()].filter((entry) => entry.type === "remote-candidate");
    return [...new Set(remote.map((entry) => entry.address))];
}"""


@asynccontextmanager
async def relayed(lab: Lab, folder: Path, **settings: str) -> AsyncIterator[Session]:
    if reason := turnserver.missing():
        pytest.skip(reason)
    async with (
        turnserver.relay(lab.server, folder) as relay,
        a_session(lab, folder, relay.settings("udp") | settings, settled_ms=0) as session,
    ):
        yield session


async def test_where_the_operator_says_so_neither_sees_the_others_address(lab: Lab, tmp_path: Path) -> None:
    async with relayed(lab, tmp_path, RINGBACK_RELAY_ONLY="1") as session:
        for person in session.people:
            assert await way(person) == "relay/udp"
            assert await person.page.evaluate(ADDRESSES) == [lab.server.address]
            assert await heard_since(person, now_ms())


async def test_a_person_hides_the_own_address_in_the_lobby(lab: Lab, tmp_path: Path) -> None:
    if reason := turnserver.missing():
        pytest.skip(reason)
    async with turnserver.relay(lab.server, tmp_path) as relay:
        server = Server(lab, tmp_path, relay.settings("udp"))
        try:
            await server.start()
            links = await server.open_session()
            ann, ben = await asyncio.gather(lab.open("a", links["mentor"]), lab.join("b", links["mentee"]))
            await ann.page.get_by_label("Hide my network address from Ben Brook").check()
            await ann.page.locator('[data-action="join"]').click()
            for person in (ann, ben):
                await person.wait_for("data-link", "connected", within_ms=30_000)
                assert await heard_since(person, now_ms())
            assert await way(ann) == "relay/udp"
            assert set(await ben.page.evaluate(ADDRESSES)) == {lab.server.address}
        finally:
            await server.kill()


@pytest.mark.parametrize(
    ("transports", "state"), [(("udp",), "note"), (("udp", "tcp"), "ok"), (("tls",), "wrong")]
)
async def test_the_doctor_tries_every_way_to_the_relay(
    network: Network, tmp_path: Path, transports: tuple[str, ...], state: str
) -> None:
    """The laboratory's certificate is signed by nobody, and the doctor says so as a browser would."""
    if reason := turnserver.missing():
        pytest.skip(reason)
    host = network.hosts["server"]
    async with turnserver.relay(host, tmp_path) as relay:
        settings = {"RINGBACK_DATA": str(tmp_path / "data"), **relay.settings(*transports)}
        process = await asyncio.create_subprocess_exec(
            *host.command(sys.executable, "-m", "server", "doctor", "--json"),
            env=os.environ | settings,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 30)
    findings = [json.loads(line) for line in printed.splitlines()]
    assert [finding["state"] for finding in findings if finding["about"] == "turn"] == [state]


async def heard_since(person: Participant, at_ms: int) -> bool:
    """Whether the person hears the other within the next seconds."""
    await person.hearing.reach(at_ms + 2_000, within_ms=5_000)
    return bool(person.hearing.sounds(at_ms, at_ms + 2_000))
