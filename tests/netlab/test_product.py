"""A session of Ringback's in two real browsers when its line or its server is gone: speech and words survive.

Reaction times are promises, and each is printed with the load of the machine (`pytest -rP`). On a machine too
busy to capture and play sound in real time what was heard is void: the test says so and is skipped. Lines
that are only bad are `test_bench_call`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.netlab.lab import Lab, Participant, now_ms
from tests.netlab.load import Load
from tests.netlab.product import Session, a_session, notes, reads

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(180)]

NUMBERS = {"a": "+447700900002", "b": "+447700900001"}
"""Each person's peer's."""
STAYS_MS = 5_000


@pytest.fixture
async def session(lab: Lab, tmp_path: Path) -> AsyncIterator[Session]:
    async with a_session(lab, tmp_path) as session:
        yield session


async def test_a_blackout_brings_up_the_telephone_and_loses_no_word(session: Session) -> None:
    areas = [await notes(person) for person in session.people]
    load, dark_ms = Load(), session.lab.line("a").set(blackout=True)
    for person, area, line in zip(session.people, areas, ("from Ann", "from Ben"), strict=True):
        await area.press("End")
        await area.press_sequentially(f"typed in the dark {line}\n")
        prompted_ms = await person.wait_for("data-phone", "offered", within_ms=10_000, since_ms=dark_ms)
        print(f"blackout: {person.name} was offered the telephone after {prompted_ms - dark_ms} ms")
        await shows_the_number(person)
    await asyncio.sleep(max(0, 15 - (now_ms() - dark_ms) / 1000))
    light_ms = session.lab.line("a").clear()
    for person in session.people:
        assert await person.hearing.reach(light_ms + 7_000, within_ms=20_000)
        back_ms = first_sound_after(person, dark_ms, light_ms)
        conditions = session.lab.conditions(load)
        print(f"15 s dark: {person.name} heard again {back_ms} ms after its end ({conditions})")
        assert back_ms < 5_000
        await person.wait_for("data-link", "connected", within_ms=5_000)
    for area in areas:
        await reads(area, "typed in the dark from Ann", "typed in the dark from Ben", within_ms=15_000)


async def test_with_every_network_down_both_screens_have_the_number_and_its_code(session: Session) -> None:
    await session.server.kill()
    for person in session.people:
        await person.wait_for("data-server", "offline", within_ms=10_000)
    load = Load()
    dark_ms = [session.lab.line(name).set(blackout=True) for name in ("a", "b")][-1]
    for person in session.people:
        prompted_ms = await person.wait_for("data-phone", "offered", within_ms=10_000, since_ms=dark_ms)
        waited = f"{prompted_ms - dark_ms} ms ({session.lab.conditions(load)})"
        print(f"server killed, lines dark: {person.name} was offered the telephone after {waited}")
        await shows_the_number(person)


async def test_who_went_to_the_telephone_in_the_dark_is_there_on_both_screens_when_it_is_light(
    session: Session,
) -> None:
    ann, ben = session.people
    dark_ms = session.lab.line("a").set(blackout=True)
    for person in (ann, ben):
        await person.wait_for("data-phone", "offered", within_ms=10_000, since_ms=dark_ms)
    await ann.page.get_by_role("button", name="We're on the phone", exact=True).click()
    await ann.wait_for("data-phone", "active", within_ms=2_000)
    await ann.wait_for("data-server", "offline", within_ms=20_000)
    light_ms = session.lab.line("a").clear()
    await ann.wait_for("data-server", "online", within_ms=20_000)
    active_ms = await ben.wait_for("data-phone", "active", within_ms=10_000)
    for person in (ann, ben):
        await expect(person.page.locator(".way-back")).to_be_visible()
        assert await person.hearing.reach(active_ms + STAYS_MS, within_ms=STAYS_MS + 10_000)
        assert person.watch.since(max(light_ms, active_ms) + 1, "data-phone") == []
        assert person.watch.value("data-phone") == "active"


async def test_a_killed_server_is_not_heard_and_costs_no_word(session: Session) -> None:
    areas, load = [await notes(person) for person in session.people], Load()
    start_ms = now_ms()
    await session.server.kill()
    for person in session.people:
        await person.wait_for("data-server", "offline", within_ms=10_000, since_ms=start_ms)
    for area, line in zip(areas, ("from Ann", "from Ben"), strict=True):
        await area.press("End")
        await area.press_sequentially(f"typed without a server {line}\n")
    await asyncio.sleep(max(0, 20 - (now_ms() - start_ms) / 1000))
    void = load.voids()
    up_ms = await session.server.start()
    for person in session.people:
        online_ms = await person.wait_for("data-server", "online", within_ms=10_000, since_ms=start_ms)
        print(f"server away {up_ms - start_ms} ms: {person.name} was back {online_ms - up_ms} ms after")
    lines = [f"typed without a server {line}" for line in ("from Ann", "from Ben")]
    for area in areas:
        await reads(area, *lines, within_ms=15_000)
    verdicts = [await person.judge(start_ms, up_ms) for person in session.people]
    for person, verdict in zip(session.people, verdicts, strict=True):
        print(f"server killed: {person.name} heard {verdict} ({session.lab.conditions(load)})")
        assert person.watch.value("data-phone") == "hidden"
        assert person.watch.value("data-link") == "connected"
    if void:
        pytest.skip(void)
    for person, verdict in zip(session.people, verdicts, strict=True):
        assert verdict.longest_gap_ms < 300
        assert [change.value for change in person.watch.since(start_ms, "data-link")] == []


async def shows_the_number(person: Participant) -> None:
    """The peer's number to be pressed and to be scanned; who is rung finds it below who rings."""
    card = person.page.locator(".phone-card")
    for folded in await card.locator("details:not([open]) > summary").all():
        await folded.click()
    await expect(card.locator(f'a[href="tel:{NUMBERS[person.name]}"]')).to_be_visible()
    await expect(card.locator('.phone-qr svg[role="img"]')).to_be_visible()


def first_sound_after(person: Participant, dark_ms: int, light_ms: int) -> int:
    """Milliseconds from the light until the person heard anything again."""
    silences = person.hearing.silences(dark_ms - 2_000, light_ms + 7_000, 1_000)
    assert silences, "the blackout was not heard"
    return silences[-1][1] - light_ms
