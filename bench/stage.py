"""A server with the client as built and two people's browsers, for measures that need all of it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.client import REAL_CLIENT
from tests.browser.visitors import Chromiums, Visitors
from tests.rig import Rig, a_rig


@dataclass(frozen=True)
class Stage:
    rig: Rig
    chromiums: Chromiums


@asynccontextmanager
async def a_stage() -> AsyncGenerator[Stage]:
    """Everything in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with async_playwright() as playwright, a_rig(folder, REAL_CLIENT) as rig:
            chromiums = Chromiums(playwright, folder)
            try:
                yield Stage(rig, chromiums)
            finally:
                await chromiums.close()


@asynccontextmanager
async def visitors(stage: Stage) -> AsyncGenerator[Visitors]:
    """People for one repeat, in fresh profiles."""
    everybody = Visitors(stage.chromiums)
    try:
        yield everybody
    finally:
        await everybody.close()
