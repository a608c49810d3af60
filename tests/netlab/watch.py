"""The log of a page's data-* attributes on its root element, with the moment of every change.

What its live regions say is logged beside them, as `aria-live`.
Times are milliseconds since the epoch, as `Line.set` returns them; the log outlives reloads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext

SCRIPT = Path(__file__).with_suffix(".js")


@dataclass(frozen=True, slots=True)
class Change:
    """From `at_ms` on the attribute had this value; None: it was taken away."""

    at_ms: int
    name: str
    value: str | None


@dataclass
class Watch:
    """All changes of one participant's page, oldest first."""

    changes: list[Change] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def attach(self, context: BrowserContext) -> None:
        """Watch every page the context opens from now on."""
        await context.expose_binding("netlabAttribute", self._note)
        await context.add_init_script(path=SCRIPT)

    def value(self, name: str) -> str | None:
        """What an attribute has been last."""
        return next((c.value for c in reversed(self.changes) if c.name == name), None)

    def since(self, at_ms: int, name: str) -> list[Change]:
        """The changes of one attribute from a moment on."""
        return [c for c in self.changes if c.name == name and c.at_ms >= at_ms]

    async def wait_for(self, name: str, *values: str, within_ms: int, since_ms: int | None = None) -> int:
        """Wait until an attribute has one of the values and return since when (epoch, ms).

        With `since_ms` only changes from then on count; without it, a value that holds already does.
        Raises AssertionError with the attribute's history when the time is over.
        """

        def holds() -> int | None:
            if since_ms is None:
                latest = next((c for c in reversed(self.changes) if c.name == name), None)
                return latest.at_ms if latest and latest.value in values else None
            return next((c.at_ms for c in self.since(since_ms, name) if c.value in values), None)

        try:
            return await asyncio.wait_for(self._until(holds), within_ms / 1000)
        except TimeoutError:
            history = [(c.at_ms - (since_ms or 0), c.value) for c in self.changes if c.name == name]
            raise AssertionError(
                f"{name} was not {' or '.join(values)} within {within_ms} ms; it has been {history}"
            ) from None

    async def _until(self, holds: Callable[[], int | None]) -> int:
        while (at_ms := holds()) is None:
            self._news.clear()
            await self._news.wait()
        return at_ms

    def _note(self, _source: object, change: dict[str, Any]) -> None:
        self.changes.append(Change(int(change["atMs"]), change["name"], change["value"]))
        self._news.set()
