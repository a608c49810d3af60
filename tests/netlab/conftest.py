"""Fixtures of the laboratory; a test that cannot run here is skipped with the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.netlab import namespaces
from tests.netlab.lab import Lab
from tests.netlab.network import CLEAN, DATA_CENTRE, Network
from tests.netlab.opening import a_lab

# Playwright waits 5 s by itself, which is a moment on a busy machine; a promise of speed gives its own.
expect.set_options(timeout=20_000)


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
    async with a_lab(tmp_path) as lab:
        yield lab
