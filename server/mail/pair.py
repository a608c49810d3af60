"""The same mail to both of a pair, each in their own words: the one place where two mails are made of one.

Not here: what the words are (`invitation`, `summary`) and what a mail is made of (`message`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from server.config import Config
from server.db.records import Mail, Person
from server.mail.message import compose
from server.mail.words import fill
from signalling.protocol import Role


class Reader(NamedTuple):
    """Whom one of the two mails is for, and the other one."""

    role: Role
    person: Person
    peer: Person


class Draft(NamedTuple):
    """What one of them reads: a template's name, and what it is filled with besides the two people."""

    key: str
    template: str
    subject: str
    context: Mapping[str, object]


def to_both(
    config: Config, mentor: Person, mentee: Person, now: datetime, draft: Callable[[Reader], Draft]
) -> list[Mail]:
    """One mail to the mentor and one to the mentee. Raises `UnsafeMailError`."""
    readers = Reader("mentor", mentor, mentee), Reader("mentee", mentee, mentor)
    return [_mail(config, reader, draft(reader), now) for reader in readers]


def _mail(config: Config, reader: Reader, draft: Draft, now: datetime) -> Mail:
    people = {"reader": reader.person, "peer": reader.peer}
    bodies = fill(draft.template, subject=draft.subject, **people, **draft.context)
    return compose(
        config,
        key=draft.key,
        recipient=reader.person.email,
        subject=draft.subject,
        text=bodies.text,
        html=bodies.html,
        now=now,
    )
