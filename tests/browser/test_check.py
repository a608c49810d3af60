"""A person checks their connection before a session: a tone, an echo, one word and what to do about it."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from server import keys
from tests.browser.audit import at_all_widths, in_both_schemes
from tests.browser.client import REAL_CLIENT
from tests.browser.media import media, open_devices
from tests.browser.pages import shot
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

VERDICT_WITHIN_S: Final = 25.0
SETTINGS: Final = {"RINGBACK_CHECKS_PRIVATE": "1", "RINGBACK_CHECKS_LAG_MS": "10000"}
"""Without an address of the internet, and on a machine that does other things as well."""

TOLD_WITHIN_S: Final = 10.0
"""That the other end is gone; without a question the page would measure for 13 s more."""
SAME_ROOM: Final = """
const connect = AudioNode.prototype.connect;
let air = null;
AudioNode.prototype.connect = function (to, ...more) {
  if (to === this.context.destination) {
    air = this.context.air ??= this.context.createMediaStreamDestination();
    connect.call(this, air);
  }
  return connect.call(this, to, ...more);
};
const devices = navigator.mediaDevices;
const ask = devices?.getUserMedia.bind(devices);
if (devices) devices.getUserMedia = async (wanted) =>
  wanted.audio?.echoCancellation === false ? air.stream.clone() : await ask(wanted);
"""
"""A machine whose microphone hears its loudspeaker and nothing else."""

MIRRORED: Final = '(video) => getComputedStyle(video).transform === "matrix(-1, 0, 0, 1, 0, 0)"'
COUNT_BREAKS: Final = """(video) => {
  window.breaks = 0;
  video.addEventListener("emptied", () => window.breaks++);
}"""
"""How often the picture begins anew, from now on."""

AUDIBLE: Final = 1e-4
"""totalAudioEnergy that a word leaves and silence does not."""


@pytest_asyncio.fixture(loop_scope="module")
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig(tmp_path, {**REAL_CLIENT, **SETTINGS}) as running:
        yield running


async def reach(page: Page, within_s: float = 20.0, **values: str) -> None:
    wanted = "".join(f'[data-{name}="{value}"]' for name, value in values.items())
    await page.locator(f"rb-check{wanted}").wait_for(timeout=within_s * 1000)


async def test_from_the_lobby_to_a_word_and_back(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await ann.page.get_by_role("link", name="Check my connection").click()
    page = ann.page
    await expect(page.get_by_role("heading", name="Check your connection")).to_be_visible()
    await expect(page.get_by_text("Ben Brook: not checked yet")).to_be_visible()
    await until(lambda: rig.app[keys.CHECKS].worker.pid is not None)
    began = time.monotonic()
    await page.get_by_role("button", name="Start the check").click()
    while (heard := await media(page)) is None or heard.energy < AUDIBLE:
        assert time.monotonic() - began < VERDICT_WITHIN_S
    echo_s = time.monotonic() - began
    await expect(page.get_by_text("Talk a little")).to_be_visible()
    await page.get_by_role("button", name="I heard it").click()
    await expect(page.get_by_text("We hear you")).to_be_visible()
    await expect(page.get_by_text("Your camera works")).to_be_visible()
    preview = page.get_by_label("Your camera", exact=True)
    assert await preview.evaluate(MIRRORED)
    await preview.evaluate(COUNT_BREAKS)
    await shot(page, "check-running")
    await expect(page.get_by_text("does not pick up your loudspeaker")).to_be_visible(timeout=15_000)
    assert await preview.evaluate("(video) => [window.breaks, video.videoWidth > 0]") == [0, True]
    await reach(page, VERDICT_WITHIN_S, step="done")
    took_s = time.monotonic() - began
    await shot(page, "check-done")
    print(f"first echo after {echo_s:.2f} s, verdict after {took_s:.1f} s")
    assert took_s <= VERDICT_WITHIN_S
    await expect(page.get_by_role("heading", name="Good")).to_be_visible()
    await expect(page.get_by_text("Today your line would hold")).to_be_visible()
    await expect(page.locator("[data-beside]")).to_have_count(0)
    assert await open_devices(page, "video") == []
    session = await rig.store.sessions.load(opened.session)
    assert session
    people = [session.mentor.id, session.mentee.id]
    assert list((await rig.store.readiness.of(people)).values()) == ["good", "not_checked"]
    await page.get_by_role("link", name="Back to the room").click()
    await expect(page.get_by_role("button", name="Join", exact=True)).to_be_visible()


async def test_without_a_microphone_the_line_is_checked_all_the_same(rig: Rig, visitors: Visitors) -> None:
    page = await visitors.open(f"{rig.url}/check", await visitors.context("ann", "asking"))
    await page.get_by_role("button", name="Start the check").click()
    await expect(page.get_by_text("No microphone")).to_be_visible()
    await expect(page.get_by_text("No camera: voice works without one")).to_be_visible()
    await page.get_by_role("button", name="I heard nothing").click()
    await expect(page.get_by_text("Turn the volume up")).to_be_visible()
    await reach(page, VERDICT_WITHIN_S, step="done", readiness="not_ready")
    await expect(page.get_by_text("Choose another microphone")).to_be_visible()
    await expect(page.locator("[data-beside]")).to_contain_text(
        ["You heard no tone", "keeps the camera from"]
    )
    await expect(page.get_by_text("You will be heard")).to_have_count(0)
    await page.get_by_text("The figures", exact=True).click()
    await expect(page.get_by_role("row", name="from you")).to_contain_text("0.0 %")
    await shot(page, "check-no-microphone")
    assert await in_both_schemes(page, "check") + await at_all_widths(page, "check") == []


async def test_a_loudspeaker_in_the_microphone_and_a_network_without_web_sockets_are_told(
    rig: Rig, visitors: Visitors
) -> None:
    context = await visitors.context("ann")
    await context.add_init_script(SAME_ROOM)
    await context.route_web_socket(lambda url: url.endswith("/check/socket"), lambda socket: socket.close())
    page = await visitors.open(f"{rig.url}/check", context)
    await page.get_by_role("button", name="Start the check").click()
    await reach(page, VERDICT_WITHIN_S, loudspeaker="heard")
    await expect(page.get_by_text("headphones spare the other person an echo")).to_be_visible()
    await reach(page, VERDICT_WITHIN_S, step="done", readiness="not_ready")
    await expect(page.get_by_text("This network lets no call through")).to_be_visible()
    await page.get_by_text("The figures", exact=True).click()
    await expect(page.get_by_role("row", name="rooms (WebSocket)")).to_contain_text("does not work")
    await expect(page.get_by_role("row", name="UDP")).to_contain_text("works")
    await shot(page, "check-loudspeaker")
    copied = await page.evaluate("document.querySelector('rb-check').diagnostics")
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]{0,4}:[0-9a-f]{0,4}:", copied)
    told = json.loads(copied)
    assert (told["udp"], told["loudspeaker"]) == (True, "heard")
    assert told["socket"] == {"ms": None, "refused": True}
    assert "host udp" in told["candidates"]


async def test_a_worker_that_dies_is_said_plainly_and_the_next_try_works(
    rig: Rig, visitors: Visitors
) -> None:
    visitors.expect_complaint("status of 409")
    page = await visitors.open(f"{rig.url}/check", await visitors.context("ann"))
    await page.get_by_role("button", name="Start the check").click()
    await reach(page, step="line")
    worker = rig.app[keys.CHECKS].worker
    lost = worker.pid
    assert lost
    os.kill(lost, signal.SIGKILL)
    await reach(page, TOLD_WITHIN_S, step="failed")
    await expect(page.get_by_text("This check is over. Start a new one.")).to_be_visible()
    await page.get_by_text("What is copied").click()
    copied = await page.get_by_role("textbox", name="What is copied").input_value()
    assert json.loads(copied)["failed"] == {"at": "line", "error": "check.over"}
    await shot(page, "check-failed")
    await page.get_by_role("button", name="Check again").click()
    await reach(page, VERDICT_WITHIN_S, step="done", readiness="good")
