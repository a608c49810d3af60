"""One mail as bytes: its headers, its two bodies, and the proof that nothing else is in it.

Not here: what it says (`invitation`, `summary`). No words of a participant reach a header, so that
there is nothing to inject: subjects are constants, and recipients are checked addresses without names.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from server.config import Config
from server.db.records import Mail

HEADERS: Final = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
"""All headers of every mail, in this order."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")
"""Line breaks of every kind, and encoded-words: before CVE-2024-6923 was fixed, CPython turned one with
a line break in it into a header of its own."""


class UnsafeMailError(Exception):
    """A mail that would not arrive as it was written. It is not sent."""


def compose(
    config: Config, *, key: str, recipient: str, subject: str, text: str, html: str, now: datetime
) -> Mail:
    """A mail for the outbox; the same `key` always gives the same Message-ID. Raises `UnsafeMailError`."""
    message = EmailMessage(policy=policy.SMTP)
    fields = {
        "From": config.mail_from,
        "To": recipient,
        "Subject": subject,
        "Date": format_datetime(now),
        "Message-ID": message_id(config, key),
        "Auto-Submitted": "auto-generated",
    }
    for name, value in fields.items():
        if _UNSAFE.search(value):
            raise UnsafeMailError(f"{name} holds characters that no header may hold")
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        del part["MIME-Version"]  # RFC 2045, section 4: once, at the top
    raw = message.as_bytes()
    _check(raw, fields, text, html)
    return Mail(key, recipient, fields["Message-ID"], raw)


def message_id(config: Config, key: str) -> str:
    """RFC 5322, section 3.6.4: unique for each key, and telling nothing of it."""
    host = urlsplit(config.public_url).hostname or "localhost"
    domain = "localhost" if ":" in host else host
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _check(raw: bytes, fields: dict[str, str], text: str, html: str) -> None:
    """Read the mail as its recipient will, and compare. Raises `UnsafeMailError`."""
    seen = message_from_bytes(raw, policy=policy.default)
    if tuple(seen.keys()) != HEADERS:
        raise UnsafeMailError("the headers are not the ones that were written")
    receivers = [address.addr_spec for address in seen["To"].addresses if address.domain]
    if receivers != [fields["To"]]:
        raise UnsafeMailError("the recipient is not one plain address")
    if seen["Subject"] != fields["Subject"] or seen["Message-ID"] != fields["Message-ID"]:
        raise UnsafeMailError("a header is not read as it was written")
    parts = [part for part in seen.walk() if not part.is_multipart()]
    if seen.get_content_type() != "multipart/alternative" or any(part.defects for part in seen.walk()):
        raise UnsafeMailError("the parts are not the ones that were written")
    bodies = [(part.get_content_type(), _lines(part.get_content())) for part in parts]
    if bodies != [("text/plain", _lines(text)), ("text/html", _lines(html))]:
        raise UnsafeMailError("a body is not read as it was written")


def _lines(body: str) -> str:
    """With line breaks as a reader sees them."""
    unified = body.replace("\r\n", "\n").replace("\r", "\n")
    return unified if unified.endswith("\n") else unified + "\n"
