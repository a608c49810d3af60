"""Asking STUN and TURN servers: a connection to one, requests over it, and the same question to several.

By aioice's messages and transactions. Not here: what is asked (`stun`, `turn`, `relay`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar

from aioice import stun
from aioice.turn import TCP_TRANSPORT, UDP_TRANSPORT, TurnClientTcpProtocol, TurnClientUdpProtocol

from server.config import Config
from server.turn import Credentials, TurnUrl, credentials, parse_turn_url

Client = TurnClientUdpProtocol | TurnClientTcpProtocol
T = TypeVar("T")

WITHIN_S: Final = 5.0
LIFETIME_S: Final = 60
FAMILY: Final = "REQUESTED-ADDRESS-FAMILY"
"""RFC 8656, section 18.9: 1 is IPv4, 2 IPv6. aioice does not know it."""
stun.ATTRIBUTES_BY_NAME.setdefault(
    FAMILY, (0x0017, FAMILY, lambda family: bytes([family, 0, 0, 0]), lambda data: data[0])
)


def address_of(url: str) -> TurnUrl:
    """The parts of a STUN or TURN address; the two have the same form and ports (RFC 7064, RFC 7065)."""
    return parse_turn_url(url.replace("stun", "turn", 1) if url.startswith("stun") else url)


async def ask_all(
    urls: Iterable[str], ask: Callable[[TurnUrl], Awaitable[T]]
) -> tuple[dict[str, T], list[str]]:
    """What each server answered, by its address, and a few words for each that did not."""
    addresses = list(urls)
    outcomes = await asyncio.gather(*(_outcome(url, ask) for url in addresses))
    answers = {url: answer for url, outcome in zip(addresses, outcomes, strict=True) for answer in outcome[0]}
    return answers, [f"{url}: {why}" for url, (_, why) in zip(addresses, outcomes, strict=True) if why]


async def _outcome(url: str, ask: Callable[[TurnUrl], Awaitable[T]]) -> tuple[list[T], str]:
    try:
        return [await asyncio.wait_for(ask(address_of(url)), WITHIN_S)], ""
    except TimeoutError:
        return [], f"no answer within {WITHIN_S:g} s"
    except (OSError, stun.TransactionError) as error:
        return [], str(error)


@asynccontextmanager
async def connected(url: TurnUrl, who: Credentials | None = None) -> AsyncIterator[Client]:
    """A connection until the block ends. Raises `OSError`."""
    if url.scheme == "turns" and url.transport == "udp":
        raise OSError("TURN over DTLS cannot be tried from here; browsers do not use it either")
    there, loop = (url.host, url.port), asyncio.get_running_loop()
    username, password = (who.username, who.password) if who else (None, None)
    client: Client
    if url.transport == "tcp":
        _, client = await loop.create_connection(
            lambda: TurnClientTcpProtocol(there, username, password, LIFETIME_S, LIFETIME_S),
            *there,
            ssl=url.scheme == "turns" or None,
        )
    else:
        _, client = await loop.create_datagram_endpoint(
            lambda: TurnClientUdpProtocol(there, username, password, LIFETIME_S, LIFETIME_S),
            remote_addr=there,
        )
    try:
        yield client
    finally:
        client.transport.close()


@asynccontextmanager
async def allocated(
    config: Config, url: TurnUrl, family: Literal[4, 6] = 4, *, tcp: bool = False
) -> AsyncIterator[tuple[Client, stun.Message]]:
    """A relayed address until the block ends, with credentials as a browser gets them; and its answer.

    Raises `OSError`, `stun.TransactionError`.
    """
    who = credentials(config.turn_secret, "doctor", datetime.now(UTC), config.turn_ttl_s)
    async with connected(url, who) as client:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)
        request.attributes["LIFETIME"] = LIFETIME_S
        request.attributes["REQUESTED-TRANSPORT"] = TCP_TRANSPORT if tcp else UDP_TRANSPORT
        if family == 6:
            request.attributes[FAMILY] = 2
        answer, _ = await client.request_with_retry(request)
        try:
            yield client, answer
        finally:
            await _give_back(client)


async def _give_back(client: Client) -> None:
    """Now, not when its time is over: allocations are counted."""
    request = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
    request.attributes["LIFETIME"] = 0
    with contextlib.suppress(stun.TransactionError, TimeoutError):
        await asyncio.wait_for(client.request_with_retry(request), 1)
