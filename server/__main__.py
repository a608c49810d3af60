"""The command line: `ringback serve | demo | open | people | config | doctor | migrate`.

Every command reads the same settings from the environment. Not here: what the commands do.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TypeVar

import click

from server import config as settings
from server.booking import Booking, open_session
from server.config import Config, SettingError
from server.contacts import check_minutes, check_start, parse_contact
from server.coordinators import SETUP_FOR
from server.db.engine import connect, database_url
from server.db.errors import SchemaError, UnavailableError
from server.db.migrations import migrate as migrate_database
from server.db.store import Store
from server.errors import InvalidError
from server.numbers import parse_number
from server.seal import KeyFileError, Sealer
from server.tokens import new_token

G = TypeVar("G")
T = TypeVar("T")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("ringback"), prog_name="ringback")
def main() -> None:
    """Ringback, a companion for mentoring sessions. Settings come from the environment: ringback config."""


@main.command()
def serve() -> None:
    """Serve people's sessions."""
    _serve({})


@main.command()
def demo() -> None:
    """Serve a demonstration on this machine only: a session, a sign-in link and a mailbox."""
    _serve({"RINGBACK_DEMO": "1"})


@main.command("open")
@click.option("--mentor", required=True, metavar='"NAME <ADDRESS>"')
@click.option("--mentee", required=True, metavar='"NAME <ADDRESS>"')
@click.option("--mentor-phone", default="", metavar="NUMBER", help="With country code, e.g. +447700900001.")
@click.option("--mentee-phone", default="", metavar="NUMBER")
@click.option("--starts", default="", metavar="ISO", help="ISO 8601 with an offset; left out: now.")
@click.option("--minutes", default=30, show_default=True)
@click.option("--numbers-agreed", is_flag=True, help="Both owners let the other see their number.")
@click.option("--invite", is_flag=True, help="Mail both links as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def open_(
    mentor: str,
    mentee: str,
    mentor_phone: str,
    mentee_phone: str,
    starts: str,
    minutes: int,
    numbers_agreed: bool,
    invite: bool,
    as_json: bool,
) -> None:
    """Open a session for two people and print their personal links. Works beside a running server."""

    async def act(store: Store, config: Config) -> None:
        booking = Booking(
            mentor=_option("--mentor", parse_contact, mentor),
            mentee=_option("--mentee", parse_contact, mentee),
            starts=_option("--starts", _moment, starts),
            minutes=_option("--minutes", check_minutes, minutes),
            mentor_number=_option("--mentor-phone", parse_number, mentor_phone) if mentor_phone else "",
            mentee_number=_option("--mentee-phone", parse_number, mentee_phone) if mentee_phone else "",
            numbers_agreed=numbers_agreed,
        )
        opened = await open_session(store, config, booking, opened_by=None, invite=invite)
        if as_json:
            click.echo(json.dumps({"session": opened.session, **opened.links}))
        else:
            click.echo(f"Mentor: {opened.links['mentor']}\nMentee: {opened.links['mentee']}")
            click.echo(_when(booking))

    _with_store(act)


@main.group()
def people() -> None:
    """Coordinators: let somebody open sessions, and list who may."""


@people.command("add-coordinator")
@click.argument("contact", metavar='"NAME <ADDRESS>"')
def add_coordinator(contact: str) -> None:
    """Let somebody open sessions; prints a set-up link. For somebody known, makes a new one."""

    async def act(store: Store, config: Config) -> None:
        who, token = parse_contact(contact), new_token()
        await store.people.add_coordinator(who.name, who.email, token.hash, datetime.now(UTC) + SETUP_FOR)
        click.echo(f"{config.public_url}/coordinator/set-up/{token.text}")
        click.echo(f"Give this link to {who.name}; it works once, for 24 hours.", err=True)

    _with_store(act)


@people.command("list")
def list_people() -> None:
    """Print the coordinators."""

    async def act(store: Store, config: Config) -> None:
        for person, ready in await store.people.coordinators():
            click.echo(f"{person.name} <{person.email}>{'' if ready else ', set-up link not used yet'}")

    _with_store(act)


@main.command("config")
def show_config() -> None:
    """Print every setting, its value and where that comes from."""
    with _refusals():
        rows = settings.explain(os.environ)
    width = max(len(row.name) for row in rows)
    for row in rows:
        click.echo(f"{row.name:{width}}  {row.value or '(empty)'}  [{row.origin}]")
        click.echo(f"{'':{width}}  {row.help}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding.")
def doctor(as_json: bool) -> None:
    """Check settings, database, mail, TURN and versions; say what to do. Ends with 1 if one is wrong."""
    config = _config()

    async def act() -> bool:
        from server.doctor import examine  # only this command needs it

        fine = True
        async for finding in examine(config):
            fine = fine and finding.state != "wrong"
            if as_json:
                click.echo(json.dumps(finding.__dict__))
                continue
            click.echo(f"{finding.state:5}  {finding.about}: {finding.found}")
            if finding.advice:
                click.echo(f"       {finding.advice}")
        return fine

    sys.exit(0 if asyncio.run(act()) else 1)


@main.command()
def migrate() -> None:
    """Bring the database to this version. `serve` and `demo` do it too."""
    config = _config()
    with _refusals():
        migrate_database(database_url(config.data))
    click.echo("The database is up to date.")


def _serve(extra: dict[str, str]) -> None:
    from server.app import serve as serve_app  # not needed, and slow to import, for the other commands
    from server.static import NotBuiltError

    config = _config(extra)
    try:
        with _refusals():
            serve_app(config)
    except NotBuiltError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _config(extra: dict[str, str] | None = None) -> Config:
    environ = {**os.environ, **(extra or {})}
    with _refusals():
        config = settings.load(environ)
    for sentence in settings.unknown(environ):
        click.echo(sentence, err=True)
    return config


def _option(name: str, read: Callable[[G], T], given: G) -> T:
    """What an option's value means. Raises `InvalidError` that names the option."""
    try:
        return read(given)
    except InvalidError as error:
        raise InvalidError(error.error, f"{name}: {error.sentence}") from None


def _when(booking: Booking) -> str:
    """Start and end by this machine's clock."""
    starts = booking.starts.astimezone()
    ends = (starts + timedelta(minutes=booking.minutes)).astimezone()
    return f"From {starts:%A %-d %B %Y, %H:%M} to {ends:%H:%M} ({starts:%Z})"


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unusable_start() from None
    if moment.tzinfo is None:
        raise _unusable_start()
    return check_start(moment, datetime.now(UTC))


def _unusable_start() -> InvalidError:
    return InvalidError("starts.unusable", "Write the start as in 2026-03-01T14:00+00:00, with its offset.")


def _with_store(act: Callable[[Store, Config], Awaitable[None]]) -> None:
    config = _config()

    async def run() -> None:
        store = Store(connect(database_url(config.data)), Sealer(config.key_file), lambda: datetime.now(UTC))
        try:
            await store.check_key()
            await act(store, config)
        finally:
            await store.close()

    with _refusals():
        migrate_database(database_url(config.data))
        asyncio.run(run())


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns what an operator can mend into one sentence each and exit code 2."""
    try:
        yield
    except SettingError as error:
        sentences = list(error.problems)
    except InvalidError as error:
        sentences = [error.sentence]
    except (KeyFileError, SchemaError, UnavailableError) as error:
        sentences = [str(error)]
    else:
        return
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
