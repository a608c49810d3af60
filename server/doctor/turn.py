"""Whether TURN servers relay, and what they are. Not here: to where they relay (`relay`)."""

from __future__ import annotations

import re
from typing import Final

from server.config import Config
from server.doctor.asking import address_of, allocated, ask_all
from server.doctor.finding import Finding
from server.turn import TurnUrl

COTURN: Final = re.compile(r"coturn-(\d+)\.(\d+)\.(\d+)", re.IGNORECASE)
COTURN_MENDED: Final = (4, 13, 1)
"""CVE-2026-27624 (4.9.0) and CVE-2026-73212: before it, peers written as IPv6 pass denied ranges of IPv4."""


async def turn(config: Config) -> Finding:
    """A relayed address is asked for on every TURN server, with credentials as a browser gets them."""
    if not config.turn_urls:
        return Finding.note(
            "turn",
            "no TURN server: calls between two strict home or office networks cannot connect",
            "Run coturn (compose.yaml has an example) and set RINGBACK_TURN_URLS and RINGBACK_TURN_SECRET.",
        )
    _, failures = await _software(config)
    if failures:
        return Finding.wrong(
            "turn", "; ".join(failures), "Check coturn's static-auth-secret, its ports and the firewall."
        )
    relays = f"{', '.join(config.turn_urls)} relays"
    if all(address_of(url).transport == "udp" for url in config.turn_urls):
        return Finding.note(
            "turn",
            f"{relays}, over UDP alone: where a network blocks it, there is no call",
            "Add the address with ?transport=tcp, or better a turns: address on port 443, as the web has.",
        )
    return Finding.ok("turn", relays)


async def software(config: Config) -> Finding:
    """What TURN servers say of themselves (RFC 8489, section 14.14)."""
    about = "turn software"
    if not config.turn_urls:
        return Finding.ok(about, "no TURN server")
    answers, _ = await _software(config)
    said = sorted(set(answers.values()))
    if not said:
        return Finding.note(about, "no TURN server answers", "See what is said of turn.")
    return judge_software(said)


def judge_software(said: list[str]) -> Finding:
    """An old coturn is advice: whether something gets past its settings is tried (`relay`)."""
    about, found = "turn software", ", ".join(each or "it does not say" for each in said)
    old = [each for each in said if (number := COTURN.search(each)) and _triple(number) < COTURN_MENDED]
    if not old:
        return Finding.ok(about, found)
    return Finding.note(
        about,
        f"{', '.join(old)}: before 4.13.1 crafted addresses get past coturn's denied ranges "
        "(CVE-2026-27624, CVE-2026-73212)",
        "Install coturn 4.13.1 or newer, as compose.yaml does; Debian 12 and 13 have 4.6.1. Until then keep "
        "no-tcp-relay, every denied-peer-ip of docs/running.md, user-quota and total-quota.",
    )


async def _software(config: Config) -> tuple[dict[str, str], list[str]]:
    async def ask(url: TurnUrl) -> str:
        async with allocated(config, url) as (_, answer):
            said = str(answer.attributes.get("SOFTWARE", ""))
            return "".join(filter(str.isprintable, said))[:80]

    return await ask_all(config.turn_urls, ask)


def _triple(number: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in number.groups())
