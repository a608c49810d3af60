"""Whether STUN servers answer, and where they see this machine. Not here: TURN (`turn`, `relay`)."""

from __future__ import annotations

from aioice import stun as aioice_stun

from server.config import Config
from server.doctor.asking import address_of, ask_all, connected
from server.doctor.finding import Finding
from server.turn import TurnUrl


async def stun(config: Config) -> Finding:
    """A Binding request to each; where only TURN servers are set, to these, which most answer."""
    urls = config.stun_urls or _over_udp(config.turn_urls) or config.turn_urls
    if not urls:
        return Finding.note(
            "stun",
            "RINGBACK_STUN_URLS and RINGBACK_TURN_URLS are empty: calls connect only where browsers reach "
            "each other directly, such as within one network",
            "Run coturn and set RINGBACK_TURN_URLS and RINGBACK_TURN_SECRET.",
        )
    seen, failures = await ask_all(urls, _binding)
    if failures and not config.stun_urls:
        return Finding.note(
            "stun",
            "; ".join(failures),
            "Set RINGBACK_STUN_URLS, unless turn is fine: that tells browsers as much.",
        )
    if failures:
        return Finding.wrong(
            "stun",
            "; ".join(failures),
            "Check the address, that the server runs, and that the firewall lets its port through, UDP too.",
        )
    return Finding.ok("stun", "; ".join(f"{url} sees this machine at {host}" for url, host in seen.items()))


async def _binding(url: TurnUrl) -> str:
    """The address that the server sees us at (RFC 8489, section 14.2)."""
    async with connected(url) as client:
        request = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
        answer, _ = await client.request(request)
    if "XOR-MAPPED-ADDRESS" not in answer.attributes:
        raise OSError("its answer does not say where it sees this machine")
    return str(answer.attributes["XOR-MAPPED-ADDRESS"][0])


def _over_udp(urls: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(url for url in urls if address_of(url).transport == "udp")
