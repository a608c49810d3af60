"""A laboratory for as long as a test needs it; where there can be none the test is skipped with the reason.

Not here: what is in it (`lab`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import async_playwright

from tests.netlab import namespaces
from tests.netlab.lab import Lab, chromium, open_lab


@asynccontextmanager
async def a_lab(folder: Path, *, family: Literal[4, 6] = 4) -> AsyncIterator[Lab]:
    """Two people's browsers and a server's place on clean lines; everything in it is closed afterwards."""
    if reason := namespaces.missing():
        pytest.skip(reason)
    async with async_playwright() as playwright:
        if chromium(playwright) is None:
            pytest.skip("no Chromium: apt install chromium, or playwright install chromium")
        lab = open_lab(playwright, folder, family=family)
        try:
            yield lab
        finally:
            await lab.close()
