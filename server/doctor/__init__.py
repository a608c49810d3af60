"""What an operator should know before the first session: one finding per thing that can be wrong.

Each check looks at the real thing and says what to do. Not here: how findings are printed
(`server.__main__`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from server.config import Config
from server.doctor import data, front, local, mail, relay, stun, turn, versions
from server.doctor.finding import Finding

DEADLINE_S = 15.0

Check = Callable[[Config], Awaitable[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("versions", versions.libraries),
    ("python", versions.python),
    ("openssl", versions.openssl),
    ("sqlite", versions.sqlite),
    ("media libraries", versions.media_libraries),
    ("secure context", local.secure_context),
    ("key file", data.key_file),
    ("disk", local.disk),
    ("database", data.database),
    ("client", local.client),
    ("public address", front.public_address),
    ("mail", mail.smtp),
    ("stun", stun.stun),
    ("turn", turn.turn),
    ("turn software", turn.software),
    ("relay", relay.relay),
)


async def examine(config: Config) -> AsyncIterator[Finding]:
    """All findings in the order an operator would mend them; every check has a deadline."""
    for about, check in CHECKS:
        try:
            yield await asyncio.wait_for(check(config), DEADLINE_S)
        except TimeoutError:
            yield Finding.wrong(
                about, f"no answer within {DEADLINE_S:.0f} s", "Check the address and the firewall."
            )


__all__ = ["CHECKS", "Finding", "examine"]
