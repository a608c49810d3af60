"""Two mails of one: each reads their own, of the other, at the moment the application says it is."""

from __future__ import annotations

from server.mail.pair import Draft, Reader, to_both
from tests.stores import NOON
from tests.test_mail_message import ANN, BEN, CONFIG, SENT, bodies, read


def link_draft(reader: Reader) -> Draft:
    context = {
        "link": f"https://ringback.example.org/join/{reader.role}",
        "opener": None,
        "early_minutes": 30,
        "when": f"at {reader.person.name}'s noon",
        "theirs": "",
    }
    return Draft(f"k/{reader.role}", "invitation", f"For a {reader.role}", context)


def test_each_of_the_two_reads_of_the_other() -> None:
    mentor, mentee = to_both(CONFIG, ANN, BEN, SENT, link_draft)
    assert [mentor.recipient, mentee.recipient] == ["ann@example.org", "ben@example.org"]
    for mail, reader, peer, role in ((mentor, ANN, BEN, "mentor"), (mentee, BEN, ANN, "mentee")):
        for body in bodies(mail):
            assert f"join/{role}" in body
            assert peer.name in body
        assert f"Hello {reader.name}" in bodies(mail)[0]
        assert read(mail)["Subject"] == f"For a {role}"
        assert mail.key == f"k/{role}"


def test_a_mail_is_dated_with_the_moment_given() -> None:
    for mail in to_both(CONFIG, ANN, BEN, NOON, link_draft):
        assert read(mail)["Date"].datetime == NOON
