"""TURN addresses and credentials as coturn expects them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from server import turn
from server.config import load
from signalling.protocol import IceServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TURN = {
    "RINGBACK_TURN_URLS": "turn:turn.example.org:3478?transport=udp turns:turn.example.org",
    "RINGBACK_TURN_SECRET": "north",
}


def test_the_username_tells_when_it_ends_and_names_nobody() -> None:
    given = turn.credentials("north", "a1b2c3", NOW, 3600)
    assert given.ends == NOW + timedelta(hours=1)
    assert given.username == f"{int(given.ends.timestamp())}:a1b2c3"


def test_the_password_is_what_coturn_computes() -> None:
    given = turn.credentials("north", "user", datetime.fromtimestamp(1433895918 - 60, UTC), 60)
    assert given.username == "1433895918:user"
    expected = hmac.new(b"north", b"1433895918:user", hashlib.sha1).digest()
    assert base64.b64decode(given.password) == expected


def test_no_servers_are_asked_unless_configured() -> None:
    assert turn.ice_servers(load({}), "x", NOW) == []
    assert turn.refresh_after_s(load({})) is None


def test_stun_needs_no_credentials() -> None:
    (server,) = turn.ice_servers(load({"RINGBACK_STUN_URLS": "stun:stun.example.org"}), "x", NOW)
    assert server == IceServer(urls=["stun:stun.example.org"])


def test_all_turn_addresses_share_one_credential_that_is_refreshed_in_time() -> None:
    config = load({**TURN, "RINGBACK_STUN_URLS": "stun:stun.example.org", "RINGBACK_TURN_TTL_S": "600"})
    stun, relay = turn.ice_servers(config, "x", NOW)
    assert stun.urls == ["stun:stun.example.org"]
    assert relay.urls == ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org"]
    assert relay.username == f"{int(NOW.timestamp()) + 600}:x"
    assert relay.credential == turn.credentials("north", "x", NOW, 600).password
    assert turn.refresh_after_s(config) == 300


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("turn:t.example.org", turn.TurnUrl("turn", "t.example.org", 3478, "udp")),
        ("turn:t.example.org:80?transport=tcp", turn.TurnUrl("turn", "t.example.org", 80, "tcp")),
        ("turns:t.example.org", turn.TurnUrl("turns", "t.example.org", 5349, "tcp")),
        ("turns:t.example.org:443?transport=udp", turn.TurnUrl("turns", "t.example.org", 443, "udp")),
        ("turn:[2001:db8::1]:3479", turn.TurnUrl("turn", "2001:db8::1", 3479, "udp")),
    ],
)
def test_addresses_are_read_as_rfc_7065_writes_them(url: str, expected: turn.TurnUrl) -> None:
    assert turn.parse_turn_url(url) == expected


@pytest.mark.parametrize(
    "url", ["stun:t", "turn:", "turn://t", "turn:t:70000", "turn:t?transport=sctp", "turn:t\n", "turn:t:"]
)
def test_anything_else_is_no_turn_address(url: str) -> None:
    with pytest.raises(ValueError, match="no TURN address"):
        turn.parse_turn_url(url)
