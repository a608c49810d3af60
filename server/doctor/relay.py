"""To where TURN servers relay: not into their own networks, and to everywhere else.

Permissions are asked for and given back; nothing is sent through them, so nobody but the relay hears of it.
Not here: which addresses (`peers`).
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from aioice import stun
from aioice.stun import TransactionError, TransactionFailed

from server.config import Config
from server.doctor.asking import WITHIN_S, Client, address_of, allocated
from server.doctor.finding import Finding
from server.doctor.peers import FORBIDDEN, ORDINARY, Range
from server.turn import TurnUrl

Family = Literal[4, 6]
FAMILIES: Final[tuple[Family, Family]] = (4, 6)
NO_SUCH_FAMILY: Final = (440, 508)
"""RFC 8656, section 18.13; coturn has 508 since 4.16 where it has no address of that family."""
DISCARD: Final = 9
UNREACHING: Final = (
    "Look for a denied-peer-ip that is too wide; one that begins with :: covers all of IPv4 too: begin with "
    "::1 instead."
)
OWN: Final = (
    "Set allowed-peer-ip to the address coturn itself has on its machine, or two people who both need the "
    "relay do not reach each other."
)


@dataclass(frozen=True)
class Limits:
    """What one server answered for one family. `own` is the relayed address it gave."""

    own: str
    permitted: frozenset[str]


@dataclass(frozen=True)
class Relay:
    """What is known of one server."""

    host: str
    limits: tuple[Limits, ...]
    opens_tcp: bool


async def relay(config: Config) -> Finding:
    """Every server is asked for permission to reach each forbidden address, and to reach ordinary ones."""
    if not config.turn_urls:
        return Finding.ok("relay", "no TURN server")
    hosts: dict[str, list[TurnUrl]] = {}
    for url in map(address_of, config.turn_urls):
        hosts.setdefault(url.host, []).append(url)
    found = [await _look(config, host, urls) for host, urls in hosts.items()]
    known = [each for each in found if each]
    if len(known) < len(found):
        return Finding.note("relay", "a TURN server gives no relayed address", "See what is said of turn.")
    return judge(known)


def judge(relays: Iterable[Relay]) -> Finding:
    """One finding of all of them: the first thing said is the worst."""
    problems = [problem for each in relays for problem in _problems(each)]
    if not problems:
        hosts = ", ".join(each.host for each in relays)
        tried = sum(len(each.tried) for each in FORBIDDEN)
        return Finding.ok(
            "relay", f"{hosts}: refuses all of {tried} addresses it must not reach, and no others"
        )
    found, advice = zip(*problems, strict=True)
    return Finding.wrong("relay", "; ".join(found), " ".join(dict.fromkeys(advice)))


def _problems(relay: Relay) -> list[tuple[str, str]]:
    """What is found and what to do, of each thing that is wrong."""
    permitted = {address for limits in relay.limits for address in limits.permitted}
    own = {limits.own for limits in relay.limits}
    problems = []
    if reached := [(each, hit) for each in FORBIDDEN if (hit := permitted.intersection(each.tried) - own)]:
        problems.append((f"{relay.host} lets people reach {_named(reached)}", _closing(reached)))
    if relay.opens_tcp:
        problems.append(
            (f"{relay.host} opens TCP connections for people", "Set no-tcp-relay: no call needs it.")
        )
    for limits in relay.limits:
        if not limits.permitted.intersection(ORDINARY.values()):
            problems.append((f"{relay.host} relays to no ordinary address: no call gets through", UNREACHING))
        elif limits.own not in limits.permitted and not ipaddress.ip_address(limits.own).is_loopback:
            problems.append((f"{relay.host} refuses its own address {limits.own}", OWN))
    return problems


def _named(reached: list[tuple[Range, set[str]]]) -> str:
    return ", ".join(
        f"{address} ({each.words})" for each, hit in reached for address in each.tried if address in hit
    )


def _closing(reached: list[tuple[Range, set[str]]]) -> str:
    lines = ", ".join(f"denied-peer-ip={each.denied}" for each, _ in reached)
    return f"Add to turnserver.conf, a line each (docs/running.md has all of them): {lines}."


async def _look(config: Config, host: str, urls: list[TurnUrl]) -> Relay | None:
    """By the first of a server's addresses that works; None when none does."""
    for url in urls:
        try:
            limits = await asyncio.wait_for(_limits(config, url), WITHIN_S)
        except (OSError, TransactionError, TimeoutError):
            continue
        return Relay(host, limits, await _opens_tcp(config, urls))
    return None


async def _limits(config: Config, url: TurnUrl) -> tuple[Limits, ...]:
    """Of each family that it has addresses of. Raises `OSError`, `TransactionError`."""
    found = await asyncio.gather(*(_limits_of(config, url, family) for family in FAMILIES))
    if not any(found):
        raise OSError("it has addresses of neither family")
    return tuple(each for each in found if each)


async def _limits_of(config: Config, url: TurnUrl, family: Family) -> Limits | None:
    tried = [
        each for reach in FORBIDDEN for each in reach.tried if ipaddress.ip_address(each).version == family
    ]
    try:
        async with allocated(config, url, family) as (client, answer):
            own = str(answer.attributes["XOR-RELAYED-ADDRESS"][0])
            asked = [*tried, ORDINARY[family], own]
            permitted = await asyncio.gather(*(_permits(client, address) for address in asked))
    except TransactionFailed as error:
        if error.response.error_code in NO_SUCH_FAMILY:
            return None
        raise
    return Limits(own, frozenset(address for address, yes in zip(asked, permitted, strict=True) if yes))


async def _permits(client: Client, address: str) -> bool:
    request = stun.Message(stun.Method.CREATE_PERMISSION, stun.Class.REQUEST)
    request.attributes["XOR-PEER-ADDRESS"] = (address, DISCARD)
    try:
        await client.request_with_retry(request)
    except TransactionFailed:
        return False
    return True


async def _opens_tcp(config: Config, urls: list[TurnUrl]) -> bool:
    """RFC 6062: a relay for TCP is asked for over TCP only."""
    over_tcp = [url for url in urls if url.transport == "tcp"]
    for url in over_tcp[:1]:
        try:
            async with asyncio.timeout(WITHIN_S), allocated(config, url, tcp=True):
                return True
        except (OSError, TransactionError, TimeoutError):
            return False
    return False
