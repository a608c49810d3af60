"""Addresses no relay may reach: named with what closes them, and closed in the settings we give.

Not here: whether coturn obeys (`tests.netlab.test_relay_limits`).
"""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from server.config import load
from server.doctor import relay
from server.doctor.peers import FORBIDDEN, ORDINARY
from server.doctor.relay import Limits, Relay
from tests.netlab.turnserver import settings_in

ROOT = Path(__file__).parent.parent
BENIGN = frozenset({ORDINARY[4], "9.9.9.9"})


def test_what_is_tried_lies_in_its_range_and_nothing_ordinary_does() -> None:
    for each in FORBIDDEN:
        first, last = map(ipaddress.ip_address, each.denied.split("-"))
        for address in map(ipaddress.ip_address, each.tried):
            assert int(first) <= int(address) <= int(last), each
            assert address.version == first.version == last.version
        for ordinary in map(ipaddress.ip_address, ORDINARY.values()):
            assert ordinary.version != first.version or not int(first) <= int(ordinary) <= int(last)


def test_no_range_begins_with_the_address_by_which_coturn_denies_the_other_family_as_well() -> None:
    assert [each.denied for each in FORBIDDEN if each.denied.startswith("::-")] == []


def test_enough_is_tried() -> None:
    tried = {address for each in FORBIDDEN for address in each.tried}
    assert len(tried) >= 30
    assert {"127.0.0.1", "0.0.0.0", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"} <= tried


@pytest.mark.parametrize("file", ["compose.yaml", "docs/running.md"])
def test_the_settings_we_give_deny_exactly_these(file: str) -> None:
    lines = settings_in(ROOT / file)
    assert [line.partition("=")[2] for line in lines if line.startswith("denied-peer-ip=")] == [
        each.denied for each in FORBIDDEN
    ]
    assert {"no-tcp-relay", "use-auth-secret"} <= set(lines)
    assert {"user-quota", "total-quota"} <= {line.partition("=")[0] for line in lines}


def test_the_worst_is_said_first_and_advice_given_once() -> None:
    open_ = Limits("203.0.113.5", BENIGN | {"203.0.113.5", "10.0.0.1", "192.168.0.1"})
    finding = relay.judge([Relay("a", (open_,), True), Relay("b", (open_,), True)])
    assert finding.state == "wrong"
    assert finding.found.startswith("a lets people reach 10.0.0.1 (private networks), 192.168.0.1 (private")
    assert finding.advice.count("no-tcp-relay") == 1


def test_an_address_of_the_relays_own_is_no_way_into_anything() -> None:
    limits = Limits("192.168.0.1", BENIGN | {"192.168.0.1"})
    assert relay.judge([Relay("a", (limits,), False)]).state == "ok"


async def test_without_a_turn_server_there_is_nothing_to_find() -> None:
    assert (await relay.relay(load({}))).state == "ok"
