"""What can be wrong with other machines: the mail server, STUN and TURN."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiosmtplib
from aioice import stun as aioice_stun
from aioice import turn as aioice_turn

from server.config import Config
from server.doctor.finding import Finding
from server.mail.smtp import signed_in
from server.turn import TurnUrl, credentials, parse_turn_url

TURN_DEADLINE_S = 5.0


async def smtp(config: Config) -> Finding:
    """Connects, secures and signs in as for a real mail, and sends none."""
    if config.smtp_url is None:
        return Finding.note(
            "mail",
            "RINGBACK_SMTP_URL is empty: mail stays in the outbox, nobody receives a link or a summary",
            "Set it to your mail server, for example smtp://user:password@mail.example.org:587?starttls=1",
        )
    where = f"{config.smtp_url.host}:{config.smtp_url.port}"
    try:
        async with signed_in(config.smtp_url) as connection:
            await connection.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        return Finding.wrong("mail", f"{where}: {error}", "Check the address, the password and the firewall.")
    if config.smtp_url.security == "none":
        return Finding.note("mail", f"{where} answers, without TLS", "Add ?starttls=1, or use smtps://.")
    return Finding.ok("mail", f"{where} answers and lets us in")


async def stun(config: Config) -> Finding:
    """STUN tells a browser its public address; a TURN server answers STUN too."""
    if config.stun_urls or config.turn_urls:
        return Finding.ok("stun", ", ".join(config.stun_urls) or "the TURN server answers it")
    return Finding.note(
        "stun",
        "RINGBACK_STUN_URLS and RINGBACK_TURN_URLS are empty: calls connect only where browsers reach each "
        "other directly, such as within one network",
        "Run coturn and set RINGBACK_TURN_URLS and RINGBACK_TURN_SECRET.",
    )


async def turn(config: Config) -> Finding:
    """A relayed address is asked for on every TURN server, with credentials as a browser gets them."""
    if not config.turn_urls:
        return Finding.note(
            "turn",
            "no TURN server: calls between two strict home or office networks cannot connect",
            "Run coturn (compose.yaml has an example) and set RINGBACK_TURN_URLS and RINGBACK_TURN_SECRET.",
        )
    failures = []
    for url in config.turn_urls:
        try:
            await asyncio.wait_for(_allocate(config, parse_turn_url(url)), TURN_DEADLINE_S)
        except TimeoutError:
            failures.append(f"{url}: no answer within {TURN_DEADLINE_S:.0f} s")
        except (OSError, aioice_stun.TransactionError) as error:
            failures.append(f"{url}: {error}")
    if failures:
        return Finding.wrong(
            "turn", "; ".join(failures), "Check coturn's static-auth-secret, its ports and the firewall."
        )
    relays = f"{', '.join(config.turn_urls)} relays"
    if all(parse_turn_url(url).transport == "udp" for url in config.turn_urls):
        return Finding.note(
            "turn",
            f"{relays}, over UDP alone: where a network blocks it, there is no call",
            "Add the address with ?transport=tcp, or better a turns: address on port 443, as the web has.",
        )
    return Finding.ok("turn", relays)


async def _allocate(config: Config, url: TurnUrl) -> None:
    if url.scheme == "turns" and url.transport == "udp":
        raise OSError("TURN over DTLS cannot be tried from here; browsers do not use it either")
    fresh = credentials(config.turn_secret, "doctor", datetime.now(UTC), config.turn_ttl_s)
    address = await _resolve(url.host, url.port)
    transport, _ = await aioice_turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=address,
        username=fresh.username,
        password=fresh.password,
        ssl=url.scheme == "turns",
        transport=url.transport,
    )
    transport.close()


async def _resolve(host: str, port: int) -> tuple[str, int]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port)
    address = found[0][4]
    return str(address[0]), int(address[1])
