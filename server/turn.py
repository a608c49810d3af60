"""TURN: reading its addresses, and credentials that run out, for coturn's `use-auth-secret`.

Not here: when a browser gets fresh ones (`server.greeting`). The scheme is draft-uberti-behave-turn-rest-00,
section 2.2: the username tells when it ends, the password is its HMAC under the shared secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from server.config import Config
from server.config_kinds import ICE_URI, MAX_PORT
from server.media import wire
from signalling.protocol import IceServer

DEFAULT_PORTS: Final = {"turn": 3478, "turns": 5349}
"""RFC 7065, section 3.1, by reference to RFC 5928, section 3."""
PSEUDONYM_CHARACTERS: Final = 16
"""Of a check's or a rehearsal's id, in place of a name."""


@dataclass(frozen=True)
class TurnUrl:
    """A TURN address taken apart. `turns` is TURN over TLS (tcp) or DTLS (udp)."""

    scheme: Literal["turn", "turns"]
    host: str
    port: int
    transport: Literal["udp", "tcp"]


@dataclass(frozen=True)
class Credentials:
    """What one browser may use until `ends`."""

    username: str
    password: str
    ends: datetime


def parse_turn_url(url: str) -> TurnUrl:
    """The parts of a TURN URI (RFC 7065). Raises `ValueError`."""
    found = ICE_URI.fullmatch(url)
    if found is None or found["scheme"] not in DEFAULT_PORTS or int(found["port"] or 0) > MAX_PORT:
        raise ValueError(f"{url} is no TURN address such as turn:turn.example.org:3478?transport=udp")
    secure = found["scheme"] == "turns"
    return TurnUrl(
        scheme="turns" if secure else "turn",
        host=found["host"].strip("[]"),
        port=int(found["port"] or DEFAULT_PORTS[found["scheme"]]),
        transport="tcp" if (found["transport"] or ("tcp" if secure else "udp")) == "tcp" else "udp",
    )


def credentials(secret: str, pseudonym: str, now: datetime, ttl_s: int) -> Credentials:
    """Credentials for `ttl_s` seconds. The pseudonym lets coturn count a quota; it names nobody."""
    ends = now + timedelta(seconds=ttl_s)
    username = f"{int(ends.timestamp())}:{pseudonym}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return Credentials(username, base64.b64encode(digest).decode(), ends)


def ice_servers(config: Config, pseudonym: str, now: datetime) -> list[IceServer]:
    """What a browser gives its RTCPeerConnection; empty unless STUN or TURN is configured."""
    servers = [IceServer(urls=list(config.stun_urls))] if config.stun_urls else []
    if config.turn_urls:
        fresh = credentials(config.turn_secret, pseudonym, now, config.turn_ttl_s)
        urls = list(config.turn_urls)
        servers.append(IceServer(urls=urls, username=fresh.username, credential=fresh.password))
    return servers


def without_credentials(servers: list[IceServer]) -> list[IceServer]:
    """Where the servers are, for the lobby, which offers a relay only where there is one."""
    return [IceServer(urls=server.urls) for server in servers]


def refresh_after_s(config: Config) -> float | None:
    """How long before a browser gets fresh credentials: half their life. None when there are none."""
    return config.turn_ttl_s / 2 if config.turn_urls else None


def for_worker(servers: Iterable[IceServer]) -> list[wire.IceServer]:
    """The same for the media worker."""
    return [wire.IceServer(each.urls, each.username or None, each.credential or None) for each in servers]
