"""The summary says the next steps first, in each reader's own time, and what people wrote harms nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from server.db.records import CallFacts, GoalState, Mail, Stay, SummaryFacts
from server.mail.message import HEADERS
from server.mail.summary import MAX_RENDERED, MAX_STEPS, SUBJECT, summary_mails
from server.summaries import Change, Step, summarise
from signalling.protocol import AgendaItem, Goal
from tests.stores import NOON
from tests.test_mail_message import ANN, BEN, CONFIG, HOSTILE, SENT, a_session, bodies, read

UUID = "00000000-0000-0000-0000-00000000000"


def goal(
    specific: str = "Give a talk", *, changed: bool = True, removed: bool = False, **fields: object
) -> GoalState:
    usual = {
        "owner": "mentee",
        "due": "",
        "status": "open",
        "measurable": "",
        "relevant": "",
        "position": 0.0,
    }
    values = usual | {"goal": f"{UUID}1", "specific": specific} | fields
    return GoalState(Goal(**values), removed, changed)  # type: ignore[arg-type]


def item(text: str, *, done: bool = False, carried: bool = False, item_id: str = f"{UUID}2") -> AgendaItem:
    return AgendaItem(item=item_id, text=text, minutes=5, done=done, carried=carried, position=0.0)


def facts(
    goals: tuple[GoalState, ...] = (),
    agenda: tuple[AgendaItem, ...] = (),
    notes: str = "",
    current: str | None = None,
) -> SummaryFacts:
    left = NOON + timedelta(minutes=28)
    session = replace(a_session(), met=NOON, left=left, ended=left)
    stays = (Stay("mentor", NOON, left), Stay("mentee", NOON, left))
    return SummaryFacts(session, agenda, current, goals, notes, CallFacts(session, stays, (), (), ()))


def mails(given: SummaryFacts) -> list[Mail]:
    return summary_mails(CONFIG, summarise(given), SENT)


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)


def test_open_goals_are_the_next_steps_those_of_this_session_first_then_by_their_day() -> None:
    summary = summarise(
        facts(
            (
                goal("older, no day", changed=False),
                goal("older, late", changed=False, due="2026-06-01"),
                goal("older, soon", changed=False, due="2026-04-01", status="started"),
                goal("today's", owner="both"),
                goal("reached", status="done"),
                goal("let go", status="dropped"),
                goal("removed", removed=True),
            )
        )
    )
    assert summary.steps == (
        Step("today's", "Ann Archer and Ben Brook", "", started=False),
        Step("older, soon", "Ben Brook", "2026-04-01", started=True),
        Step("older, late", "Ben Brook", "2026-06-01", started=False),
        Step("older, no day", "Ben Brook", "", started=False),
    )
    assert summary.changes == (
        Change("today's", "to do"),
        Change("reached", "done"),
        Change("let go", "let go"),
        Change("removed", "taken off the list"),
    )


def test_the_agenda_is_told_apart_by_what_became_of_it() -> None:
    summary = summarise(
        facts(
            agenda=(
                item("a", done=True),
                item("b"),
                item("c", carried=True),
                item("d", done=True, carried=True),
            )
        )
    )
    assert (summary.covered, summary.open_items, summary.carried) == (("a", "d"), ("b",), ("c",))


def test_the_item_being_talked_about_at_the_end_counts_as_begun() -> None:
    agenda = (item("a", item_id=f"{UUID}3"), item("b", item_id=f"{UUID}4"))
    given = facts(agenda=agenda, current=f"{UUID}4")
    assert (summarise(given).begun, summarise(given).open_items) == (("b",), ("a",))
    ticked = replace(given, agenda=(item("b", item_id=f"{UUID}4", done=True),))
    assert (summarise(ticked).begun, summarise(ticked).covered) == ((), ("b",))
    text, html = bodies(mails(given)[0])
    assert "* Begun: b\n* Still open: a\n" in text
    assert "Begun:</span> <bdi>b</bdi>" in html
    assert "Not reached" not in text + html


def test_empty_words_are_left_out_and_a_goal_is_called_by_what_there_is() -> None:
    summary = summarise(facts((goal("  ", measurable="\nTen slides\nby heart"), goal("")), (item("  "),)))
    assert [step.text for step in summary.steps] == ["Ten slides", "A goal without words yet"]
    assert summary.open_items == ()


def test_the_mail_begins_with_the_next_steps_and_ends_with_who_received_it() -> None:
    given = facts(
        (goal(due="2026-05-01"),), (item("Plans", done=True), item("Later", carried=True)), "# Notes\n\n- *x*"
    )
    for body in bodies(mails(given)[0]):
        places = [
            body.lower().index(words.lower())
            for words in (
                "Next steps",
                "Give a talk",
                "Ben Brook, by Friday 1 May 2026",
                "For next time:",
                "Agenda",
                "Goals you worked on",
                "Your notes",
                "The call",
                "You were in the room together for 28 minutes",
                "Ann Archer",
                "Your coordinator receives no copy",
            )
        ]
        positions = [*places[:9], body.rindex("Ann Archer"), places[10]]
        assert positions == sorted(positions)


def test_each_gets_one_mail_with_the_own_clock() -> None:
    to_ann, to_ben = mails(facts())
    assert (to_ann.recipient, to_ben.recipient) == (ANN.email, BEN.email)
    assert (to_ann.key, to_ben.key) == (f"summary/{'s' * 22}/mentor", f"summary/{'s' * 22}/mentee")
    for body in bodies(to_ann):
        assert "Monday 2 March 2026, 12:00–12:28 (London time, UTC)" in body
    for body in bodies(to_ben):
        assert "Monday 2 March 2026, 13:00–13:28 (Berlin time, UTC+1)" in body
    assert "Ben Brook" in bodies(to_ann)[0].splitlines()[0]
    assert "Ann Archer" in bodies(to_ben)[0].splitlines()[0]


def test_a_session_over_the_change_of_clocks_is_told_by_both_clocks() -> None:
    begins = NOON.replace(month=3, day=29, hour=0, minute=45)
    given = facts()
    session = replace(given.session, met=begins, left=begins + timedelta(minutes=30))
    to_ann, _ = mails(replace(given, session=session))
    assert "00:45 (London time, UTC) to Sunday 29 March 2026, 02:15 (London time, UTC+1)" in bodies(to_ann)[0]


def test_a_session_in_which_nothing_was_written_has_a_short_and_calm_mail() -> None:
    text, html = bodies(mails(facts())[0])
    assert not any(words in text for words in ("NEXT STEPS", "AGENDA", "GOALS", "NOTES"))
    assert "THE CALL" in text
    assert "<ul>" not in html


def test_notes_arrive_as_written_in_text_and_rendered_in_html() -> None:
    text, html = bodies(mails(facts(notes="# Plan\n\n- **first**\n- [site](https://example.org/x)\n"))[0])
    assert "# Plan\n\n- **first**" in text
    assert "<strong>first</strong>" in html
    assert '<a href="https://example.org/x"' in html


def test_very_long_notes_arrive_whole_and_unrendered() -> None:
    notes = "[" * (MAX_RENDERED + 1)
    text, html = bodies(mails(facts(notes=notes))[0])
    assert notes in text
    assert notes in html


def test_notes_that_could_not_be_read_to_the_end_say_so() -> None:
    (mail, _) = summary_mails(CONFIG, summarise(facts(notes="x"), notes_complete=False), SENT)
    assert all("may be missing" in body for body in bodies(mail))
    assert "may be missing" not in bodies(mails(facts(notes="x"))[0])[0]


def test_a_long_list_of_goals_is_cut_and_says_so() -> None:
    text, _ = bodies(mails(facts(tuple(goal(f"goal {n}", changed=False) for n in range(MAX_STEPS + 3))))[0])
    assert text.count("* goal") == MAX_STEPS
    assert "And 3 more" in text


PAYLOADS = [
    *HOSTILE,
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://tracker.example.org/pixel.png)",
    "<img src=https://tracker.example.org/pixel.png>",
    "<style>body{background:url(https://tracker.example.org)}</style>",
    "<a href='https://example.org' onclick=alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "--===============boundary==--",
    "\u202etxt.exe",
    "</td></table></body><h1>x",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_people_wrote_becomes_a_header_markup_or_a_load(payload: str) -> None:
    given = facts(
        (goal(payload, due="2026-05-01"), goal("", measurable=payload)),
        (item(payload, done=True), item(payload, carried=True), item(payload)),
        f"# {payload}\n\n{payload}\n\n- {payload}\n",
    )
    person = replace(given.session, mentor=replace(ANN, name=payload))
    for mail in mails(replace(given, session=person)):
        seen = read(mail)
        assert tuple(seen.keys()) == HEADERS
        assert (seen["To"], seen["Subject"]) == (mail.recipient, SUBJECT)
        assert mail.recipient in {ANN.email, BEN.email}
        parsed = Tags(bodies(mail)[1])
        assert not parsed.tags & {"script", "img", "svg", "iframe", "link", "object", "form", "input", "base"}
        assert bodies(mail)[1].count("<style>") == 1
        for name, value in parsed.attributes:
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "background"}
            assert name != "href" or re.match(r"https?:|mailto:|tel:", value or "")
            assert name != "style" or "url(" not in (value or "")


def test_the_mail_is_readable_without_a_wide_screen_or_a_light_one() -> None:
    _, html = bodies(mails(facts())[0])
    assert "max-width:600px" in html
    assert "prefers-color-scheme: dark" in html
    assert '<html lang="en">' in html
