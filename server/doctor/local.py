"""What can be wrong on this machine: address, disk, client build. Not here: the data (`data`), `versions`."""

from __future__ import annotations

import os
import shutil
from urllib.parse import urlsplit

from server.config import Config, is_loopback
from server.doctor.finding import Finding

MIN_FREE_BYTES = 500 * 1024 * 1024

_PROXY = "Put a TLS proxy in front and set RINGBACK_PUBLIC_URL to its https address."


async def secure_context(config: Config) -> Finding:
    """Browsers give camera and microphone only to https pages and to localhost."""
    about, url = "secure context", config.public_url
    if config.secure:
        return Finding.ok(about, url)
    if is_loopback(urlsplit(url).hostname or ""):
        return Finding.note(about, f"{url} works on this machine only", f"To invite others: {_PROXY}")
    return Finding.wrong(about, f"{url} is plain http: browsers refuse camera and microphone", _PROXY)


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


async def client(config: Config) -> Finding:
    """The built client is there."""
    if (config.static / "manifest.json").is_file():
        return Finding.ok("client", str(config.static))
    return Finding.wrong("client", f"{config.static} holds no built client", "Run: make build")
