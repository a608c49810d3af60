"""Rooms over real sockets: what one tab does is what the other one sees and what the store keeps."""

from __future__ import annotations

import asyncio
import time
from itertools import permutations
from pathlib import Path

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from server import keys
from server.db.errors import UnavailableError
from server.db.records import SessionView
from server.seats import link_url
from server.tokens import new_token
from signalling import protocol as p
from signalling import room
from tests.bots.tab import JOINED, UnexpectedError, a_browser, a_tab, both_in_call, connect, new_id, open_link
from tests.rig import Rig, a_rig, until
from tests.stores import StillClock


async def session_of(rig: Rig, session_id: str) -> SessionView:
    found = await rig.store.sessions.load(session_id)
    assert found is not None
    return found


def in_call(told: p.PeerChanged) -> bool:
    return told.peer.presence == "call"


# Coming, meeting, leaving


async def test_two_people_open_their_links_and_see_each_other(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor, a_tab(opened.links["mentee"]) as mentee:
        told = await mentor.expect(p.PeerChanged)
        assert (told.peer.name, told.peer.presence, told.peer.client) == ("Ben Brook", "lobby", mentee.client)
        await mentee.join()
        assert in_call(await mentor.expect(p.PeerChanged))
        assert rig.rooms.presences(opened.session) == {"mentor": "lobby", "mentee": "call"}


async def test_the_welcome_holds_the_whole_room_and_nothing_comes_before_it(rig: Rig) -> None:
    opened = await rig.open(numbers=True)
    async with a_tab(opened.links["mentee"], in_call=True) as mentee, a_browser() as http:
        mentor = await connect(await open_link(http, opened.links["mentor"]))
        await mentor.send(p.Hello(version=1, client=mentor.client, note_seq=0, stay="lobby"))
        await mentor.send(p.Ping(n=1))
        await mentee.send(p.SetRung(op=new_id(), rung="sd", previous="hd", reason="loss", whose="mine"))
        welcome = await mentor.expect(p.Welcome)
        assert (welcome.you.name, welcome.you.role, welcome.you.presence) == ("Ann Archer", "mentor", "lobby")
        assert (welcome.peer.name, welcome.peer.presence) == ("Ben Brook", "call")
        assert (welcome.session.id, welcome.session.state, welcome.phone) == (
            opened.session,
            "open",
            "hidden",
        )
        assert welcome.ice_servers == []
        await mentor.expect(p.Pong)
        assert (await mentor.expect(p.PeerRung)).rung == "sd"
        await mentor.stop()


async def test_both_in_the_call_is_a_meeting_and_is_kept(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor, a_tab(opened.links["mentee"]) as mentee:
        await mentor.join()
        await mentee.join()
        assert (await mentor.expect(p.SessionChanged)).session.met
        assert (await mentee.expect(p.SessionChanged)).session.met

        async def both_recorded() -> bool:
            session, stays = (
                await session_of(rig, opened.session),
                await rig.store.sessions.presences(opened.session),
            )
            return session.met is not None and session.left is None and len(stays) == 2

        await until(both_recorded)


async def test_when_the_last_one_leaves_the_store_knows_and_coming_back_takes_it_back(rig: Rig) -> None:
    opened = await rig.open()

    async def nobody() -> bool:
        return (await session_of(rig, opened.session)).left is not None

    async def somebody() -> bool:
        return (await session_of(rig, opened.session)).left is None

    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send(p.Leave())
        assert (await mentee.expect(p.PeerChanged)).peer.presence == "away"
        await mentee.leave_page()
        await until(nobody)
        await mentor.join()
        await until(somebody)


async def test_a_reload_is_back_in_the_call_without_anything_entered_again(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentee.leave_page()
        gone = await mentor.expect(p.PeerChanged)
        assert (gone.peer.presence, gone.peer.client) == ("away", mentee.client)
        again = await connect(mentee.seat)
        welcome = await again.hello(in_call=True)
        assert (welcome.you.presence, welcome.peer.presence) == ("call", "call")
        back = await mentor.expect(p.PeerChanged)
        assert (back.peer.presence, back.peer.client, back.peer.status) == ("call", again.client, JOINED)
        await rig.written(opened.session)
        assert len(await rig.store.sessions.presences(opened.session)) == 2, "still one stay each"
        await again.stop()


async def test_a_connection_that_breaks_without_a_word_is_no_leaving(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        mentee.break_off()
        gone = await mentor.expect(p.PeerChanged)
        assert (gone.peer.presence, gone.peer.client) == ("away", mentee.client)
        await rig.written(opened.session)
        assert (await session_of(rig, opened.session)).left is None


async def test_leaving_the_lobby_is_seen_at_once(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        async with a_tab(opened.links["mentee"]):
            await mentor.expect(p.PeerChanged)
        told = await mentor.expect(p.PeerChanged)
        assert (told.peer.presence, told.peer.client) == ("away", None)


async def test_the_newest_tab_wins_and_the_older_can_come_back(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        second = await connect(mentor.seat)
        await second.hello(in_call=True)
        await mentor.expect(p.Moved)
        assert await mentor.closed() == p.CLOSE_MOVED
        assert (await mentee.expect(p.PeerChanged)).peer.client == second.client
        back = await connect(mentor.seat, client=mentor.client)
        await back.hello(in_call=True)
        assert await second.closed() == p.CLOSE_MOVED
        await rig.written(opened.session)
        assert len(await rig.store.sessions.presences(opened.session)) == 2, "counted once"
        await back.stop()


async def test_a_lobby_beside_a_call_of_ones_own_follows_the_room_and_gets_no_relay(tmp_path: Path) -> None:
    async with a_rig(tmp_path, TURN) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            lobby = await connect(mentor.seat)
            welcome = await lobby.hello()
            assert (welcome.you.presence, welcome.you.client) == ("call", mentor.client)
            assert welcome.ice_servers == [p.IceServer(urls=["turn:turn.example.org"])]
            await lobby.send(p.EditAgenda(op=new_id(), item=new_id(), text="The budget talk"))
            for each in (mentor, mentee, lobby):
                assert (await each.expect(p.AgendaEdited)).item.text == "The budget talk"
            await mentee.send(p.Leave())
            assert (await lobby.expect(p.PeerChanged)).peer.presence == "away"
            await lobby.stop()


async def test_two_links_in_one_browser_are_two_participants(rig: Rig) -> None:
    opened = await rig.open()
    async with (
        a_browser() as http,
        a_tab(opened.links["mentor"], http=http) as mentor,
        a_tab(opened.links["mentee"], http=http) as mentee,
    ):
        assert (mentor.seat.role, mentee.seat.role) == ("mentor", "mentee")
        await mentee.join()
        assert in_call(await mentor.expect(p.PeerChanged, in_call))


# Negotiating, talking, telephoning


async def test_descriptions_and_candidates_pass_between_the_two_tabs(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send(p.Offer(to=mentee.client, sdp="v=0 offer"))
        offered = await mentee.expect(p.Offered)
        assert offered == p.Offered(sender=mentor.client, sdp="v=0 offer")
        await mentee.send(p.Answer(to=offered.sender, sdp="v=0 answer"))
        assert await mentor.expect(p.Answered) == p.Answered(sender=mentee.client, sdp="v=0 answer")
        await mentee.send(p.Candidate(to=mentor.client, candidate="", sdp_mid="0", sdp_m_line_index=0))
        assert (await mentor.expect(p.Candidated)).sdp_mid == "0"


async def test_chat_is_delivered_or_refused(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        op = new_id()
        await mentor.send(p.Chat(op=op, text="Can you hear me?"))
        assert await mentee.expect(p.Chatted) == p.Chatted(op=op, text="Can you hear me?")
        assert (await mentor.expect(p.Delivered)).op == op
        await mentee.leave_page()
        await mentor.expect(p.PeerChanged)
        await mentor.send(p.Chat(op=op, text="Still there?"))
        assert (await mentor.expect(p.Refused)).error == "peer.gone"


async def test_the_telephone_is_joint_and_survives_a_restart(tmp_path: Path) -> None:
    async with a_rig(tmp_path) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await mentor.send(p.SetPhone(state="active"))
            for tab in (mentor, mentee):
                assert await tab.expect(p.PhoneChanged) == p.PhoneChanged(state="active", by="mentor")
    async with a_rig(tmp_path) as rig:
        link = opened.links["mentee"].replace(opened.links["mentee"].split("/join/")[0], rig.url)
        async with a_tab(link) as mentee:
            seat = mentee.seat
            again = await connect(seat)
            assert (await again.hello()).phone == "active"
            await again.stop()


# The end


async def test_the_end_for_both_is_told_and_kept(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentee.send(p.End())
        for tab in (mentor, mentee):
            assert await tab.expect(p.Ended) == p.Ended(by="mentee")
        await mentor.join()
        assert (await mentor.expect(p.Refused)).error == "session.ended"

        async def ended() -> bool:
            return (await session_of(rig, opened.session)).ended_by == "mentee"

        await until(ended)


async def test_after_the_end_both_read_how_the_call_went_and_late_records_change_it(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_rig(tmp_path, clock=clock) as rig:
        opened = await rig.open()
        clock.forward(minutes=1)
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await rig.written(opened.session)
            clock.forward(minutes=10)
            await mentor.send(p.End())
            for tab in (mentor, mentee):
                await tab.expect(p.Ended)
                told = await tab.expect(p.CallTold)
                assert told.sentence == "You were in the room together for 10 minutes."
            late = p.SetRung(op=new_id(), rung="voice", previous="sd", reason="loss", whose="mine")
            await mentee.send(replace(late, age_ms=4 * 60_000))
            for tab in (mentor, mentee):
                await tab.expect(p.CallTold, lambda told: "4 minutes of it on voice only" in told.sentence)
            await mentee.leave_page()
        async with a_tab(opened.links["mentee"]) as again:
            assert "voice only" in (await again.expect(p.CallTold)).sentence


async def test_who_never_met_reads_nothing_of_a_call(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"], in_call=True) as mentor:
        await mentor.send(p.End())
        await mentor.expect(p.Ended)
        await mentor.settle()
        await rig.written(opened.session)
        await mentor.settle()
        assert mentor.of(p.CallTold) == []


async def test_an_end_from_elsewhere_is_noticed_by_who_waits_in_the_lobby(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        await rig.store.sessions.end(opened.session, None)
        await mentor.join()
        assert await mentor.expect(p.Ended) == p.Ended(by=None)
        assert (await mentor.expect(p.SessionChanged)).session.state == "ended"


async def test_two_minutes_after_the_last_one_left_the_session_is_over_for_who_still_looks(
    tmp_path: Path,
) -> None:
    async with a_rig(tmp_path, {"RINGBACK_SUMMARY_DELAY_S": "1"}) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await mentee.leave_page()
            await mentor.send(p.Leave())
            assert await mentor.expect(p.Ended, within_s=60) == p.Ended(by=None)


# Opening times, links


async def test_a_room_that_is_not_open_yet_goes_live_by_itself(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_rig(tmp_path, {"RINGBACK_EARLY_MINUTES": "10"}, clock) as rig:
        opened = await rig.open(starts_in_s=3600)
        async with a_tab(opened.links["mentor"]) as mentor:
            await mentor.join()
            assert (await mentor.expect(p.Refused)).error == "session.early"
            clock.forward(minutes=50)
            assert (await mentor.expect(p.SessionChanged)).session.state == "open"
            await mentor.join()
            await mentor.settle()
            assert mentor.of(p.Refused) == []


async def test_a_link_dies_twelve_hours_after_the_planned_end(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_rig(tmp_path, clock=clock) as rig, a_browser() as http:
        opened = await rig.open(minutes=30)
        seat = await open_link(http, opened.links["mentor"])
        clock.forward(hours=12, minutes=30)
        with pytest.raises(UnexpectedError, match="404"):
            await open_link(http, opened.links["mentor"])
        late = await connect(seat)
        await late.send(p.Hello(version=1, client=late.client, note_seq=0, stay="lobby"))
        assert await late.closed() == p.CLOSE_SHUT_OUT


async def test_a_replaced_link_shuts_out_whoever_came_in_by_it(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        token = new_token()
        await rig.store.sessions.replace_link(opened.session, "mentee", token.hash, "operator")
        await rig.rooms.link_changed(opened.session, "mentee")
        assert (await mentee.expect(p.Refused)).error == "link.replaced"
        assert await mentee.closed() == p.CLOSE_SHUT_OUT
        assert (await mentor.expect(p.PeerChanged)).peer.client is None
        again = await connect(mentee.seat)
        await again.send(p.Hello(version=1, client=again.client, note_seq=0, stay="call"))
        assert await again.closed() == p.CLOSE_SHUT_OUT, "the old cookie is dead"
        async with a_tab(link_url(rig.url, token.text), in_call=True):
            assert in_call(await mentor.expect(p.PeerChanged))


async def test_a_link_replaced_while_somebody_comes_in_by_it_shuts_them_out(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookie was looked at before, the room hears of the connection after."""
    opened = await rig.open()
    admission = rig.app[keys.ADMISSION]
    by_cookie = admission.by_cookie

    async def overtaken(session_id: str, role: str, cookie: str) -> SessionView | None:
        found = await by_cookie(session_id, role, cookie)
        await rig.store.sessions.replace_link(session_id, "mentee", new_token().hash, "operator")
        await rig.rooms.link_changed(session_id, "mentee")
        return found

    async with a_tab(opened.links["mentor"]) as mentor, a_browser() as browser:
        seat = await open_link(browser, opened.links["mentee"])
        monkeypatch.setattr(admission, "by_cookie", overtaken)
        late = await connect(seat)
        await late.send(p.Hello(version=1, client=late.client, note_seq=0, stay="call"))
        assert await late.closed() == p.CLOSE_SHUT_OUT
        while (await mentor.expect(p.PeerChanged)).peer.client is not None:
            pass
    assert rig.rooms.presences(opened.session)["mentee"] == "away"


async def test_a_name_changed_while_the_peer_comes_in_is_not_changed_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session was loaded with the old name, and the peer comes into the room after the new one."""
    opened = await rig.open()
    admission = rig.app[keys.ADMISSION]
    by_cookie = admission.by_cookie
    async with a_tab(opened.links["mentor"]) as mentor:

        async def slowly(session_id: str, role: str, cookie: str) -> SessionView | None:
            loaded = await by_cookie(session_id, role, cookie)
            edit = p.SetName(op=new_id(), name="Annie")
            await mentor.send(edit)
            await mentor.expect(p.Saved)
            return loaded

        monkeypatch.setattr(admission, "by_cookie", slowly)
        async with a_browser() as http:
            mentee = await connect(await open_link(http, opened.links["mentee"]))
            assert (await mentee.hello()).peer.name == "Annie"
            await rig.written(opened.session)
            await mentee.settle()
            assert [told.peer.name for told in mentee.of(p.PeerChanged)] == []
            await mentee.stop()


async def test_a_name_changed_by_another_process_is_seen_at_the_next_arrival(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentee"]) as mentee:
        await rig.store.people.ensure("Ann Archer-Bell", "ann@example.org")
        async with a_tab(opened.links["mentor"]):
            told = await mentee.expect(p.PeerChanged, lambda told: told.peer.name != "Ann Archer")
            assert told.peer.name == "Ann Archer-Bell"


async def test_a_link_revoked_by_another_process_is_dead_at_the_next_connection(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentee"]) as mentee:
        await rig.store.sessions.replace_link(opened.session, "mentee", None, "operator")
        again = await connect(mentee.seat)
        await again.send(p.Hello(version=1, client=again.client, note_seq=0, stay="lobby"))
        assert await again.closed() == p.CLOSE_SHUT_OUT


# Restarts and outages


async def test_a_restart_is_told_and_the_rooms_fill_again(tmp_path: Path) -> None:
    async with a_rig(tmp_path) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await rig.rooms.close()
            assert await mentor.closed() == await mentee.closed() == p.CLOSE_RESTART
            late = await connect(mentor.seat)
            await late.send(p.Hello(version=1, client=late.client, note_seq=0, stay="call"))
            assert await late.closed() == p.CLOSE_RESTART
    async with a_rig(tmp_path) as rig:
        links = {role: f"{rig.url}/join/{link.split('/join/')[1]}" for role, link in opened.links.items()}
        async with a_tab(links["mentor"], in_call=True) as mentor, a_tab(links["mentee"], in_call=True):
            assert in_call(await mentor.expect(p.PeerChanged))

            async def somebody() -> bool:
                return (await session_of(rig, opened.session)).left is None

            await until(somebody)


async def test_a_restart_during_a_telephone_call_does_not_end_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pages are frozen meanwhile: nobody says hello to the new server."""
    at_once = {"RINGBACK_SUMMARY_DELAY_S": "1"}
    async with a_rig(tmp_path, at_once) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await mentor.send(p.SetPhone(state="active"))
            await mentee.expect(p.PhoneChanged)
            for tab in (mentor, mentee):
                tab.break_off()
            await until(lambda: set(rig.rooms.presences(opened.session).values()) == {"away"})
            await rig.written(opened.session)
    async with a_rig(tmp_path, at_once) as rig:
        links = {role: f"{rig.url}/join/{link.split('/join/')[1]}" for role, link in opened.links.items()}
        assert opened.session in rig.rooms, "both are expected back"
        async with a_tab(links["mentor"], in_call=True) as mentor:
            await mentor.leave_page()
        await until(lambda: rig.rooms.presences(opened.session)["mentor"] == "away")
        await rig.written(opened.session)
        session = await session_of(rig, opened.session)
        assert (session.ended, session.phone) == (None, "active")
        assert session.left is None, "the other one is still held: no quiet time runs"
        monkeypatch.setattr(room, "RELOAD_MS", 0)
        monkeypatch.setattr(room, "PHONE_MS", 0)

        async def over() -> bool:
            return (await session_of(rig, opened.session)).ended is not None

        await until(over)
        assert [stay.role for stay in await rig.store.sessions.presences(opened.session)] == [
            "mentor",
            "mentee",
        ], "each was there once"


@pytest.mark.parametrize("phone", ["hidden", "active"])
@pytest.mark.parametrize("order", list(permutations(("call", "lobby", "peer"))), ids="-".join)
async def test_after_a_restart_the_call_is_where_it_was_whoever_is_back_first(
    tmp_path: Path, order: tuple[str, ...], phone: p.PhoneState
) -> None:
    """Ann has a second tab, in the lobby. Only of who is on the telephone does the new server know."""
    async with a_browser() as http:
        async with a_rig(tmp_path) as rig:
            opened = await rig.open()
            ann, ben = [await open_link(http, opened.links[role]) for role in ("mentor", "mentee")]
            before = {
                name: await connect(seat) for name, seat in (("call", ann), ("peer", ben), ("lobby", ann))
            }
            for name, tab in before.items():
                await tab.hello(in_call=name != "lobby")
            await before["peer"].send(p.SetPhone(state=phone))
            await before["peer"].settle()
            await rig.written(opened.session)
        async with a_rig(tmp_path, port=rig.config.port) as rig:
            back = {name: await connect(before[name].seat, client=before[name].client) for name in order}
            for name, tab in back.items():
                await tab.hello(in_call=name != "lobby")
            await rig.written(opened.session)
            places = rig.rooms[opened.session].room.places
            assert {role: place.client for role, place in places.items() if place.in_call} == {
                "mentor": back["call"].client,
                "mentee": back["peer"].client,
            }
            seen = [told.peer.presence for told in back["peer"].of(p.PeerChanged)]
            assert phone == "hidden" or "lobby" not in seen
            stays = await rig.store.sessions.presences(opened.session)
            assert [stay.left for stay in stays][-2:] == [None, None]
            assert len(stays) == (2 if phone == "active" else 4), "each stay goes on, or a new one has begun"
            for tab in (*before.values(), *back.values()):
                await tab.stop()


async def test_rooms_are_forgotten_when_everybody_is_gone(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.settle()
        assert opened.session in rig.rooms
    await until(lambda: opened.session not in rig.rooms)


async def test_what_happens_in_a_call_waits_for_a_database_that_is_away(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, away, tries = await rig.open(), True, 0
    entered = rig.store.sessions.entered

    async def entered_later(session_id: str, role: p.Role) -> int:
        nonlocal tries
        tries += 1
        if away:
            raise UnavailableError("locked")
        return await entered(session_id, role)

    monkeypatch.setattr(rig.store.sessions, "entered", entered_later)
    async with both_in_call(*opened.links.values()):
        await until(lambda: tries >= 2)
        assert await rig.store.sessions.presences(opened.session) == []
        away = False

        async def both_recorded() -> bool:
            return len(await rig.store.sessions.presences(opened.session)) == 2

        await until(both_recorded)


async def test_a_browsers_time_zone_is_kept(rig: Rig) -> None:
    opened = await rig.open()
    async with a_browser() as http:
        tab = await connect(await open_link(http, opened.links["mentor"]))
        await tab.hello(zone="Europe/Lisbon")

        async def kept() -> bool:
            return (await session_of(rig, opened.session)).mentor.zone == "Europe/Lisbon"

        await until(kept)
        await tab.stop()


TURN = {"RINGBACK_TURN_URLS": "turn:turn.example.org", "RINGBACK_TURN_SECRET": "north"}


def make_credentials_due(rig: Rig, session_id: str) -> None:
    for connection in rig.rooms[session_id].seated():
        connection.refresh_at_s = asyncio.get_running_loop().time()


async def test_turn_credentials_come_with_joining_and_fresh_ones_before_they_run_out(tmp_path: Path) -> None:
    async with a_rig(tmp_path, TURN) as rig, a_browser() as http:
        opened = await rig.open()
        tab = await connect(await open_link(http, opened.links["mentor"]))
        lobby = (await tab.hello()).ice_servers
        assert lobby == [p.IceServer(urls=["turn:turn.example.org"])], "without credentials in the lobby"
        await tab.join()
        (first,) = (await tab.expect(p.IceServers)).ice_servers
        assert isinstance(first.username, str)
        ends, _, pseudonym = first.username.partition(":")
        assert int(ends) > time.time() + 3500
        assert opened.session not in pseudonym
        make_credentials_due(rig, opened.session)
        (fresh,) = (await tab.expect(p.IceServers)).ice_servers
        assert fresh.urls == ["turn:turn.example.org"]
        await tab.stop()


async def test_a_page_that_was_in_the_call_has_its_credentials_with_the_welcome(tmp_path: Path) -> None:
    async with a_rig(tmp_path, TURN) as rig, a_browser() as http:
        opened = await rig.open()
        tab = await connect(await open_link(http, opened.links["mentor"]))
        (server,) = (await tab.hello(in_call=True)).ice_servers
        assert server.credential
        await tab.stop()


@pytest.mark.parametrize("last", [p.Leave(), p.End()])
async def test_after_the_call_nobody_gets_credentials_any_more(tmp_path: Path, last: p.Leave | p.End) -> None:
    async with a_rig(tmp_path, TURN) as rig:
        opened = await rig.open()
        async with both_in_call(*opened.links.values()) as (mentor, mentee):
            await mentor.send(last)
            await mentee.expect(p.Ended if isinstance(last, p.End) else p.PeerChanged)
            make_credentials_due(rig, opened.session)
            rig.rooms.let_time_pass()
            for tab in (mentor, mentee):
                await tab.settle()
            assert mentor.of(p.IceServers) == []
            if isinstance(last, p.End):
                assert mentee.of(p.IceServers) == []
                again = await connect(mentee.seat)
                (server,) = (await again.hello(in_call=True)).ice_servers
                assert server.credential is UNSET, "nor who comes back"
                await again.stop()
            else:
                assert mentee.of(p.IceServers) != [], "who waits for a return keeps them"
