"""How the text of one setting becomes a value, by kind.

Every function takes the text of the environment and raises `ValueError` with words that end the
sentence "RINGBACK_X ...". Not here: which settings exist (`config`).
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

MAX_PORT: Final = 65535
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Security = Literal["none", "starttls", "tls"]

ICE_URI: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)
"""RFC 7064 and RFC 7065, section 3.1 each. A browser makes no call at all with an address that is none."""

DEFAULT_SMTP_PORTS: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed over. `security` is `tls` from the first byte, `starttls`, or `none`."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within bounds, both included."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def words(text: str) -> str:
    """Any text without surrounding space."""
    return text.strip()


def host(text: str) -> str:
    """A name or address to listen on."""
    if not text.strip() or any(each in text for each in " /"):
        raise ValueError("must be a host name or address to listen on, such as 127.0.0.1")
    return text.strip()


def path(text: str) -> Path:
    """A file or folder, made absolute."""
    if not text.strip():
        raise ValueError("must name a file or folder")
    return Path(text.strip()).expanduser().absolute()


def yes_or_no(text: str) -> bool:
    """1, true, yes, on; 0, false, no, off or nothing."""
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "" | "0" | "false" | "no" | "off":
            return False
        case _:
            raise ValueError("must be 1 or 0")


def origin(text: str) -> str:
    """An http or https address without path: scheme, host and, unless it is the usual one, port."""
    parts = _split(text, "must be an address such as https://ringback.example.org")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("must be an address such as https://ringback.example.org")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("must end after the host and port: Ringback does not run below a path")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = parts.port in (None, {"http": 80, "https": 443}[parts.scheme])
    return f"{parts.scheme}://{name}" + ("" if usual else f":{parts.port}")


def ice_urls(*schemes: str) -> Callable[[str], tuple[str, ...]]:
    """STUN or TURN addresses as RFC 7064 and RFC 7065 write them, with commas or spaces between."""

    def read(text: str) -> tuple[str, ...]:
        urls = tuple(text.replace(",", " ").split())
        for url in urls:
            if not _is_ice_uri(url, schemes):
                example = f"{schemes[0]}:turn.example.org:3478"
                raise ValueError(f"must list addresses such as {example}; {url} is none")
        return urls

    return read


def _is_ice_uri(url: str, schemes: tuple[str, ...]) -> bool:
    found = ICE_URI.fullmatch(url)
    if found is None or found["scheme"] not in schemes or int(found["port"] or 0) > MAX_PORT:
        return False
    return found["scheme"].startswith("turn") or found["transport"] is None


def networks(text: str) -> tuple[Network, ...]:
    """Addresses or networks in CIDR notation, with commas or spaces between."""
    try:
        return tuple(ipaddress.ip_network(each) for each in text.replace(",", " ").split())
    except ValueError as error:
        raise ValueError(f"must list addresses or networks such as 10.0.0.0/8: {error}") from error


def smtp(text: str) -> Smtp | None:
    """`smtp://user:password@host:587?starttls=1`, `smtps://...`, or nothing: mail stays in the outbox."""
    if not text.strip():
        return None
    example = "must be like smtps://user:password@mail.example.org or smtp://mail.example.org:587?starttls=1"
    parts = _split(text, example)
    options = parse_qs(parts.query)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or set(options) - {"starttls"}:
        raise ValueError(example)
    security: Security = "tls" if parts.scheme == "smtps" else "none"
    if security == "none" and yes_or_no(options.get("starttls", ["0"])[0]):
        security = "starttls"
    port = parts.port or DEFAULT_SMTP_PORTS[security]
    return Smtp(parts.hostname, port, security, unquote(parts.username or ""), unquote(parts.password or ""))


def sender(text: str) -> str:
    """The From of all mails: `Ringback <ringback@example.org>` or a bare address."""
    name, bracket, rest = text.strip().rpartition("<")
    spec = rest.removesuffix(">") if bracket else text.strip()
    try:
        return str(Address(name.strip(), addr_spec=spec))
    except (MessageError, ValueError, IndexError, AttributeError) as error:  # the last for `x@[y`
        raise ValueError("must be like Ringback <ringback@example.org>") from error


def log_level(text: str) -> str:
    """One of debug, info, warning, error; in capitals as `logging` names them."""
    level = text.strip().upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"} or level not in logging.getLevelNamesMapping():
        raise ValueError("must be debug, info, warning or error")
    return level


def _split(text: str, otherwise: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError as error:
        raise ValueError(otherwise) from error
    return parts
