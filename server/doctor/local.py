"""What can be wrong on this machine: versions, address, key, disk, database, client build."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import platform
import shutil
import sqlite3
import stat
from pathlib import Path
from urllib.parse import urlsplit

from server.config import Config, is_loopback
from server.doctor.finding import Finding

MIN_FREE_BYTES = 500 * 1024 * 1024
MIN_CRYPTOGRAPHY = (50, 0, 2)
"""CVE-2026-75806: before it, one datagram of 17 bytes ends a DTLS association."""

_PROXY = "Put a TLS proxy in front and set RINGBACK_PUBLIC_URL to its https address."


async def versions(config: Config) -> Finding:
    """Python and the libraries whose faults are known."""
    cryptography = importlib.metadata.version("cryptography")
    names = ("aiohttp", "aiortc", "pycrdt", "sqlalchemy")
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    found = (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"cryptography {cryptography}, {libraries}"
    )
    if tuple(int(part) for part in cryptography.split(".")[:3]) < MIN_CRYPTOGRAPHY:
        return Finding.wrong("versions", found, "Install cryptography 50.0.2 or newer, as locked.")
    return Finding.ok("versions", found)


async def secure_context(config: Config) -> Finding:
    """Browsers give camera and microphone only to https pages and to localhost."""
    about, url = "secure context", config.public_url
    if config.secure:
        return Finding.ok(about, url)
    if is_loopback(urlsplit(url).hostname or ""):
        return Finding.note(about, f"{url} works on this machine only", f"To invite others: {_PROXY}")
    return Finding.wrong(about, f"{url} is plain http: browsers refuse camera and microphone", _PROXY)


async def key_file(config: Config) -> Finding:
    """The key that numbers and notes are sealed with."""
    about, path = "key file", config.key_file
    if not path.exists():
        return Finding.note(
            about,
            f"{path} will be made at the first start",
            "Keep a copy of it apart from the database's backups.",
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding.wrong(about, f"{path} can be read by others on this machine", f"Run: chmod 600 {path}")
    return Finding.ok(about, str(path))


async def disk(config: Config) -> Finding:
    """Room for the database to grow, and the right to write it."""
    folder = next(each for each in (config.data, *config.data.parents) if each.exists())
    if not os.access(folder, os.W_OK):
        return Finding.wrong("disk", f"{folder} cannot be written", "Give the server's user that folder.")
    free = shutil.disk_usage(folder).free
    found = f"{free // (1024 * 1024)} MiB free at {folder}"
    if free < MIN_FREE_BYTES:
        return Finding.wrong("disk", found, "Make room: on a full disk nothing that is typed can be saved.")
    return Finding.ok("disk", found)


async def database(config: Config) -> Finding:
    """The database file is whole; a write to it is tried and taken back."""
    file = config.data / "ringback.sqlite3"
    if not file.exists():
        return Finding.note("database", f"{file} does not exist yet", "It is made at the first start.")
    try:
        found = await asyncio.to_thread(_try_database, file)
    except sqlite3.Error as error:
        return Finding.wrong("database", f"{file}: {error}", "Restore a backup, or free the lock on it.")
    if found != "ok":
        return Finding.wrong("database", f"{file} is damaged: {found}", "Restore it from a backup.")
    return Finding.ok("database", f"{file} is whole and can be written")


def _try_database(file: Path) -> str:
    connection = sqlite3.connect(file, isolation_level=None, timeout=5)
    try:
        connection.execute("BEGIN IMMEDIATE")
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        connection.execute("ROLLBACK")
        return verdict
    finally:
        connection.close()


async def client(config: Config) -> Finding:
    """The built client is there."""
    if (config.static / "manifest.json").is_file():
        return Finding.ok("client", str(config.static))
    return Finding.wrong("client", f"{config.static} holds no built client", "Run: make build")
