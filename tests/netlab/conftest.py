"""Fixtures of the laboratory; a test that cannot run here is skipped with the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.netlab import namespaces
from tests.netlab.lab import Lab, chromium, open_lab
from tests.netlab.network import CLEAN, DATA_CENTRE, Network


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure one call at a time: parallel workers leave the laboratory to one of them."""
    for item in items:
        if item.get_closest_marker("netlab"):
            item.add_marker(pytest.mark.xdist_group("netlab"))


@pytest.fixture
def network() -> Iterator[Network]:
    """Hosts a, b and server on clean lines, without browsers."""
    if reason := namespaces.missing():
        pytest.skip(reason)
    with Network({"a": CLEAN, "b": CLEAN, "server": DATA_CENTRE}) as network:
        yield network


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """Two people's browsers and a server's place on clean lines; everything in it is closed afterwards."""
    if reason := namespaces.missing():
        pytest.skip(reason)
    async with async_playwright() as playwright:
        if chromium(playwright) is None:
            pytest.skip("no Chromium: apt install chromium, or playwright install chromium")
        lab = open_lab(playwright, tmp_path)
        try:
            yield lab
        finally:
            await lab.close()
