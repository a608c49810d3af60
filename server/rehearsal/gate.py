"""Who may practise now: how many at once, how often, and not while the worker is late.

Not here: what a rehearsal is (`rehearsals`). As for connection checks (`server.checks`), it is decided before
anything is opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from server.config import Config
from server.errors import LaterError
from server.media.supervisor import MediaWorker
from server.throttle import Throttle


class RehearsalRefusedError(LaterError):
    """No rehearsal now."""


class Gate:
    """Counts in memory. All methods raise `RehearsalRefusedError`."""

    def __init__(self, config: Config, worker: MediaWorker) -> None:
        self._config, self._worker = config, worker
        self._begun = Throttle(config.rehearsals_per_minute, 60)

    def begin(self, address: str, now: datetime, held: Iterable[str]) -> None:
        """Let one be begun, and count it. `held` are the addresses of those that last."""
        self.enter(address, held)
        if self._worker.lag_ms > self._config.checks_lag_ms:
            raise busy()
        if not self._begun.allows(address, now):
            raise RehearsalRefusedError(
                "rehearsal.too_often",
                "That was a lot of rehearsals from your network. Wait a minute, then begin one.",
                60,
            )
        self._begun.count(address, now)

    def enter(self, address: str, held: Iterable[str]) -> None:
        """Let one that was begun take up its room. Only caps: who was let in already is not turned away."""
        config, all_held = self._config, list(held)
        if not config.rehearsals_at_once:
            raise RehearsalRefusedError(
                "rehearsal.off", "Practising alone is switched off on this server. Ask whoever runs it.", 0
            )
        full = len(all_held) >= config.rehearsals_at_once
        if full or all_held.count(address) >= config.rehearsals_per_address:
            raise busy()


def busy() -> RehearsalRefusedError:
    return RehearsalRefusedError(
        "rehearsal.busy",
        "The computer that would play your partner is busy just now. Try again in two minutes.",
        120,
    )
