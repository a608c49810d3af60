"""Whether browsers get to this server by RINGBACK_PUBLIC_URL: through the proxy, WebSockets too.

Looked at while the server runs, by asking as a browser would. Not here: other servers (`mail`, `turn`).
"""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import Any, Final

import aiohttp

from server.config import Config
from server.doctor.finding import Finding

ABOUT: Final = "public address"
WITHIN_S: Final = 4.0
MAX_BYTES: Final = 64 * 1024
GATEWAY: Final = (502, 503, 504)
SOCKET: Final = "/session/doctor/mentor/socket"
"""Upgraded before anybody is asked who they are, and closed again."""
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - listened on, not by us
PROXY: Final = {
    "none": (
        "the proxy does not say for whom it asks, so that all people count as one",
        "Let it set X-Forwarded-For and X-Forwarded-Proto, and set RINGBACK_TRUSTED_PROXIES to its address.",
    ),
    "silent": (
        "the proxy does not say for whom it asks, so that all people count as one",
        "Let it set X-Forwarded-For and X-Forwarded-Proto.",
    ),
    "stranger": (
        "what the proxy says of people is not believed, so that all of them count as one",
        "Set RINGBACK_TRUSTED_PROXIES to the address the proxy reaches the server from.",
    ),
}
"""By what /healthz answers of the proxy: what is wrong and what to do."""


class AmissError(Exception):
    """`found` and `advice` of a finding."""

    def __init__(self, found: str, advice: str) -> None:
        super().__init__(found)
        self.found, self.advice = found, advice


async def public_address(config: Config) -> Finding:
    """Asks this server directly, then by the public address, and compares."""
    where = f"{_bracketed(EVERYWHERE.get(config.host, config.host))}:{config.port}"
    connector = aiohttp.TCPConnector(force_close=True, ssl=ssl.create_default_context())
    timeout = aiohttp.ClientTimeout(total=WITHIN_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        try:
            here = await _health(http, f"http://{where}", where)
        except AmissError:
            return Finding.note(
                ABOUT, f"the server does not run at {where}: {config.public_url} is not tried",
                "Start it, and run the doctor again.",
            )  # fmt: skip
        try:
            there = await _health(http, config.public_url, where)
            _compare(config, here, there)
            await _upgrade(http, config)
        except AmissError as error:
            return Finding.wrong(ABOUT, f"{config.public_url}: {error.found}", error.advice)
    return Finding.ok(ABOUT, f"{config.public_url} leads to this server, WebSockets too")


def _compare(config: Config, here: dict[str, Any], there: dict[str, Any]) -> None:
    """Raises `AmissError`. Plain http may well be asked for without a proxy."""
    if there.get("process") != here.get("process"):
        raise AmissError("another Ringback answers there", "Let the proxy pass requests on to this one.")
    proxy = str(there.get("proxy"))
    if proxy in PROXY and (config.secure or proxy == "stranger"):
        raise AmissError(*PROXY[proxy])


async def _health(http: aiohttp.ClientSession, origin: str, where: str) -> dict[str, Any]:
    """What /healthz says there. Raises `AmissError`."""
    passing = f"Let the proxy pass every request on to {where}."
    try:
        async with http.get(f"{origin}/healthz", allow_redirects=False) as answer:
            body = await answer.content.read(MAX_BYTES)
            status, leads_to = answer.status, answer.headers.get("Location", "")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise AmissError(*_unreached(error)) from error
    if 300 <= status < 400:
        raise AmissError(*_led_on(leads_to, origin))
    told = _told(body)
    if told is None and status in GATEWAY:
        raise AmissError(f"the proxy answers {status}: it does not reach the server", passing)
    if told is None:
        raise AmissError(f"something else answers there, with status {status}", passing)
    return told


def _led_on(leads_to: str, origin: str) -> tuple[str, str]:
    if leads_to.startswith(f"{origin}/"):
        return "it leads to itself without end", "Let the proxy set X-Forwarded-Proto to https."
    return (
        f"it leads on to {leads_to or 'another address'}",
        "Set RINGBACK_PUBLIC_URL to the very address that browsers end up at.",
    )


def _told(body: bytes) -> dict[str, Any] | None:
    """The object of /healthz; None for anything else."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) and {"status", "versions", "process"} <= told.keys() else None


def _unreached(error: aiohttp.ClientError | TimeoutError) -> tuple[str, str]:
    """What is found and what to do."""
    match error:
        case TimeoutError():
            return (
                f"no answer within {WITHIN_S:g} s",
                "Check the firewall; where no machine reaches its own public address, try from another one.",
            )
        case aiohttp.ClientConnectorDNSError():
            return "nobody knows its name", "Check the name, and its entry in DNS."
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "") or error.certificate_error
            return (
                f"its certificate is not accepted: {why}",
                "Give the proxy a valid certificate for this name, with the whole chain.",
            )
        case aiohttp.ClientSSLError():
            return (
                f"it does not speak TLS as browsers do: {error.os_error}",
                "Check the proxy's port and TLS.",
            )
        case aiohttp.ClientConnectorError():
            return f"nobody answers: {error.os_error.strerror}", "Start the proxy, and check its port."
        case _:
            return f"the connection broke: {error}", "Look into the proxy's log."


async def _upgrade(http: aiohttp.ClientSession, config: Config) -> None:
    """Raises `AmissError` unless a WebSocket opens as a browser's would."""
    try:
        async with asyncio.timeout(WITHIN_S):
            socket = await http.ws_connect(
                config.public_url + SOCKET, origin=config.public_url, autoping=False
            )
            await socket.close()
    except aiohttp.WSServerHandshakeError as error:
        raise AmissError(
            f"WebSockets do not get through (status {error.status})",
            "Let the proxy pass Upgrade, Connection and Origin on as they are, over HTTP/1.1.",
        ) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise AmissError("WebSockets do not get through", "Look into the proxy's log.") from error


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
