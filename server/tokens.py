"""Bearer secrets: random texts that are handed out once, and the hashes that are kept in their place.

Not here: what a secret opens (`seats`, `coordinators`) and where its hash is kept (`server.db`).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

TOKEN_BYTES: Final = 24


@dataclass(frozen=True)
class Token:
    """A bearer secret and the hash that is stored in its place."""

    text: str

    @property
    def hash(self) -> bytes:
        return token_hash(self.text)


def new_token() -> Token:
    """A fresh secret of 192 random bits, base64url."""
    return Token(secrets.token_urlsafe(TOKEN_BYTES))


def token_hash(text: str) -> bytes:
    """SHA-256; enough for a random secret, which needs no slow hash. Any text has one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
