"""Mail reaches a real SMTP server, whatever that server does meanwhile: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import socket
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from server.config import load
from server.config_kinds import Smtp
from server.config_kinds import smtp as parse_smtp
from server.db.records import Letter, Mail
from server.db.store import Store
from server.mail.message import HEADERS, compose
from server.mail.sender import FIRST_WAIT_S, LEASE_S, LONGEST_WAIT_S, LOOK_S, Sender, next_try
from server.mail.smtp import signed_in
from tests.certificate import tls_for_localhost
from tests.postbox import OK, Postbox, a_mail_server, read
from tests.stores import NOON, StillClock, a_store

CONFIG = load({"RINGBACK_PUBLIC_URL": "https://ringback.example.org"})
FROM = "Ringback <ringback@ringback.example.org>"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail(n: int = 1) -> Mail:
    return compose(
        CONFIG,
        key=f"summary/{n}/mentor",
        recipient=f"person{n}@example.org",
        subject="Your mentoring session: next steps and notes",
        text=f"Hello {n}, Zoë\n.\n..dots\nFrom here\n",
        html=f"<p>Hello {n}, Zoë</p>\n",
        now=NOON,
    )


async def states(store: Store) -> list[str]:
    return [letter.state for letter in reversed(await store.outbox.listing())]


async def only(store: Store) -> Letter:
    (letter,) = await store.outbox.listing()
    return letter


async def test_a_mail_arrives_with_exact_headers_and_both_parts(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox()
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        assert await Sender(store.outbox, server, FROM, clock).send_due() == LOOK_S
        (envelope,) = postbox.received
        assert (envelope.mail_from, envelope.rcpt_tos) == (
            "ringback@ringback.example.org",
            ["person1@example.org"],
        )
        seen = read(envelope)
        assert tuple(seen.keys()) == HEADERS
        assert seen["Message-ID"] == mail().message_id
        assert [part.get_content_type() for part in seen.iter_parts()] == ["text/plain", "text/html"]
        text, _ = (part.get_content().replace("\r\n", "\n") for part in seen.iter_parts())
        assert text == "Hello 1, Zoë\n.\n..dots\nFrom here\n"
        assert await states(store) == ["sent"]


async def test_mails_share_a_connection_and_each_arrives_once(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox()
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail(n) for n in range(15)])
        await Sender(store.outbox, server, FROM, clock).send_due()
        assert len(postbox.message_ids()) == len(postbox.received) == 15
        assert postbox.connections == 1


async def test_a_server_that_is_busy_for_a_while_gets_every_mail_once(tmp_path: Path) -> None:
    clock, postbox = (
        StillClock(),
        Postbox(data_answers=["451 try again later"] * 4, rcpt_answers=["452 full"] * 2),
    )
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail(n) for n in range(5)])
        sender = Sender(store.outbox, server, FROM, clock)
        for _ in range(10):
            await sender.send_due()
            clock.forward(hours=1.2)
        assert await states(store) == ["sent"] * 5
        assert postbox.message_ids() == Counter({mail(n).message_id: 1 for n in range(5)})
        assert sum(letter.tries for letter in await store.outbox.listing()) == 5 + 6


async def test_a_server_that_is_away_for_a_while_gets_every_mail_once(tmp_path: Path) -> None:
    clock, postbox, port = StillClock(), Postbox(), free_port()
    async with a_store(tmp_path, clock) as store:
        await store.outbox.put([mail(n) for n in range(3)])
        sender = Sender(store.outbox, Smtp("127.0.0.1", port, "none"), FROM, clock)
        for _ in range(4):
            assert await sender.send_due() == FIRST_WAIT_S
            clock.forward(minutes=10)
        async with a_mail_server(postbox, port):
            clock.forward(hours=2)
            await sender.send_due()
        assert await states(store) == ["sent"] * 3
        assert postbox.message_ids() == Counter({mail(n).message_id: 1 for n in range(3)})


async def test_a_server_that_hangs_does_not_hold_the_sender_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.mail.smtp.ANSWER_S", 0.3)
    clock = StillClock()
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with silent, a_store(tmp_path, clock) as store:
        await store.outbox.put([mail()])
        server = Smtp("127.0.0.1", silent.sockets[0].getsockname()[1], "none")
        assert await Sender(store.outbox, server, FROM, clock).send_due() == FIRST_WAIT_S
        letter = await only(store)
        assert (letter.state, letter.tries, letter.leased_until) == ("waiting", 1, None)
        assert letter.error
    assert heard in ([], [b""])


async def test_a_server_that_drips_is_given_up_by_the_deadline_for_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.mail.sender.HAND_OVER_S", 0.5)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"220-not yet\r\n")
                await writer.drain()
                await asyncio.sleep(0.1)

    clock = StillClock()
    dripping = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with dripping, a_store(tmp_path, clock) as store:
        await store.outbox.put([mail()])
        server = Smtp("127.0.0.1", dripping.sockets[0].getsockname()[1], "none")
        assert await Sender(store.outbox, server, FROM, clock).send_due() == FIRST_WAIT_S
        assert (await only(store)).tries == 1


async def test_a_connection_cut_after_data_costs_at_most_one_duplicate_with_the_same_message_id(
    tmp_path: Path,
) -> None:
    clock, postbox = StillClock(), Postbox(data_answers=[OK, None, OK])
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail(n) for n in range(4)])
        sender = Sender(store.outbox, server, FROM, clock)
        for _ in range(3):
            await sender.send_due()
            clock.forward(minutes=2)
        assert await states(store) == ["sent"] * 4
        assert postbox.message_ids() == Counter({mail(n).message_id: 2 if n == 1 else 1 for n in range(4)})


async def test_out_of_eighty_mails_in_bad_weather_none_is_lost_and_only_cut_ones_come_twice(
    tmp_path: Path,
) -> None:
    weather, clock = random.Random(20260302), StillClock()
    answers = weather.choices([OK, "451 greylisted", "421 too busy", None], weights=[6, 2, 1, 1], k=120)
    cuts = answers.count(None)
    postbox = Postbox(data_answers=list(answers), rcpt_answers=["450 later", OK, OK] * 8)
    mails = [mail(n) for n in range(80)]
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put(mails)
        senders = [Sender(store.outbox, server, FROM, clock) for _ in range(2)]
        while await store.outbox.next_due():
            await asyncio.gather(*(sender.send_due() for sender in senders))
            clock.forward(minutes=6)
        arrived = postbox.message_ids()
        assert set(arrived) == {each.message_id for each in mails}
        assert 0 < arrived.total() - 80 <= cuts
        assert {letter.state for letter in await store.outbox.listing()} == {"sent"}


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "553 bad mailbox", "552 mailbox full"])
async def test_a_recipient_refused_for_good_is_given_up_and_the_others_are_not(
    tmp_path: Path, answer: str
) -> None:
    clock, postbox = StillClock(), Postbox(rcpt_answers=[answer])
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail(1), mail(2)])
        await Sender(store.outbox, server, FROM, clock).send_due()
        first, second = reversed(await store.outbox.listing())
        assert (first.state, first.error, first.message) == ("failed", answer, b"")
        assert second.state == "sent"


async def test_content_refused_for_good_is_given_up(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox(data_answers=["554 5.7.1 not wanted"])
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        await Sender(store.outbox, server, FROM, clock).send_due()
        assert await states(store) == ["failed"]


@pytest.mark.parametrize("answer", ["530 5.7.0 authentication required", "503 bad sequence", "421 closing"])
async def test_what_the_operator_can_mend_is_no_reason_to_give_a_mail_up(tmp_path: Path, answer: str) -> None:
    clock, postbox = StillClock(), Postbox(rcpt_answers=[answer])
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        sender = Sender(store.outbox, server, FROM, clock)
        await sender.send_due()
        assert await states(store) == ["waiting"]
        clock.forward(minutes=1)
        await sender.send_due()
        assert await states(store) == ["sent"]


async def test_two_senders_share_the_outbox_and_nothing_arrives_twice(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox()
    async with (
        a_store(tmp_path, clock) as store,
        a_store(tmp_path, clock) as other,
        a_mail_server(postbox) as server,
    ):
        await store.outbox.put([mail(n) for n in range(24)])
        senders = [Sender(each.outbox, server, FROM, clock) for each in (store, other)]
        for _ in range(2):
            await asyncio.gather(*(sender.send_due() for sender in senders))
        assert postbox.message_ids() == Counter({mail(n).message_id: 1 for n in range(24)})
        assert await states(store) == ["sent"] * 24


async def test_a_second_sender_leaves_a_mail_alone_while_the_first_is_at_it(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox(hold=asyncio.Event())
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        first = asyncio.create_task(Sender(store.outbox, server, FROM, clock).send_due())
        await asyncio.wait_for(postbox.in_data.wait(), 10)
        clock.forward(seconds=LEASE_S - 1)
        await Sender(store.outbox, server, FROM, clock).send_due()
        assert postbox.hold is not None
        postbox.hold.set()
        await first
        assert len(postbox.received) == 1
        assert await states(store) == ["sent"]


async def test_a_sender_that_is_closing_finishes_the_mail_in_hand_and_begins_no_other(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox(hold=asyncio.Event())
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail(1), mail(2)])
        sender = Sender(store.outbox, server, FROM, clock)
        sending = asyncio.create_task(sender.send_due())
        await asyncio.wait_for(postbox.in_data.wait(), 10)
        sender.closing = True
        assert postbox.hold is not None
        postbox.hold.set()
        await sending
        assert await states(store) == ["sent", "waiting"]


SEND = """
import asyncio, sys
from pathlib import Path
from server.config_kinds import Smtp
from server.mail.sender import Sender
from tests.certificate import tls_for_localhost
from tests.postbox import OK, Postbox, a_mail_server, read
from tests.stores import StillClock, a_store

async def main(folder, port):
    clock = StillClock()
    async with a_store(Path(folder), clock) as store:
        await Sender(store.outbox, Smtp("127.0.0.1", int(port), "none"), "r@example.org", clock).send_due()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_after_data_costs_at_most_one_duplicate_after_its_lease(
    tmp_path: Path,
) -> None:
    clock, postbox = StillClock(), Postbox(hold=asyncio.Event())
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SEND, str(tmp_path), str(server.port)
        )
        await asyncio.wait_for(postbox.in_data.wait(), 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert postbox.hold is not None
        postbox.hold.set()
        sender = Sender(store.outbox, server, FROM, clock)
        await sender.send_due()
        assert await states(store) == ["waiting"]
        clock.forward(seconds=LEASE_S)
        await sender.send_due()
        assert await states(store) == ["sent"]
        assert set(postbox.message_ids()) == {mail().message_id}
        assert len(postbox.received) <= 2


def test_waits_grow_from_half_a_minute_to_an_hour_and_differ() -> None:
    waits = [[(next_try(NOON, tries) - NOON).total_seconds() for _ in range(50)] for tries in range(12)]
    assert all(FIRST_WAIT_S <= wait <= LONGEST_WAIT_S for row in waits for wait in row)
    assert max(waits[0]) < min(waits[2]) < min(waits[5])
    assert min(waits[11]) >= LONGEST_WAIT_S * 0.8
    assert len({round(wait, 6) for wait in waits[3]}) > 40


async def test_the_next_look_is_when_the_next_mail_is_due(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox(data_answers=["451 later"])
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        await store.outbox.put([mail()])
        sender = Sender(store.outbox, server, FROM, clock)
        assert await sender.send_due() == LOOK_S
        due = (await only(store)).next_try
        clock.now = due - timedelta(seconds=2)
        assert await sender.send_due() == pytest.approx(2.0)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is, from the first byte
@pytest.mark.parametrize("scheme", ["smtps", "starttls"])
async def test_mail_goes_through_tls_and_signs_in(
    tmp_path: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = tls_for_localhost(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    seen: list[tuple[bytes, bytes]] = []

    def authenticator(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret/pass")

    clock, postbox = StillClock(), Postbox()
    options: dict[str, Any] = {"authenticator": authenticator, "auth_required": True}
    options |= {"ssl": context, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": context}
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox, **options) as server:
        start = "smtps" if scheme == "smtps" else "smtp"
        url = f"{start}://ann%40example.org:s3cret%2Fpass@localhost:{server.port}"
        parsed = parse_smtp(url + ("" if scheme == "smtps" else "?starttls=1"))
        assert parsed is not None
        await store.outbox.put([mail()])
        await Sender(store.outbox, parsed, FROM, clock).send_due()
        assert (await states(store), seen) == (["sent"], [(b"ann@example.org", b"s3cret/pass")])


async def test_a_server_nobody_vouches_for_gets_no_mail_and_no_password(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox()
    async with (
        a_store(tmp_path, clock) as store,
        a_mail_server(postbox, ssl=tls_for_localhost(tmp_path)) as server,
    ):
        await store.outbox.put([mail()])
        stranger = Smtp("localhost", server.port, "tls", "ann", "secret")
        assert await Sender(store.outbox, stranger, FROM, clock).send_due() == FIRST_WAIT_S
        assert (postbox.received, postbox.connections) == ([], 0)


async def test_a_connection_can_be_tried_without_sending_anything() -> None:
    postbox = Postbox()
    async with a_mail_server(postbox) as server, signed_in(server) as client:
        assert (await client.noop()).code == 250
    assert postbox.received == []
