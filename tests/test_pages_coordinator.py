"""A coordinator's day: set up, sign in, open a session, replace and withdraw its links."""

from __future__ import annotations

import asyncio
import html
import re
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pyotp
import pytest

from server import keys
from server.db.errors import UnavailableError
from server.guessing import CODES, PER_ACCOUNT, PER_NETWORK
from server.pages import signin
from server.tokens import new_token
from signalling.protocol import AddMinute, EditAgenda, Rung
from tests.rig import Rig, a_rig
from tests.stores import StillClock

PASSWORD = "seven quiet green lamps"
FORM = {
    "form_id": "f" * 32,
    "mentor_name": "Ann Archer",
    "mentor_email": "ann@example.org",
    "mentor_number": "+44 7700 900001",
    "mentee_name": "Ben <b>Brook",
    "mentee_email": "ben@example.org",
    "minutes": "30",
    "zone": "Europe/London",
}


class Desk:
    """A coordinator's browser."""

    def __init__(self, rig: Rig, browser: aiohttp.ClientSession) -> None:
        self.rig = rig
        self.browser = browser
        self.secret = ""

    async def get(self, path: str) -> tuple[int, str]:
        async with self.browser.get(self.rig.url + path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        headers = {"Origin": self.rig.url}
        async with self.browser.post(self.rig.url + path, data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    def code(self, steps_on: int = 0) -> str:
        now = self.rig.app[keys.CLOCK]() + timedelta(seconds=30 * steps_on)
        return pyotp.TOTP(self.secret).at(now)

    async def set_up(self) -> None:
        token, now = new_token(), self.rig.app[keys.CLOCK]()
        until = now + timedelta(hours=1)
        await self.rig.store.people.add_coordinator("Cora Lane", "cora@example.org", token.hash, until)
        path = f"/coordinator/set-up/{token.text}"
        _, page = await self.get(path)
        self.secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
        sealed = re.findall(r'name="secret" value="([0-9a-f]+)"', page)[0]
        status, page = await self.post(path, secret=sealed, password=PASSWORD, code=self.code())
        assert status == 200
        assert "Today's rooms" in html.unescape(page)

    async def sign_in(self, network: str = "192.0.2.1", **changed: str) -> tuple[int, str]:
        """As the owner does, but for what is `changed`; `network` counts behind a proxy only."""
        form = {"email": "cora@example.org", "password": PASSWORD, "code": self.code()} | changed
        headers = {"Origin": self.rig.url, "X-Forwarded-For": network}
        path = f"{self.rig.url}/coordinator/sign-in"
        async with self.browser.post(path, data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    async def open(self, **changed: str) -> tuple[int, str]:
        now = self.rig.app[keys.CLOCK]()
        when = {"day": now.strftime("%Y-%m-%d"), "time": now.strftime("%H:%M"), "zone": "UTC"}
        return await self.post("/coordinator/sessions", **(FORM | when | changed))


@asynccontextmanager
async def a_desk(rig: Rig) -> AsyncGenerator[Desk]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield Desk(rig, browser)


@pytest.fixture
async def desk(rig: Rig) -> AsyncGenerator[Desk]:
    async with a_desk(rig) as desk:
        yield desk


async def test_the_call_is_seen_in_numbers_only(desk: Desk) -> None:
    """Minutes on the rungs, what was lost, how soon it was back: of the pair, and nothing that was said."""
    await desk.set_up()
    await desk.open()
    (session,) = await desk.rig.store.calendar.around()
    _, today = await desk.get("/coordinator")
    assert "video" not in today
    panels = desk.rig.store.panels
    await panels.apply(session.id, "mentor", a_minute({"hd": 40, "voice": 20}, lost_s=12, breaks=2))
    await panels.apply(session.id, "mentee", a_minute({"sd": 60}))
    said = EditAgenda(op=str(uuid.uuid4()), item=str(uuid.uuid4()), text="A secret of ours")
    await panels.apply(session.id, "mentor", said)
    _, today = await desk.get("/coordinator")
    assert "50 s video, 10 s without" in today
    assert "12 s lost, back after 6 s" in today
    _, page = await desk.get(f"/coordinator/sessions/{session.id}")
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page) == [
        ("Sharp video", "20 s"),
        ("Video", "30 s"),
        ("Voice only", "10 s"),
    ]
    assert "secret" not in today + page


def a_minute(seconds: dict[Rung, int], lost_s: int = 0, breaks: int = 0) -> AddMinute:
    return AddMinute(
        op=str(uuid.uuid4()),
        seconds=seconds,
        lost_s=lost_s,
        breaks=breaks,
        concealed_pm=None,
        loss_pm=None,
        rtt_ms=None,
    )


def links_in(page: str) -> list[str]:
    return re.findall(r'readonly value="([^"]+/join/[^"]+)"', page)


async def test_of_a_connection_check_the_word_only_is_seen(desk: Desk) -> None:
    await desk.set_up()
    opened = await desk.rig.open()
    session = await desk.rig.store.sessions.load(opened.session)
    assert session
    _, page = await desk.get("/coordinator")
    assert page.count("not here, not checked") == 2
    await desk.rig.store.readiness.keep(session.mentee.id, "not_ready")
    _, page = await desk.get("/coordinator")
    assert (page.count("not here, not checked"), page.count("not here, not ready")) == (1, 1)


async def test_a_set_up_link_works_once_and_leads_to_todays_rooms(desk: Desk) -> None:
    await desk.set_up()
    assert (await desk.post("/coordinator/sign-out"))[0] == 200
    status, page = await desk.get("/coordinator")
    assert "Sign in" in page
    status, _ = await desk.get("/coordinator/set-up/" + "x" * 32)
    assert status == 404


async def test_signing_in_takes_password_and_a_code_never_used_before(desk: Desk) -> None:
    await desk.set_up()
    await desk.post("/coordinator/sign-out")
    right = {"email": "Cora@Example.org ", "password": PASSWORD}
    for wrong in ({"code": desk.code()}, {"code": "000000"}, {"code": desk.code(1), "password": "x" * 12}):
        status, page = await desk.post("/coordinator/sign-in", **(right | wrong))
        assert status == 403, wrong
        assert "does not work" in page
    status, page = await desk.post("/coordinator/sign-in", code=desk.code(1), **right)
    assert (status, "Today" in page) == (200, True)


async def test_guessing_is_stopped(desk: Desk) -> None:
    await desk.set_up()
    await desk.post("/coordinator/sign-out")
    for _ in range(PER_ACCOUNT):
        status, _ = await desk.post("/coordinator/sign-in", email="cora@example.org", password="x", code="1")
        assert status == 403
    status, page = await desk.post(
        "/coordinator/sign-in", email="cora@example.org", password=PASSWORD, code=desk.code(1)
    )
    assert status == 429
    assert "Wait a quarter of an hour" in page


async def test_guessing_many_at_once_is_stopped_as_well(desk: Desk) -> None:
    guess = {"email": "cora@example.org", "password": "x", "code": "1"}
    answers = await asyncio.gather(
        *(desk.post("/coordinator/sign-in", **guess) for _ in range(PER_ACCOUNT * 2))
    )
    assert [status for status, _ in answers].count(403) == PER_ACCOUNT


async def test_signing_in_often_is_no_guessing(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_rig(tmp_path, clock=clock) as rig, a_desk(rig) as desk:
        await desk.set_up()
        for _ in range(max(PER_ACCOUNT, CODES) + 1):
            clock.forward(seconds=30)
            assert (await desk.sign_in())[0] == 200


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncGenerator[Desk]:
    """Behind a proxy, so that requests can come from many networks."""
    async with a_rig(tmp_path, {"RINGBACK_TRUSTED_PROXIES": "127.0.0.1"}) as rig, a_desk(rig) as desk:
        await desk.set_up()
        await desk.post("/coordinator/sign-out")
        yield desk


async def test_strangers_who_guess_do_not_shut_the_owner_out(proxied: Desk) -> None:
    for number in range(3):
        statuses = [
            (await proxied.sign_in(network=f"203.0.113.{number}", password="wrong"))[0]
            for _ in range(PER_ACCOUNT + 1)
        ]
        assert statuses == [403] * PER_ACCOUNT + [429]
    assert (await proxied.sign_in(network="203.0.113.0", code=proxied.code(1)))[0] == 429, "still guessing"
    status, page = await proxied.sign_in(network="198.51.100.1", code=proxied.code(1))
    assert (status, "Today" in page) == (200, True)


async def test_one_network_cannot_try_every_account(proxied: Desk) -> None:
    tries = [await proxied.sign_in(email=f"{n}@example.org", password="x") for n in range(PER_NETWORK + 1)]
    assert [status for status, _ in tries] == [403] * PER_NETWORK + [429]


async def test_codes_are_not_guessed_from_many_networks_by_who_knows_the_password(proxied: Desk) -> None:
    for number in range(CODES):
        status, _ = await proxied.sign_in(network=f"203.0.113.{number}", code="000000")
        assert status == 403
    right = await proxied.sign_in(network="203.0.113.99", code=proxied.code(1))
    wrong = await proxied.sign_in(network="203.0.113.99", password="x" * 12)
    assert right == wrong, "nobody learns that the password is right"
    assert "After ten wrong codes" in right[1]


async def test_a_flood_of_sign_ins_is_told_to_wait(proxied: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "PROVEN_WITHIN_S", 0)
    status, page = await proxied.sign_in()
    assert (status, "Wait a minute" in page) == (503, True)


@pytest.mark.parametrize("path", ["/coordinator", "/coordinator/open", "/coordinator/sessions/abc"])
async def test_nobody_else_gets_in(desk: Desk, path: str) -> None:
    status, page = await desk.get(path)
    assert (status, "For coordinators" in page) == (200, True)
    status, page = await desk.open()
    assert "For coordinators" in page
    assert not await desk.rig.store.outbox.listing()


async def test_opening_a_session_shows_both_links_once_and_mails_them(desk: Desk) -> None:
    await desk.set_up()
    status, page = await desk.open()
    links = links_in(page)
    assert (status, len(set(links))) == (200, 2)
    assert "Ben &lt;b&gt;Brook" in page
    assert "No mail server is set" in page
    assert "on their way" not in page
    assert {each.recipient for each in await desk.rig.store.outbox.listing()} == {
        "ann@example.org",
        "ben@example.org",
    }
    _, today = await desk.get("/coordinator")
    assert "Ann Archer" in today
    assert not links_in(today)
    assert "/join/" not in today
    _, again = await desk.open()
    assert not links_in(again), "a page loaded again opened a second session"
    assert len(await desk.rig.store.outbox.listing()) == 2


async def test_links_are_on_their_way_where_mail_goes_out(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_SMTP_URL": "smtp://127.0.0.1:1"}) as rig, a_desk(rig) as desk:
        await desk.set_up()
        assert "Both links are on their way by mail." in (await desk.open())[1]


async def test_a_mistake_is_told_and_nothing_typed_is_lost(desk: Desk) -> None:
    await desk.set_up()
    status, page = await desk.open(mentee_email="nobody", mentor_name="Ann & Co")
    assert status == 400
    assert '<a href="#mentee_email">Mentee: Write one e-mail address' in page
    assert "Ann &amp; Co" in page
    assert not await desk.rig.store.outbox.listing()


async def test_a_replaced_link_dies_and_a_withdrawn_one_leaves_none(desk: Desk) -> None:
    await desk.set_up()
    old, other = links_in((await desk.open())[1])
    [session] = await desk.rig.store.calendar.around()
    path = f"/coordinator/sessions/{session.id}/links/mentor"
    _, page = await desk.post(path, form_id="1" * 32, do="replace")
    [new] = links_in(page)
    assert "This link is shown only now." in page
    assert new not in (old, other)
    assert [await _opens(url) for url in (old, new, other)] == [404, 200, 200]
    _, page = await desk.post(path, form_id="2" * 32, do="revoke")
    assert "no working link" in page
    assert await _opens(new) == 404
    told = [each.recipient for each in await desk.rig.store.outbox.listing() if each.key.startswith("link/")]
    assert sorted(told) == ["ann@example.org"] * 2 + ["ben@example.org"] * 2


async def test_a_form_that_failed_can_be_sent_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a coordinator who was asked to try again believes that a link has been withdrawn."""
    await desk.set_up()
    old, _ = links_in((await desk.open())[1])
    [session] = await desk.rig.store.calendar.around()
    revoke = partial(
        desk.post, f"/coordinator/sessions/{session.id}/links/mentor", form_id="1" * 32, do="revoke"
    )

    async def locked(*_: object) -> None:
        raise UnavailableError

    with monkeypatch.context() as away:
        away.setattr(desk.rig.store.sessions, "replace_link", locked)
        assert (await revoke())[0] == 503
    assert "no working link" in (await revoke())[1]
    assert await _opens(old) == 404


async def test_a_link_of_a_session_that_is_over_is_not_changed_and_says_why(desk: Desk) -> None:
    await desk.set_up()
    await desk.open()
    [session] = await desk.rig.store.calendar.around()
    await desk.rig.store.sessions.end(session.id, None)
    assert "not here" not in (await desk.get("/coordinator"))[1]
    status, page = await desk.post(
        f"/coordinator/sessions/{session.id}/links/mentor", form_id="1" * 32, do="replace"
    )
    assert (status, "This session is over" in page) == (409, True)


async def test_of_a_session_that_is_over_nothing_is_offered_or_said_of_links_that_is_not_so(
    tmp_path: Path,
) -> None:
    clock = StillClock()
    async with a_rig(tmp_path, clock=clock) as rig, a_desk(rig) as desk:
        await desk.set_up()
        links = links_in((await desk.open())[1])
        [session] = await rig.store.calendar.around()
        await rig.store.sessions.end(session.id, "mentor")
        _, page = await desk.get(f"/coordinator/sessions/{session.id}")
        assert "lead to a page that says so" in page
        assert [await _opens(link) for link in links] == [200, 200]
        assert not re.search("link is out|Replace|Revoke", page)
        clock.forward(hours=13)
        await desk.sign_in()
        _, page = await desk.get(f"/coordinator/sessions/{session.id}")
        assert "open nothing any more" in page
        assert [await _opens(link) for link in links] == [404, 404]


@pytest.mark.parametrize("change", [{"do": "give"}, {"role": "boss"}, {"session": "x" * 22}])
async def test_a_change_that_makes_no_sense_finds_nothing(desk: Desk, change: dict[str, str]) -> None:
    await desk.set_up()
    await desk.open()
    [session] = await desk.rig.store.calendar.around()
    target = {"do": "replace", "role": "mentor", "session": session.id} | change
    path = f"/coordinator/sessions/{target['session']}/links/{target['role']}"
    assert (await desk.post(path, form_id="1" * 32, do=target["do"]))[0] == 404


async def _opens(url: str) -> int:
    """The status for somebody new who follows a personal link."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        browser.get(url) as answer,
    ):
        return answer.status
