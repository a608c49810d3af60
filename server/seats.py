"""Personal links and the cookies they are swapped for: what lets a browser into one seat of one room.

Not here: storing a link's hash (`server.db`) or answering requests (`server.pages.join`, `server.socket`).
A link's token (`tokens`) is a reusable capability for one seat. The cookie is the
seat's name under a key of ours, so nothing of it needs to be stored; a replaced link counts the seat's
generation up, and the old cookies die with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final, TypeGuard, get_args

from signalling.protocol import Role

COOKIE: Final = "ringback_seat"
KEY_PURPOSE: Final = "seat cookies"
"""What `Sealer.derive` is asked for."""


def link_url(public_url: str, token: str) -> str:
    """The personal link as it goes into a mail."""
    return f"{public_url}/join/{token}"


def seat_path(session_id: str, role: Role) -> str:
    """Where a seat's page lives, and the only place its cookie is sent to."""
    return f"/session/{session_id}/{role}"


def is_role(text: str) -> TypeGuard[Role]:
    """Whether a path's segment names a seat."""
    return text in get_args(Role)


class SeatCookies:
    """Makes and checks seat cookies; `key` is 32 bytes of `Sealer.derive(KEY_PURPOSE)`."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def value(self, session_id: str, role: Role, generation: int) -> str:
        """The cookie's value for a seat whose link has been replaced `generation - 1` times."""
        return (
            base64.urlsafe_b64encode(self._digest("seat", session_id, role, generation)).decode().rstrip("=")
        )

    def opens(self, cookie: str, session_id: str, role: Role, generation: int) -> bool:
        """Whether the cookie is this seat's, compared in constant time."""
        expected = self.value(session_id, role, generation)
        return hmac.compare_digest(expected.encode(), cookie.encode("utf-8", "surrogatepass"))

    def pseudonym(self, session_id: str, role: Role) -> str:
        """A name for a seat that tells a TURN server nothing: 64 bits in base16."""
        return self._digest("turn", session_id, role).hex()[:16]

    def _digest(self, *parts: object) -> bytes:
        return hmac.new(self._key, "|".join(map(str, parts)).encode(), hashlib.sha256).digest()
