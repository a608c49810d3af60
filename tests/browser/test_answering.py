"""What the call rests on and no standard promises: a browser that answers its own offer in the peer's name.

The client's `negotiation.ts` and `copies.ts` run here by themselves between two connections of one page. When
this fails with a new browser, docs/decisions/0006-call.md and 0021-more-copies-of-speech.md say what was
assumed.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.browser.visitors import Chromiums

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CLIENT: Final = Path(__file__).resolve().parents[2] / "webclient"
ESBUILD: Final = CLIENT / "node_modules" / ".bin" / "esbuild"
CALL: Final = Path(__file__).parent / "answering.js"
WORKER: Final = "/static/copies-TEST.js"
Side = Literal["mentor", "mentee"]
SIDES: Final[tuple[Side, ...]] = ("mentor", "mentee")
SETTLED: Final = ["stable connected", "stable connected"]
RED_SHARE_PM: Final = 1_600
"""A packet with a redundant copy is about twice one without, per mille of it."""
SECOND: Final = 48_000
"""Samples of Opus."""


@dataclass(frozen=True)
class Totals:
    """What one side has sent, and what the other has received of it."""

    speech_packets: int
    speech_bytes: int
    video_ssrc: int
    lost: int
    """Packets of both kinds."""
    decoded: int


class Call:
    """The two sides, in one page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def do(self, side: Side, what: str, *given: Any) -> None:
        script = "([side, what, given]) => call[side].negotiation[what](...given)"
        await self._page.evaluate(script, [side, what, given])

    async def copy_speech(self, side: Side, copies: int) -> None:
        await self._page.evaluate("([side, copies]) => call[side].copySpeech(copies)", [side, copies])

    async def totals(self, side: Side) -> Totals:
        return Totals(**await self._page.evaluate("(side) => totals(side)", side))

    async def packet_bytes(self, side: Side) -> int:
        """The mean size of the next 50 packets of speech."""
        before = await self.totals(side)
        after = await self.until(side, lambda now: now.speech_packets >= before.speech_packets + 50)
        return (after.speech_bytes - before.speech_bytes) // (after.speech_packets - before.speech_packets)

    async def played(self, side: Side) -> int:
        """How many samples of the other's speech this side has played."""
        found: int = await self._page.evaluate("(side) => played(side)", side)
        return found

    async def until(self, side: Side, claim: Callable[[Totals], bool]) -> Totals:
        async with asyncio.timeout(20):
            while not claim(found := await self.totals(side)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return found

    async def restart_both(self) -> None:
        """Both ask for new ICE at once, and agree on it."""
        said = await self.signals()
        await self._page.evaluate("() => { call.mentor.pc.restartIce(); call.mentee.pc.restartIce(); }")
        async with asyncio.timeout(10):
            while await self.signals() == said or await self.states() != SETTLED:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def states(self) -> list[str]:
        found: list[str] = await self._page.evaluate("() => states()")
        return found

    async def signals(self) -> int:
        """How many offers and answers have gone between the two."""
        found: int = await self._page.evaluate("() => call.signals")
        return found


@pytest.fixture(scope="module")
def client() -> str:
    """`negotiation.ts` and `copies.ts` as a script that any page can take."""
    return bundled("export * from './negotiation'; export * from './copies'", "iife", "--global-name=client")


@pytest.fixture(scope="module")
def copies_worker() -> str:
    """The worker through which speech goes."""
    return bundled("import './workers/copies'", "esm")


def bundled(source: str, form: str, *options: str) -> str:
    command = [str(ESBUILD), "--bundle", "--loader=ts", f"--format={form}", *options]
    made = subprocess.run(
        command, input=source, cwd=CLIENT / "src", check=True, capture_output=True, text=True
    )
    return made.stdout


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(
    chromiums: Chromiums, client: str, copies_worker: str, unused_tcp_port_factory: Callable[[], int]
) -> AsyncGenerator[Call]:
    """Two connections that see and hear each other; the page is served by nobody but the test."""
    context = await (await chromiums.get("ann")).new_context()
    page = await context.new_page()
    origin = f"http://localhost:{unused_tcp_port_factory()}/"
    await page.route(origin, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    script = {"body": copies_worker, "content_type": "text/javascript"}
    await page.route(f"**{WORKER}", lambda route: route.fulfill(**script))
    await page.goto(origin)
    await page.evaluate(client + ";globalThis.client = client")
    await page.evaluate(CALL.read_text(), WORKER)
    yield Call(page)
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def call(held: Call) -> Call:
    """The one call of all tests, agreed as at its beginning: each test has to leave it whole for the next."""
    for side in SIDES:
        await held.until(side, lambda now: now.decoded >= 10 and now.speech_packets >= 50)
        await held.do(side, "agree", agreement())
        await held.copy_speech(side, 1)
    assert await held.states() == SETTLED
    return held


async def unharmed(call: Call, side: Side, change: Callable[[], Awaitable[None]]) -> None:
    """The change costs no packet, no word to the peer and no new stream."""
    before, said = await call.totals(side), await call.signals()
    await change()
    after = await call.until(side, lambda now: now.decoded > before.decoded + 10)
    assert after.lost == before.lost
    assert after.video_ssrc == before.video_ssrc
    assert await call.signals() == said
    assert await call.states() == SETTLED


def agreement(*, red: bool = True, packet_ms: int = 20, video: bool = True) -> dict[str, Any]:
    return {"packing": {"red": red, "packetMs": packet_ms}, "video": video, "mostKbps": None}


@pytest.mark.parametrize("side", SIDES)
async def test_redundancy_is_switched_by_one_side_alone(call: Call, side: Side) -> None:
    doubled = await call.packet_bytes(side)
    await unharmed(call, side, lambda: call.do(side, "agree", agreement(red=False)))
    single = await call.packet_bytes(side)
    assert doubled * 1_000 > single * RED_SHARE_PM
    await unharmed(call, side, lambda: call.do(side, "agree", agreement()))
    assert await call.packet_bytes(side) * 1_000 > single * RED_SHARE_PM


@pytest.mark.parametrize("side", SIDES)
async def test_more_copies_of_speech_come_and_go_by_themselves(call: Call, side: Side) -> None:
    one = await call.packet_bytes(side)
    await unharmed(call, side, lambda: call.copy_speech(side, 4))
    assert await call.packet_bytes(side) > 2 * one
    await unharmed(call, side, lambda: call.do(side, "agree", agreement(red=False)))
    assert await call.packet_bytes(side) < one
    await unharmed(call, side, lambda: call.do(side, "agree", agreement()))
    assert await call.packet_bytes(side) > 2 * one
    await unharmed(call, side, lambda: call.copy_speech(side, 1))
    assert await call.packet_bytes(side) < 2 * one


@pytest.mark.parametrize("side", SIDES)
async def test_packets_of_speech_grow_longer_and_shorter(call: Call, side: Side) -> None:
    await call.do(side, "agree", agreement(red=False))
    short = await call.packet_bytes(side)
    await unharmed(call, side, lambda: call.do(side, "agree", agreement(red=False, packet_ms=60)))
    assert await call.packet_bytes(side) > 2 * short
    await unharmed(call, side, lambda: call.do(side, "agree", agreement(red=False)))
    assert await call.packet_bytes(side) < 2 * short


@pytest.mark.parametrize("side", SIDES)
async def test_video_is_taken_out_and_put_back_by_one_side_alone(call: Call, side: Side) -> None:
    doubled = await call.packet_bytes(side)
    before, said = await call.totals(side), await call.signals()
    await call.do(side, "agree", agreement(video=False))
    await call.packet_bytes(side)
    without = await call.totals(side)
    await call.packet_bytes(side)
    assert (await call.totals(side)).decoded == without.decoded, "nothing more is seen"
    await unharmed(call, side, lambda: call.do(side, "agree", agreement()))
    assert (await call.totals(side)).video_ssrc == before.video_ssrc
    assert await call.signals() == said
    assert await call.packet_bytes(side) * 4 > doubled * 3, "redundancy stays"


@pytest.mark.parametrize("side", SIDES)
async def test_speech_that_waits_is_dropped_and_heard_again(call: Call, side: Side) -> None:
    other: Side = "mentee" if side == "mentor" else "mentor"
    await call.do(side, "dropUnplayedSpeech")
    before = await call.played(side)
    async with asyncio.timeout(10):
        while await call.played(side) < before + SECOND:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await call.packet_bytes(other)
    assert await call.states() == SETTLED


@pytest.mark.parametrize("side", SIDES)
async def test_video_that_waits_is_dropped_again_and_again(call: Call, side: Side) -> None:
    doubled = await call.packet_bytes(side)
    for _ in range(5):
        await unharmed(call, side, lambda: call.do(side, "dropQueuedVideo"))
    assert await call.packet_bytes(side) * 4 > doubled * 3, "redundancy stays"


async def test_negotiations_with_the_peer_go_on_as_before(call: Call) -> None:
    for side in SIDES:
        await call.do(side, "dropQueuedVideo")
        await call.do(side, "agree", agreement(red=False))
    single = await call.packet_bytes("mentor")
    await call.restart_both()
    for side in SIDES:
        before = await call.totals(side)
        await call.until(side, lambda now, before=before: now.decoded > before.decoded + 10)  # type: ignore[misc]
    assert abs(await call.packet_bytes("mentor") - single) < single // 3, "without RED, as it was"
