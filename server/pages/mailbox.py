"""The demonstration's mailbox: outgoing mail, read instead of sent. Loopback only."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiohttp import web

from server import keys
from server.db.records import Letter
from server.pages.home import local_demonstration

routes = web.RouteTableDef()
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups; frame-ancestors 'self'"
"""A mail's own style is inline; its page may do nothing else, not even run in our origin."""


@routes.get("/mailbox")
async def mailbox(request: web.Request) -> web.Response:
    local_demonstration(request)
    letters = [_row(letter) for letter in await request.app[keys.STORE].outbox.listing()]
    mails = request.app[keys.CONFIG].sends_mail
    return request.app[keys.RENDERER].page("mailbox.html", letters=letters, mails=mails)


@routes.get("/mailbox/{id:\\d{1,15}}")
async def letter(request: web.Request) -> web.Response:
    found = await _letter(request)
    mail = _parsed(found)
    text = mail.get_body(("plain",))
    return request.app[keys.RENDERER].page(
        "letter.html",
        id=found.id,
        subject=mail["Subject"],
        headers=[(name, mail[name]) for name in SHOWN_HEADERS],
        text=text.get_content() if text else "",
    )


@routes.get("/mailbox/{id:\\d{1,15}}/html")
async def html(request: web.Request) -> web.Response:
    part = _parsed(await _letter(request)).get_body(("html",))
    if part is None:
        raise web.HTTPNotFound
    return web.Response(
        text=part.get_content(),
        content_type="text/html",
        headers={"Content-Security-Policy": FRAMED, "Cache-Control": "no-store"},
    )


async def _letter(request: web.Request) -> Letter:
    local_demonstration(request)
    found = await request.app[keys.STORE].outbox.letter(int(request.match_info["id"]))
    if found is None or not found.message:
        raise web.HTTPNotFound
    return found


def _parsed(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.message, policy=policy.default)


def _row(letter: Letter) -> dict[str, object]:
    return {
        "id": letter.id,
        "to": letter.recipient,
        "subject": _parsed(letter)["Subject"] if letter.message else letter.key,
        "when": letter.created.astimezone().strftime("%a %-d %b, %H:%M"),
        "when_iso": letter.created.isoformat(timespec="seconds"),
        "state": letter.state,
    }
