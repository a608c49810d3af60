"""The built client: loaded once at the start, served for ever.

Names carry a content hash, so every answer may be kept for a year; compressed twins are sent when the
browser takes them. Not here: building (`webclient/build.mjs`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

PREFIX: Final = "/static/"
TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
ENCODINGS: Final = ((".br", "br"), (".gz", "gzip"))
YEAR_S: Final = 31_536_000


class NotBuiltError(Exception):
    """There is no client to serve; the message says what to do."""


@dataclass(frozen=True)
class Asset:
    """A file of the client as a page refers to it."""

    url: str
    integrity: str
    preload: tuple[str, ...] = ()
    """URLs of what a script imports before its first line runs."""


@dataclass(frozen=True)
class _File:
    kind: str
    bodies: dict[str, bytes]
    """By content coding; identity is always there."""


class Client:
    """All files of one build."""

    def __init__(self, folder: Path) -> None:
        """Raises `NotBuiltError`."""
        try:
            manifest = json.loads((folder / "manifest.json").read_bytes())
        except (OSError, ValueError) as error:
            raise NotBuiltError(f"{folder} holds no built client. Run: make build") from error
        self._assets = {
            name: Asset(
                PREFIX + entry["file"],
                entry["integrity"],
                tuple(PREFIX + each for each in entry.get("preload", ())),
            )
            for name, entry in manifest.items()
        }
        self._files = {path.name: _load(path) for path in folder.iterdir() if path.suffix in TYPES}

    def asset(self, name: str) -> Asset:
        """Where a logical name of the manifest is served. Raises `KeyError` for one that was not built."""
        return self._assets[name]

    def has(self, name: str) -> bool:
        return name in self._assets

    async def serve(self, request: web.Request) -> web.Response:
        """GET /static/{name}."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        accepted = _accepted(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        coding = next((each for _, each in ENCODINGS if each in file.bodies and each in accepted), "")
        response = web.Response(body=file.bodies[coding])
        response.headers[hdrs.CONTENT_TYPE] = file.kind
        response.headers[hdrs.CACHE_CONTROL] = f"public, max-age={YEAR_S}, immutable"
        response.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if coding:
            response.headers[hdrs.CONTENT_ENCODING] = coding
        return response


def _accepted(header: str) -> set[str]:
    """The codings a browser takes (RFC 9110, section 12.5.3); weight 0 means not this one."""
    entries = [entry.replace(" ", "").lower().partition(";q=") for entry in header.split(",")]
    return {coding for coding, _, weight in entries if weight.strip("0.") or not weight}


def _load(path: Path) -> _File:
    bodies = {"": path.read_bytes()}
    for suffix, coding in ENCODINGS:
        twin = path.with_name(path.name + suffix)
        if twin.exists():
            bodies[coding] = twin.read_bytes()
    return _File(f"{TYPES[path.suffix]}; charset=utf-8", bodies)
