"""Practising alone over real sockets: the partner answers, the line is made worse, nothing stays."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio

from signalling import protocol as p
from tests.bots.practice import a_practice
from tests.rig import Rig, a_rig, until

SETUP_S = 20.0


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        yield rig


async def test_one_link_leads_to_a_partner_who_is_seen_and_says_the_same_again(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await bot.tab.join()
        await until(lambda: bot.connected and bot.talking, SETUP_S)
        await until(lambda: bot.eye.pictures >= 10, SETUP_S)
        await until(lambda: abs(bot.ear.pitch_hz() - 440) < 5 and bot.ear.loudness() > 1000, SETUP_S)
        assert bot.tab.of(p.PeerRung)
