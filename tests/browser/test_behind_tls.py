"""A call as it is run for real: two browsers reach the server by https, through a proxy."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.client import REAL_CLIENT
from tests.browser.visitors import Visitors
from tests.rig import Rig
from tests.tls_proxy import a_rig_behind_tls

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig_behind_tls(tmp_path, REAL_CLIENT) as running:
        yield running


async def test_a_call_and_its_notes_behind_a_proxy(rig: Rig, visitors: Visitors) -> None:
    # Nobody vouches for the certificate but the test.
    ann, ben = await visitors.in_call(await rig.open(), ignore_https_errors=True)
    for one in (ann, ben):
        assert one.page.url.startswith("https://")
        await one.sees_and_hears()
    await (await ann.notes()).fill("Told over TLS")
    await expect(await ben.notes()).to_have_value("Told over TLS")
    (cookie,) = await ann.page.context.cookies()
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    assert await ann.page.evaluate("document.cookie") == ""
