"""Whose request it is, however many proxies stand before us, and whoever lies about it."""

from __future__ import annotations

import pytest

from server.addresses import bucket, client, is_trusted, parse
from server.config_kinds import networks

PROXIES = networks("10.0.0.0/8 fd00::/8")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "None"),
        ("unknown", "None"),
        ("_hidden", "None"),
        ("1.2.3", "None"),
    ],
)
def test_an_address_is_read_as_proxies_write_it(text: str, address: str) -> None:
    assert str(parse(text)) == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.9.9.9"], "10.9.9.9"),
        ("10.0.0.1", ["203.0.113.9, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("", ["203.0.113.9"], "None"),
    ],
    ids=lambda value: str(value),
)
def test_the_client_is_the_nearest_address_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert str(client(peer, forwarded, PROXIES)) == expected


def test_nobody_is_trusted_unless_configured() -> None:
    assert not is_trusted(parse("127.0.0.1"), networks(""))
    assert is_trusted(parse("10.1.2.3"), PROXIES)
    assert not is_trusted(None, PROXIES)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_subscriber_counts_as_one(address: str, key: str) -> None:
    assert bucket(parse(address)) == key
