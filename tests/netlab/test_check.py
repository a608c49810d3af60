"""A connection check by a real browser on a bad line: the verdict names the rung and the remedy.

Each verdict is compared with what was done to the line; loss by chance may stray by four standard deviations.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from signalling.ladder_table import TABLE
from tests.netlab import turnserver
from tests.netlab.check import SETTINGS, diagnostics, keep_results, reach, start, told
from tests.netlab.lab import Lab
from tests.netlab.opening import a_lab
from tests.netlab.product import Server

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serving(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A server and Ann's browser, for all lines one after another."""
    folder = tmp_path_factory.mktemp("check")
    async with a_lab(folder) as lab:
        server = Server(lab, folder, SETTINGS)
        try:
            await asyncio.gather(server.start(), lab.browser("a"))
            yield lab
        finally:
            await server.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def page(serving: Lab) -> AsyncIterator[Page]:
    """The open check page in a fresh profile of Ann's browser, on a line that is clean before and after."""
    origin = serving.server_origin
    ann = await serving.open("a", f"{origin}/")
    try:
        await keep_results(ann.page)
        await ann.page.goto(f"{origin}/check")
        yield ann.page
    finally:
        await ann.page.context.close()
        serving.line("a").clear()


async def verdict(page: Page) -> dict[str, Any]:
    await start(page)
    return await told(page)


def apart(rung: str, wanted: str) -> int:
    """How many rungs lie between the two."""
    return abs(TABLE.index(rung) - TABLE.index(wanted))


def deviation_pm(packets: int, loss_pm: int, burst: int = 1, **_: int) -> float:
    """Standard deviation of the share lost of so many packets (Gilbert's model: losses come in a row)."""
    lost = loss_pm / 1000
    ends = 1 / burst if burst > 1 else 1 - lost
    begins = ends * lost / (1 - lost)
    lasting = 1 - ends - begins
    return 1000 * math.sqrt(lost * (1 - lost) / packets * (1 + lasting) / (1 - lasting))


@pytest.mark.parametrize(
    ("line", "rung", "remedies"),
    [
        ({}, "hd", {"none"}),
        ({"rate_kbps": 500}, "sd", {"none"}),
        ({"rate_kbps": 250}, "low", {"voice_first"}),
        ({"loss_pm": 250, "burst": 3}, "low", {"nearer"}),
        ({"delay_ms": 100, "jitter_ms": 25, "loss_pm": 50}, "sd", {"none", "nearer"}),
    ],
    ids=lambda value: str(value),
)
async def test_the_verdict_names_the_rung_within_one_and_the_remedy(
    serving: Lab, page: Page, line: dict[str, Any], rung: str, remedies: set[str]
) -> None:
    serving.line("a").set(**line)
    told = await verdict(page)
    print(f"{line}: {told}")
    assert apart(told["rung"], rung) <= 1
    assert told["remedy"] in remedies
    if "loss_pm" in line:
        # Where connecting takes long there are fewer of them.
        packets = (await diagnostics(page))["packets"]
        for way in ("up", "down"):
            within = 4 * deviation_pm(packets[way], **line)
            assert told[way]["lossPm"] == pytest.approx(line["loss_pm"], abs=within)
    if "rate_kbps" in line:
        for way in ("up", "down"):
            assert told[way]["kbps"] == pytest.approx(line["rate_kbps"], rel=0.25)


async def test_where_no_udp_passes_another_network_is_the_remedy(serving: Lab, page: Page) -> None:
    serving.line("a").set(udp_blocked=True)
    told = await verdict(page)
    print(f"no UDP: {told}")
    assert (told["readiness"], told["remedy"]) == ("not_ready", "network")


async def test_each_way_to_the_relay_is_tried_for_real(tmp_path: Path) -> None:
    if reason := turnserver.missing():
        pytest.skip(reason)
    async with a_lab(tmp_path) as lab, turnserver.relay(lab.server, tmp_path) as relay:
        server = Server(lab, tmp_path, relay.settings("udp", "tcp", "tls") | SETTINGS)
        try:
            await server.start()
            ann = await lab.open("a", f"{lab.server_origin}/check")
            lab.line("a").set(udp_blocked=True)
            await start(ann.page)
            await reach(ann.page, "done")
            found = await diagnostics(ann.page)
        finally:
            await server.kill()
    print(found)
    assert {each["transport"]: each["ms"] is not None for each in found["relays"]} == {
        "udp": False,
        "tcp": True,
        "tls": True,
    }
    assert found["udp"] is False
    assert found["way"] in {"relay tcp", "relay tls"}
    assert found["packets"]["up"] > 100, "packets are measured by the relay as well"
    assert found["readiness"] != "not_ready"
    assert lab.server.address not in json.dumps(found)
    assert "198.18." not in json.dumps(found)
