"""Mails as they arrive: exactly the headers we mean, two bodies, and nothing a participant could forge."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.config import Config, load
from server.db.records import Mail, Partnership, Person, SeatView, SessionView
from server.mail.invitation import invitations, link_notices
from server.mail.message import HEADERS, UnsafeMailError, compose, message_id
from tests.stores import NOON

CONFIG = load({"RINGBACK_PUBLIC_URL": "https://ringback.example.org"})
SENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

ANN = Person("a", "Ann Archer", "ann@example.org", "Europe/London")
BEN = Person("b", "Ben Brook", "ben@example.org", "Europe/Berlin")
CORA = Person("c", "Cora Lane", "cora@example.org", "Europe/London")
LINKS = {
    "mentor": "https://ringback.example.org/join/mentor-token",
    "mentee": "https://ringback.example.org/join/mentee-token",
}

HOSTILE = [
    "Ann\r\nBcc: all@example.org",
    "Ann\nSubject: forged",
    "Ann\u2028Bcc: all@example.org",
    "Ann\u2029",
    "Ann\x00\x08",
    "=?utf-8?q?x=0D=0ABcc:_all=40example.org?=",
    "=?utf-8?b?DQpCY2M6IGFsbEBleGFtcGxlLm9yZw==?=",
    "👩‍🏫 Zoë \u202eevil",
    "أمل",
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "Ann, ben@example.org; <x@example.org>",
    "." + "\r\n." * 3,
]


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.message, policy=policy.default)


def bodies(mail: Mail) -> tuple[str, str]:
    text, html = (part.get_content().replace("\r\n", "\n") for part in read(mail).iter_parts())
    return text, html


def a_mail(
    config: Config = CONFIG, *, subject: str = "Hello", text: str = "Hi\n", html: str = "<p>Hi</p>\n"
) -> Mail:
    return compose(
        config, key="k/1", recipient="ann@example.org", subject=subject, text=text, html=html, now=SENT
    )


def invited(mentor: Person = ANN, mentee: Person = BEN, starts: datetime = NOON) -> list[Mail]:
    return invitations(CONFIG, "session", mentor, mentee, starts, 30, LINKS, CORA, SENT)  # type: ignore[arg-type]


def test_a_mail_has_exactly_these_headers() -> None:
    seen = read(a_mail())
    assert tuple(seen.keys()) == HEADERS
    assert {name: str(seen[name]) for name in HEADERS[:-1]} == {
        "From": "Ringback <ringback@ringback.example.org>",
        "To": "ann@example.org",
        "Subject": "Hello",
        "Date": "Sun, 01 Mar 2026 09:30:00 +0000",
        "Message-ID": message_id(CONFIG, "k/1"),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert seen.get_content_type() == "multipart/alternative"


def test_a_mail_has_one_text_part_and_one_html_part_in_plain_ascii() -> None:
    mail = a_mail(text="Zoë 👩‍🏫\n" + "x" * 2000, html="<p>Zoë</p>")
    assert [part.get_content_type() for part in read(mail).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert mail.message.isascii()
    assert max(len(line) for line in mail.message.split(b"\r\n")) <= 998
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", mail.message) is None
    assert bodies(mail)[0].startswith("Zoë 👩‍🏫\n")


def test_the_message_id_follows_from_the_key_alone_and_tells_nothing_of_it() -> None:
    assert message_id(CONFIG, "summary/abc/mentor") == message_id(CONFIG, "summary/abc/mentor")
    assert message_id(CONFIG, "summary/abc/mentor") != message_id(CONFIG, "summary/abc/mentee")
    assert re.fullmatch(r"<[0-9a-f]{32}@ringback\.example\.org>", message_id(CONFIG, "summary/abc/mentor"))


@pytest.mark.parametrize("address", ["http://[::1]:8080", "http://localhost:8080"])
def test_a_message_id_is_well_formed_wherever_the_server_runs(address: str) -> None:
    assert message_id(load({"RINGBACK_PUBLIC_URL": address}), "k").endswith("@localhost>")


@pytest.mark.parametrize(
    "subject",
    ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\u2028b", "a\u2029b", "a\x00", "=?utf-8?q?a?=", "\ud800"],
)
def test_a_header_that_could_hold_another_one_is_refused(subject: str) -> None:
    with pytest.raises(UnsafeMailError):
        a_mail(subject=subject)


@pytest.mark.parametrize(
    "recipient",
    ["a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "", "Ann <a@example.org>", "ann"],
)
def test_only_one_plain_address_can_receive_a_mail(recipient: str) -> None:
    with pytest.raises(UnsafeMailError):
        compose(CONFIG, key="k", recipient=recipient, subject="s", text="t", html="h", now=SENT)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_people_wrote_arrives_as_they_wrote_it(words: str) -> None:
    text, html = bodies(a_mail(text=words, html=words))
    unified = words.replace("\r\n", "\n").replace("\r", "\n")
    assert text == html == (unified if unified.endswith("\n") else unified + "\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_forges_no_header_and_no_markup(name: str) -> None:
    for mail in invited(mentor=Person("a", name, "ann@example.org", "UTC")):
        seen = read(mail)
        assert tuple(seen.keys()) == HEADERS
        assert mail.recipient in {"ann@example.org", "ben@example.org"}
        assert seen["To"] == mail.recipient
        assert seen["Subject"] == "Your personal link to your mentoring session"
        _, html = bodies(mail)
        assert "<script" not in html
        assert "<img" not in html
        assert "49" not in html


def test_an_invitation_has_the_own_link_the_own_clock_and_the_partners_beside_it() -> None:
    to_ann, to_ben = invited()
    assert (to_ann.recipient, to_ben.recipient) == ("ann@example.org", "ben@example.org")
    for body in bodies(to_ann):
        assert LINKS["mentor"] in body
        assert LINKS["mentee"] not in body
        assert "Monday 2 March 2026, 12:00–12:30 (London time, UTC)" in body
        assert "Monday 2 March 2026, 13:00–13:30 (Berlin time, UTC+1)" in body
        assert "30 minutes before" in body
        assert "Cora Lane" in body
    assert "Ben Brook" in bodies(to_ann)[0]
    assert LINKS["mentee"] in bodies(to_ben)[0]


def test_an_invitation_to_two_in_one_zone_gives_the_time_once() -> None:
    to_ann, _ = invited(mentee=Person("b", "Ben Brook", "ben@example.org", "Europe/Lisbon"))
    assert bodies(to_ann)[0].count("2 March 2026") == 1


def test_invitations_of_one_session_have_keys_of_their_own() -> None:
    assert [mail.key for mail in invited()] == ["invitation/session/mentor", "invitation/session/mentee"]


@pytest.mark.parametrize(
    ("url", "to_owner", "to_peer"),
    [
        ("https://ringback.example.org/join/new", "The old one no longer", "you need to do nothing"),
        (None, "ask your", "If this surprises you"),
    ],
)
def test_both_are_told_when_a_link_changes_and_only_its_owner_gets_the_new_one(
    url: str | None, to_owner: str, to_peer: str
) -> None:
    mentor_mail, mentee_mail = link_notices(CONFIG, a_session(), "mentee", url, SENT)
    assert to_owner in bodies(mentee_mail)[0]
    assert to_peer in bodies(mentor_mail)[0]
    assert "https://" not in bodies(mentor_mail)[0]
    assert "https://" not in bodies(mentor_mail)[1]
    assert (url or "https://") in bodies(mentee_mail)[0] or url is None
    assert mentor_mail.key != mentee_mail.key


def test_every_replacement_is_told_anew() -> None:
    first = link_notices(CONFIG, a_session(), "mentee", "https://ringback.example.org/join/1", SENT)
    second = link_notices(CONFIG, a_session(), "mentee", "https://ringback.example.org/join/2", SENT)
    revoked = link_notices(CONFIG, a_session(), "mentee", None, SENT)
    again = link_notices(CONFIG, a_session(generation=2), "mentee", None, SENT)
    keys = [mail.key for mails in (first, second, revoked, again) for mail in mails]
    assert len(set(keys)) == 8
    assert max(map(len, keys)) <= 120


@pytest.mark.parametrize("make", [invited, lambda: link_notices(CONFIG, a_session(), "mentor", None, SENT)])
def test_nothing_in_a_mail_is_loaded_or_followed_from_elsewhere(make: Callable[[], list[Mail]]) -> None:
    for mail in make():
        _, html = bodies(mail)
        assert (
            re.findall(r"(?:src|background|srcset)\s*=|url\(|@import|<(?:img|link|iframe|script)", html) == []
        )
        assert set(re.findall(r'href="([^"]*)"', html)) <= set(LINKS.values())


def a_session(generation: int = 1) -> SessionView:
    return SessionView(
        id="s" * 22,
        starts=NOON,
        minutes=30,
        opened_by=None,
        created=NOON,
        met=None,
        left=None,
        ended=None,
        ended_by=None,
        summarised=None,
        phone="hidden",
        partnership=Partnership("p", "mentor", mentor_granted=False, mentee_granted=False),
        mentor=ANN,
        mentee=BEN,
        seats=(SeatView("mentor", generation, link=True), SeatView("mentee", generation, link=True)),
    )
