"""Versions whose faults are known: Python, OpenSSL, SQLite, and the media libraries we lean on.

`judge_*` decide, from versions given as text; the checks look at what is installed. Not here: the TURN
server's (`turn`).
"""

from __future__ import annotations

import platform
import re
import sqlite3
from email import policy
from email.message import EmailMessage
from importlib.metadata import version
from typing import Final

from cryptography.hazmat.backends.openssl import backend

from server.config import Config
from server.doctor.finding import Finding

Version = tuple[int, ...]

EMAIL_MENDED: Final = {(3, 11): 15, (3, 12): 13, (3, 13): 12, (3, 14): 3}
"""First releases in which no header can be forged by `email`: CVE-2024-6923 (in 3.11.10, 3.12.5, 3.13.0),
then CVE-2025-11468 and CVE-2026-1299, of its kind (Misc/NEWS.d, gh-121650, gh-143935, gh-144125)."""
NEWEST_MENDED: Final = "3.14.3"
MIN_CRYPTOGRAPHY: Final = (50, 0, 2)
OPENSSL_MENDED: Final = {(3, 0): 23, (3, 4): 8, (3, 5): 9, (3, 6): 5, (4, 0): 3}
"""CVE-2026-75806: before these, one datagram of 17 bytes ends a DTLS association."""
SQLITE_MENDED: Final = (3, 51, 3)
SQLITE_MENDED_TOO: Final = {(3, 44): 6, (3, 50): 7}
"""sqlite.org/wal.html#walresetbug: before these, two writers at one moment may damage the database."""
LOOKED_AT: Final = {"aiortc": "1.16.0", "aioice": "0.13.0"}
"""`server.media.compat` leans on private attributes of exactly these."""


async def libraries(config: Config) -> Finding:
    """Of these nothing is known that would have to be mended."""
    names = ("ringback", "aiohttp", "pycrdt", "sqlalchemy")
    return Finding.ok("versions", ", ".join(f"{name} {version(name)}" for name in names))


async def python(config: Config) -> Finding:
    return judge_python(platform.python_version(), forges=forges_headers())


async def openssl(config: Config) -> Finding:
    return judge_openssl(version("cryptography"), backend.openssl_version_text())


async def sqlite(config: Config) -> Finding:
    return judge_sqlite(sqlite3.sqlite_version)


async def media_libraries(config: Config) -> Finding:
    return judge_media_libraries({name: version(name) for name in LOOKED_AT})


def forges_headers() -> bool:
    """Whether this Python turns an encoded word into a header of its own; distributions mend old ones."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = "=?utf-8?q?a=0D=0AForged=3A_yes?="
    try:
        return b"\r\nForged: yes" in message.as_bytes()
    except ValueError:
        return False


def judge_python(installed: str, *, forges: bool) -> Finding:
    """Advice at most: what people write is in no header, and each mail is read again before it is sent."""
    line, patch = _line(installed)
    mended = EMAIL_MENDED.get(line)
    found = f"Python {installed}"
    if not forges and (mended is None or patch >= mended):
        return Finding.ok("python", found)
    how = (
        "CVE-2024-6923, tried here"
        if forges
        else "CVE-2025-11468, CVE-2026-1299, unless your distribution mended it"
    )
    newer = f"{line[0]}.{line[1]}.{mended}" if mended else NEWEST_MENDED
    return Finding.note(
        "python",
        f"{found}, whose e-mail library lets a header be forged ({how})",
        "No mail of Ringback's can be forged by it, since each is read again before it is sent; "
        f"still, take Python {newer} or newer when you can.",
    )


def judge_openssl(cryptography: str, openssl: str) -> Finding:
    """DTLS, by which the media worker talks, is OpenSSL's, as cryptography has it."""
    found = f"cryptography {cryptography} with {openssl}"
    numbers = re.match(r"OpenSSL (\d+\.\d+\.\d+)", openssl)
    line, patch = _line(numbers[1]) if numbers else ((0, 0), 0)
    if _version(cryptography) < MIN_CRYPTOGRAPHY or patch < OPENSSL_MENDED.get(line, 0):
        return Finding.wrong(
            "openssl",
            f"{found}: one forged datagram ends a connection check (CVE-2026-75806)",
            "Install cryptography 50.0.2 or newer as a wheel, as locked.",
        )
    return Finding.ok("openssl", found)


def judge_sqlite(installed: str) -> Finding:
    line, patch = _line(installed)
    mended = _version(installed) >= SQLITE_MENDED or patch >= SQLITE_MENDED_TOO.get(line, patch + 1)
    if mended:
        return Finding.ok("sqlite", f"SQLite {installed}")
    return Finding.note(
        "sqlite",
        f"SQLite {installed}; before 3.51.3 (and 3.50.7, 3.44.6) two writers at one moment may damage the "
        "database, which is very rare",
        "Keep backups, as docs/running.md says, and take a newer SQLite when your system has one.",
    )


def judge_media_libraries(installed: dict[str, str]) -> Finding:
    found = ", ".join(f"{name} {number}" for name, number in installed.items())
    if installed == LOOKED_AT:
        return Finding.ok("media libraries", found)
    wanted = ", ".join(f"{name} {number}" for name, number in LOOKED_AT.items())
    return Finding.wrong(
        "media libraries",
        f"{found}: connection checks and rehearsals were made for {wanted}",
        "Install them as locked in requirements.txt.",
    )


def _version(text: str) -> Version:
    """The first three numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def _line(text: str) -> tuple[tuple[int, int], int]:
    """The line of releases and the patch within it: 3.11 and 7."""
    major, minor, patch = (*_version(text), 0, 0, 0)[:3]
    return (major, minor), patch
