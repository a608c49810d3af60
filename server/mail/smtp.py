"""One conversation with the operator's mail server: connect, secure, sign in, hand over.

Not here: which mail is next and what becomes of one that was refused (`sender`).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Literal, NamedTuple

import aiosmtplib

from server.config_kinds import Smtp

ANSWER_S: Final = 30.0
"""How long any one answer may take. RFC 5321, section 4.5.3.2 allows minutes; a mail can wait better than
a connection can."""

Verdict = Literal["accepted", "refused", "later", "unreachable"]
"""`refused`: this mail will never be taken. `later`: this mail may be. `unreachable`: no mail would be."""

OURS: Final = frozenset({500, 502, 503, 530, 534, 535, 538})
"""Permanent answers that speak of our commands or credentials, not of the mail (RFC 5321, RFC 4954)."""


class Answer(NamedTuple):
    verdict: Verdict
    words: str
    """For the operator; may quote the recipient. Empty when accepted."""

    @property
    def brief(self) -> str:
        """For the log: the code, or the kind of failure."""
        return self.words.split(" ", 1)[0]


@asynccontextmanager
async def signed_in(server: Smtp, our_name: str = "localhost") -> AsyncGenerator[aiosmtplib.SMTP]:
    """A connection ready for mail. Raises `aiosmtplib.SMTPException` or `OSError`.

    `our_name` is said in EHLO; left to the library it would be looked up, and the event loop would wait.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        local_hostname=our_name,
        timeout=ANSWER_S,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
    )
    try:
        await client.connect()
        yield client
    finally:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=2.0)
        client.close()


async def hand_over(client: aiosmtplib.SMTP, sender: str, recipient: str, message: bytes) -> Answer:
    """Give one mail to the server. What goes wrong is an answer, not an exception."""
    try:
        await client.sendmail(sender, [recipient], message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _judge(error.recipients[0].code, error.recipients[0].message)
    except aiosmtplib.SMTPSenderRefused as error:
        return Answer("later", _words(error.code, error.message))
    except aiosmtplib.SMTPResponseException as error:
        return _judge(error.code, error.message)
    except (aiosmtplib.SMTPException, OSError) as error:
        return unreachable(error)
    return Answer("accepted", "")


def unreachable(error: Exception) -> Answer:
    """What to say of a connection that failed."""
    return Answer("unreachable", f"{type(error).__name__} {error}"[:300])


def _judge(code: int, message: str) -> Answer:
    permanent = 500 <= code < 600 and code not in OURS
    return Answer("refused" if permanent else "later", _words(code, message))


def _words(code: int, message: str) -> str:
    return f"{code} {' '.join(message.split())}"[:300]
