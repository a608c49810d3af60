"""What the journeys share: browsers for a module, visitors for a test, a server with the client as built."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser.client import REAL_CLIENT, built
from tests.browser.pages import SHOTS, WITHIN_S
from tests.browser.visitors import Chromiums, Visitors
from tests.rig import Rig, a_rig

# Playwright waits 5 s by itself, which is a moment on a busy machine.
expect.set_options(timeout=WITHIN_S * 1000)

if SHOTS:
    Path(SHOTS).mkdir(parents=True, exist_ok=True)


@pytest_asyncio.fixture(loop_scope="module")
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    """As everywhere, with the real client."""
    assert built(), "the client is not built: run `make client`"
    async with a_rig(tmp_path, REAL_CLIENT) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromiums(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Chromiums]:
    async with async_playwright() as playwright:
        started = Chromiums(playwright, tmp_path_factory.mktemp("voices"))
        try:
            yield started
        finally:
            await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visitors(chromiums: Chromiums) -> AsyncGenerator[Visitors]:
    """Nobody yet. Afterwards no page has shown an error, broken the policy or asked another origin."""
    everybody = Visitors(chromiums)
    try:
        yield everybody
    finally:
        await everybody.close()
    assert everybody.complaints == []
