"""The tables. Queries are in the modules that `store` puts together; the schema's history is in `migrations`.

Times are UTC. Columns called `sealed_*` hold ciphertext from `server.seal`, never plain text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Refuses naive values on the way in and always gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime, bytes: LargeBinary}  # noqa: RUF012


class Person(Base):
    """Somebody known by an e-mail address: mentor, mentee or coordinator, or all three."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    named: Mapped[bool] = mapped_column(default=False)
    """The person chose this name; a coordinator's spelling no longer replaces it."""
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case; the key by which people are recognised."""
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    """IANA time zone, as the person's browser last reported it."""
    sealed_number: Mapped[bytes | None]
    created: Mapped[datetime]


class Readiness(Base):
    """What a person's last connection check came to, in a word; no figures, no addresses."""

    __tablename__ = "readiness"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(index=True)


class Coordinator(Base):
    """The right to sign in and open sessions. No password yet means the set-up link is outstanding."""

    __tablename__ = "coordinator"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    password: Mapped[str | None] = mapped_column(String(256))
    """An Argon2id hash in its PHC string form."""
    sealed_totp: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last accepted 30 s step, so that a code works once (RFC 6238, section 5.2)."""
    setup_hash: Mapped[bytes | None]
    setup_until: Mapped[datetime | None]


class SignIn(Base):
    """A signed-in browser of a coordinator."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime]


class Partnership(Base):
    """A mentor and a mentee over time; goals and the backup plan belong to it."""

    __tablename__ = "partnership"
    __table_args__ = (UniqueConstraint("mentor_id", "mentee_id"),)

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    mentor_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    mentee_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    rings: Mapped[str] = mapped_column(String(6), default="mentor")
    """Who rings whom when no line will do."""
    mentor_granted: Mapped[bool] = mapped_column(default=False)
    """The mentor lets the mentee see the mentor's number."""
    mentee_granted: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime]


class Session(Base):
    """A booked meeting of a partnership; its live side is a room."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    """128 random bits, base64url."""
    partnership_id: Mapped[str] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    starts: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    created: Mapped[datetime]
    met: Mapped[datetime | None]
    """When both were first in the call at once."""
    left: Mapped[datetime | None]
    """When the last one left the call; empty while somebody is in it."""
    ended: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(6))
    summarised: Mapped[datetime | None]
    phone: Mapped[str] = mapped_column(String(8), default="hidden")
    current_item: Mapped[str | None] = mapped_column(String(36))
    current_since: Mapped[datetime | None]


class Seat(Base):
    """One of the two places in a session's room, and the personal link that opens it."""

    __tablename__ = "seat"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(6), primary_key=True)
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the link's token; empty once revoked."""
    generation: Mapped[int] = mapped_column(default=1)
    """Counts replacements, so that a replaced link's cookies die with it."""


class Presence(Base):
    """One stay of one participant in the call."""

    __tablename__ = "presence"
    __table_args__ = (Index(None, "session_id", "joined"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(6))
    joined: Mapped[datetime]
    left: Mapped[datetime | None]


class Operation(Base):
    """An edit that has been carried out, so that a repeated one is not carried out twice."""

    __tablename__ = "operation"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    op: Mapped[str] = mapped_column(String(36), primary_key=True)
    role: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class AgendaItem(Base):
    __tablename__ = "agenda_item"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(36), primary_key=True)
    text: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int] = mapped_column(default=0)
    done: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    position: Mapped[float] = mapped_column(default=0.0)
    removed: Mapped[bool] = mapped_column(default=False)


class Goal(Base):
    __tablename__ = "goal"

    partnership_id: Mapped[str] = mapped_column(
        ForeignKey("partnership.id", ondelete="CASCADE"), primary_key=True
    )
    goal: Mapped[str] = mapped_column(String(36), primary_key=True)
    specific: Mapped[str] = mapped_column(String(200), default="")
    measurable: Mapped[str] = mapped_column(String(1000), default="")
    owner: Mapped[str] = mapped_column(String(6), default="mentee")
    relevant: Mapped[str] = mapped_column(String(1000), default="")
    due: Mapped[str] = mapped_column(String(10), default="")
    status: Mapped[str] = mapped_column(String(8), default="open")
    position: Mapped[float] = mapped_column(default=0.0)
    removed: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[datetime]
    changed_in: Mapped[str | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    """The session in which it last changed."""


class NoteUpdate(Base):
    """One Yjs update as it came from a browser; the bytes are opaque to the serving process."""

    __tablename__ = "note_update"
    __table_args__ = (UniqueConstraint("session_id", "update_id"),)

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    update_id: Mapped[bytes]
    role: Mapped[str] = mapped_column(String(6))
    sealed_data: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(12), default="new")
    """new, good or quarantined."""
    why: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class NoteSnapshot(Base):
    """The notes up to a sequence number, compacted."""

    __tablename__ = "note_snapshot"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int]
    sealed_data: Mapped[bytes]
    sealed_text: Mapped[bytes]
    at: Mapped[datetime]


class RungChange(Base):
    """A change of what one side sends, with its reason; no content and no addresses."""

    __tablename__ = "rung_change"
    __table_args__ = (Index(None, "session_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]
    rung: Mapped[str] = mapped_column(String(8))
    previous: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(32))
    whose: Mapped[str] = mapped_column(String(8))


class CallMinute(Base):
    """A minute of the call, or part of one, as one browser saw it; no content and no addresses."""

    __tablename__ = "call_minute"
    __table_args__ = (Index(None, "session_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]
    """When it ended."""
    length_s: Mapped[int]
    seconds: Mapped[dict[str, int]] = mapped_column(JSON)
    """What the browser sent: seconds by rung, `length_s` in all."""
    lost_s: Mapped[int]
    """Seconds in which speech did not reach it."""
    breaks: Mapped[int]
    """Losses of speech that ended."""
    concealed_pm: Mapped[int | None]
    loss_pm: Mapped[int | None]
    rtt_ms: Mapped[int | None]


class PhoneChange(Base):
    """A change of the telephone prompt, so that the summary can say how long a telephone was used."""

    __tablename__ = "phone_change"
    __table_args__ = (Index(None, "session_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8))


class Outbox(Base):
    """A mail to be sent: written with the event that causes it, sent by `server.mail.sender`."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "next_try"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """What the mail is, e.g. `summary/SESSION/mentor`: the same key is never put in twice."""
    recipient: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(200))
    sealed_message: Mapped[bytes]
    """The whole RFC 5322 message, ready for DATA."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, sent or failed; the message is erased when it is no longer waiting."""
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    created: Mapped[datetime]
    sent: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class Mark(Base):
    """A sealed word, written once, by which a key file that is not this database's is noticed."""

    __tablename__ = "mark"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    sealed_word: Mapped[bytes]


class Audit(Base):
    """Who did what to which session: links made, replaced, revoked; numbers shown."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    """`coordinator:ID`, `mentor`, `mentee` or `operator`."""
    what: Mapped[str] = mapped_column(String(32))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
