"""Where a relay lets people reach: `ringback doctor` finds out by asking, from the relay as Debian has it.

It runs on loopback, and no network namespace is needed but for the one test on an address of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from server.config import load
from server.doctor import relay, turn
from server.doctor.finding import Finding
from server.doctor.peers import FORBIDDEN
from tests.netlab import turnserver
from tests.netlab.network import Network

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(60)]

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("relay-ip=127.0.0.1", "relay-ip=::1", "no-tls", "no-dtls", "no-cli", "fingerprint")
DENIED = tuple(f"denied-peer-ip={each.denied}" for each in FORBIDDEN)
NO_TCP = "no-tcp-relay"


@pytest.fixture(autouse=True)
def coturn() -> None:
    if reason := turnserver.missing():
        pytest.skip(reason)


async def look(folder: Path, *lines: str) -> Finding:
    """What the doctor says of a relay with these settings."""
    async with turnserver.relay_with(lines, folder) as settings:
        return await relay.relay(load({"RINGBACK_DATA": str(folder / "data"), **settings}))


async def test_a_relay_as_it_comes_is_wrong_and_each_address_is_named_with_what_closes_it(
    tmp_path: Path,
) -> None:
    finding = await look(tmp_path, *BOTH, NO_TCP)
    assert finding.state == "wrong"
    for address in ("10.0.0.1", "169.254.169.254", "224.0.0.251", "::ffff:127.0.0.1", "fd00::1", "fe80::1"):
        assert f" {address} (" in finding.found
    for closing in ("10.0.0.0-10.255.255.255", "::ffff:0:0-::ffff:ffff:ffff", "ff00::-ffff:"):
        assert f"denied-peer-ip={closing}" in finding.advice
    for closed in ("127.0.0.1", "0.0.0.0", "::1"):
        assert f" {closed} (" not in finding.found, "coturn refuses these by itself"
    assert "TCP" not in finding.found


@pytest.mark.parametrize("file", ["compose.yaml", "docs/running.md"])
async def test_the_settings_we_give_refuse_every_address_and_relay_elsewhere(
    tmp_path: Path, file: str
) -> None:
    lines = [
        line for line in turnserver.settings_in(ROOT / file) if not line.startswith(("tls-", "cert", "pkey"))
    ]
    finding = await look(tmp_path, *lines, *BOTH)
    assert (finding.state, finding.advice) == ("ok", "")
    assert f"all of {sum(len(each.tried) for each in FORBIDDEN)} addresses" in finding.found


async def test_one_range_left_out_is_the_one_that_is_named(tmp_path: Path) -> None:
    for left_out in ("169.254.0.0-", "fc00::-"):
        lines = [line for line in DENIED if left_out not in line]
        finding = await look(tmp_path, *BOTH, NO_TCP, *lines)
        assert finding.advice.count("denied-peer-ip=") == 1
        assert f"denied-peer-ip={left_out}" in finding.advice


async def test_a_relay_that_refuses_everybody_is_wrong(tmp_path: Path) -> None:
    """A range that begins with :: denies all of IPv4 as well."""
    finding = await look(tmp_path, *BOTH, NO_TCP, *DENIED, "denied-peer-ip=::-::ffff:ffff:ffff")
    assert finding.state == "wrong"
    assert "no call gets through" in finding.found
    assert "::1" in finding.advice


async def test_a_relay_for_tcp_is_wrong(tmp_path: Path) -> None:
    finding = await look(tmp_path, *BOTH, *DENIED)
    assert (finding.state, "no-tcp-relay" in finding.advice) == ("wrong", True)
    assert "opens TCP connections" in finding.found


async def test_a_relay_without_ipv6_is_looked_at_for_what_it_has(tmp_path: Path) -> None:
    assert (await look(tmp_path, "relay-ip=127.0.0.1", "no-tls", "no-cli", NO_TCP, *DENIED)).state == "ok"


async def test_a_relay_behind_address_translation_that_refuses_itself_is_wrong(tmp_path: Path) -> None:
    lines = (*BOTH, NO_TCP, *DENIED, "external-ip=192.0.2.7/127.0.0.1")
    finding = await look(tmp_path, *lines)
    assert (finding.state, "allowed-peer-ip" in finding.advice) == ("wrong", True)
    assert "refuses its own address 192.0.2.7" in finding.found


async def test_what_the_relay_says_it_is_is_judged(tmp_path: Path) -> None:
    async with turnserver.relay_with([*BOTH, NO_TCP], tmp_path) as settings:
        finding = await turn.software(load({"RINGBACK_DATA": str(tmp_path / "data"), **settings}))
    assert "oturn" in finding.found or "does not say" in finding.found


@pytest.mark.parametrize(("allowed", "state"), [(False, "wrong"), (True, "ok")])
async def test_two_relayed_people_reach_each_other_where_the_relays_own_address_is_allowed(
    network: Network, tmp_path: Path, allowed: bool, state: str
) -> None:
    """The laboratory's addresses are among those denied, as a relay's within a company's network would be."""
    host = network.hosts["server"]
    more = [word for each in FORBIDDEN for word in ("--denied-peer-ip", each.denied)]
    more += ["--allowed-peer-ip", host.address] * allowed
    async with turnserver.relay(host, tmp_path, *more) as running:
        settings = {"RINGBACK_DATA": str(tmp_path / "data"), **running.settings("udp", "tcp")}
        process = await asyncio.create_subprocess_exec(
            *host.command(sys.executable, "-m", "server", "doctor", "--json"),
            env=os.environ | settings,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 30)
    [finding] = [each for each in map(json.loads, printed.splitlines()) if each["about"] == "relay"]
    assert (finding["state"], "its own address" in finding["found"]) == (state, not allowed)
