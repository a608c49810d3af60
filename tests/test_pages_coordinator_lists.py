"""A coordinator finds every session, whenever it is, and can do there what there is to do."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.pages import coordinator_lists
from server.pages.coordinator import SOON
from tests.rig import a_rig
from tests.stores import StillClock
from tests.test_pages_coordinator import Desk, a_desk, links_in

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    """Signed in, at noon on a Monday."""
    async with a_rig(tmp_path, clock=StillClock(NOON)) as rig, a_desk(rig) as desk:
        await desk.set_up()
        yield desk


def next_week(days: int = 7, time: str = "14:00") -> dict[str, str]:
    return {"day": (NOON + timedelta(days=days)).strftime("%Y-%m-%d"), "time": time}


async def booked(desk: Desk, count: int, days: int = 7, step: int = 1) -> None:
    for number in range(count):
        await desk.rig.open(starts_in_s=(days + number * step) * 86400)


def sessions_in(page: str) -> list[str]:
    return re.findall(r'href="/coordinator/sessions/([^"]+)"', page)


async def test_a_session_next_week_with_a_mistyped_address_is_found_and_its_link_dies(desk: Desk) -> None:
    await desk.open(**next_week(), mentee_email="bne@example.org")
    _, page = await desk.get("/coordinator")
    assert "Coming up" in page
    assert re.search(r"Monday 9 March 2026.*?14:00.*?Ann Archer and Ben &lt;b&gt;Brook", page, re.DOTALL)
    [session] = sessions_in(page)
    _, page = await desk.get(f"/coordinator/sessions/{session}")
    assert "bne@example.org" in page
    assert "Monday 9 March 2026, 14:00–14:30 (UTC)" in page
    assert "planned" in page, "its room is not open yet"
    path = f"/coordinator/sessions/{session}/links/mentee"
    await desk.post(path, form_id="1" * 32, do="revoke")
    _, page = await desk.get("/coordinator")
    assert "no link for Ben &lt;b&gt;Brook" in page
    assert "/join/" not in page


async def test_a_new_session_leads_to_its_own_page_and_so_does_a_new_link(desk: Desk) -> None:
    _, page = await desk.open(**next_week())
    [session] = sessions_in(page)
    assert len(links_in(page)) == 2
    path = f"/coordinator/sessions/{session}/links/mentor"
    _, page = await desk.post(path, form_id="1" * 32, do="replace")
    assert sessions_in(page) == [session]


async def test_todays_rooms_come_first_and_then_the_soonest_days(desk: Desk) -> None:
    await booked(desk, 1, days=0)
    await booked(desk, SOON)
    _, page = await desk.get("/coordinator")
    assert len(sessions_in(page)) == 1 + SOON
    assert page.index("<table") < page.index("Coming up") < page.index("Monday 9 March 2026")
    assert "to come" not in page, "that is all there are"
    await booked(desk, 1, days=300)
    _, page = await desk.get("/coordinator")
    assert f"All {SOON + 1} to come" in page
    assert "December 2026" not in page
    _, page = await desk.get("/coordinator/coming")
    assert "Sunday 27 December 2026" in page


async def test_hundreds_of_sessions_are_passed_page_by_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coordinator_lists, "PER_PAGE", 3)
    await booked(desk, 7, step=0)
    _, page = await desk.get("/coordinator/coming")
    seen = sessions_in(page)
    while further := re.findall(r'rel="next" href="([^"]+)"', page):
        _, page = await desk.get(further[0])
        seen += sessions_in(page)
    assert (len(seen), len(set(seen))) == (7, 7)
    assert 'rel="prev" href="/coordinator/coming?page=2"' in page
    for wrong in ("0", "99", "-1", "two", "٣", "9" * 40):
        status, page = await desk.get(f"/coordinator/coming?page={wrong}")
        assert (status, bool(sessions_in(page))) == (200, True), wrong


async def test_what_is_over_is_kept_among_earlier_sessions(tmp_path: Path) -> None:
    clock = StillClock(NOON)
    async with a_rig(tmp_path, clock=clock) as rig, a_desk(rig) as desk:
        await desk.set_up()
        assert "/coordinator/earlier" not in (await desk.get("/coordinator"))[1]
        held, missed = (await rig.open()).session, (await rig.open()).session
        await rig.store.sessions.set_met(held)
        for session in (held, missed):
            await rig.store.sessions.end(session, "mentor")
        clock.forward(days=3)
        await desk.sign_in()
        _, page = await desk.get("/coordinator")
        assert sessions_in(page) == []
        assert "Nothing is planned around today" in page
        assert "/coordinator/earlier" in page
        _, page = await desk.get("/coordinator/earlier")
        assert set(sessions_in(page)) == {held, missed}
        assert "Monday 2 March 2026" in page
        assert sorted(re.findall(r'<span class="badge[^"]*">(.*?)<', page)) == ["ended", "held"]


async def test_days_are_the_coordinators_own(desk: Desk) -> None:
    """Ten at night in London is the next day in Tokyo."""
    await desk.open(**next_week(time="22:00"), zone="Europe/London")
    assert "Monday 9 March 2026" in (await desk.get("/coordinator"))[1]
    [person] = [person for person, _ in await desk.rig.store.people.coordinators()]
    await desk.rig.store.people.set_zone(person.id, "Asia/Tokyo")
    for path in ("/coordinator", "/coordinator/coming"):
        _, page = await desk.get(path)
        assert "Tuesday 10 March 2026" in page
        assert "Times in Asia/Tokyo" in page


async def test_an_empty_list_says_so(desk: Desk) -> None:
    assert "Nothing is planned after tomorrow" in (await desk.get("/coordinator/coming"))[1]
    assert "There are none yet" in (await desk.get("/coordinator/earlier"))[1]
    assert "Start with two people" in (await desk.get("/coordinator"))[1]


@pytest.mark.parametrize("path", ["/coordinator/coming", "/coordinator/earlier"])
async def test_nobody_else_sees_a_list(tmp_path: Path, path: str) -> None:
    async with a_rig(tmp_path) as rig, a_desk(rig) as stranger:
        await rig.open(starts_in_s=7 * 86400)
        status, page = await stranger.get(path)
        assert (status, "For coordinators" in page, "Ann Archer" in page) == (200, True, False)
