"""A whole session's mails as a mail server received them: nobody's words but in their bodies."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from email.message import EmailMessage
from pathlib import Path
from typing import Final

import pytest
from aiosmtpd.smtp import Envelope

from server import keys
from server.booking import Booking, Opened, open_session
from server.contacts import contact
from signalling import protocol as p
from tests.bots.tab import both_in_call, new_id
from tests.note_bytes import write
from tests.postbox import Postbox, a_mail_server, read
from tests.rig import Rig, a_rig, until

MARK: Final = "Zebedee"
"""In everything that somebody writes."""
ANN = contact(f'{MARK} Bcc: "Ann" <b>', "ann@example.org")
BEN = contact(f"{MARK}, Zoë", "ben@example.org")
AGENDA = f"{MARK}\tSubject: =?utf-8?q?forged?= <script>alert(1)</script>"
GOAL = f"{MARK} --- Content-Type: text/plain"
NOTES = f"{MARK}\n\nTo: all@example.org\n.\n--==\n"
SUBJECTS: Final = {
    "Your personal link to your mentoring session",
    "Your mentoring session: next steps and notes",
}
NAMES: Final = [
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version", b"Content-Type"
]  # fmt: skip


@pytest.fixture
async def received(tmp_path: Path) -> AsyncGenerator[list[Envelope]]:
    """Both invitations, then both summaries."""
    postbox = Postbox()
    async with a_mail_server(postbox) as server:
        url = f"smtp://{server.host}:{server.port}"
        async with a_rig(tmp_path, {"RINGBACK_SMTP_URL": url}) as rig:
            opened = await invite(rig)
            await until(lambda: len(postbox.received) == 2)
            await talk(opened)
            await until(lambda: len(postbox.received) == 4)
        yield postbox.received


async def invite(rig: Rig) -> Opened:
    booking = Booking(ANN, BEN, rig.app[keys.CLOCK]())
    return await open_session(rig.store, rig.config, booking, opened_by=None, invite=True)


async def talk(opened: Opened) -> None:
    """They meet, write everything that can be written, and end it."""
    async with both_in_call(opened.links["mentor"], opened.links["mentee"]) as (ann, ben):
        await ann.send(p.EditAgenda(op=new_id(), item=new_id(), text=AGENDA))
        await ben.send(p.EditGoal(op=new_id(), goal=new_id(), specific=GOAL, owner="mentee"))
        for tab in (ann, ben):
            await tab.expect(p.Saved)
        update = write(1, 0, NOTES)
        await ann.send_note(update)
        await ben.expect_note(update)
        await ann.send(p.End())
        await ann.expect(p.Ended)


def parts(seen: EmailMessage) -> tuple[str, str]:
    """The words of the two bodies."""
    text, html = (part.get_content().replace("\r\n", "\n") for part in seen.iter_parts())
    return text, html


def header_lines(content: bytes) -> list[bytes]:
    """Unfolded (RFC 5322, section 2.2.3), as they came."""
    head, _, _ = content.partition(b"\r\n\r\n")
    return re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")


async def test_each_gets_one_invitation_and_one_summary_of_exactly_these_headers_and_parts(
    received: list[Envelope],
) -> None:
    for envelope in received:
        content, seen = envelope.content, read(envelope)
        assert isinstance(content, bytes)
        assert [line.partition(b":")[0] for line in header_lines(content)] == NAMES
        assert [part.get_content_type() for part in seen.walk()] == [
            "multipart/alternative", "text/plain", "text/html"
        ]  # fmt: skip
        assert [part.get_content_charset() for part in seen.iter_parts()] == ["utf-8", "utf-8"]
        assert not any(part.defects for part in seen.walk())
        assert seen["Auto-Submitted"] == "auto-generated"
        assert [seen["To"]] == envelope.rcpt_tos
    assert sorted((str(each["To"]), str(each["Subject"])) for each in map(read, received)) == [
        (address, subject) for address in (ANN.email, BEN.email) for subject in sorted(SUBJECTS)
    ]
    assert len({str(read(envelope)["Message-ID"]) for envelope in received}) == 4


async def test_nobodys_words_are_in_a_header_and_all_are_in_the_bodies(received: list[Envelope]) -> None:
    for envelope in received:
        assert isinstance(envelope.content, bytes)
        decoded = "\n".join(str(value) for value in read(envelope).values())
        for words in (MARK, "forged", "all@example.org"):
            assert words not in decoded
            assert words.encode() not in b"\n".join(header_lines(envelope.content))
        text, html = parts(read(envelope))
        assert MARK in text
        assert MARK in html
        assert "<script" not in html
    told = [parts(read(each))[0] for each in received if "next steps" in str(read(each)["Subject"])]
    assert len(told) == 2
    for words in (AGENDA.replace("\t", " "), GOAL, "To: all@example.org"):
        assert all(words in re.sub(r"\s+", " ", text) for text in told), words
