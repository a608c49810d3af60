"""A real SMTP server that keeps what it receives and answers as it is told.

Not here: what is sent to it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from server.config_kinds import Smtp

OK: Final = "250 OK"


@dataclass
class Postbox:
    """What a mail server received, and what it answers: the next of `answers`, then 250 for ever."""

    received: list[Envelope] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str | None] = field(default_factory=list)
    """None: take the mail and cut the connection instead of answering."""
    in_data: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event | None = None
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - named by the SMTP verb
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - named by the SMTP verb
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.in_data.set()
        if self.hold:
            await self.hold.wait()
        answer = self.data_answers.pop(0) if self.data_answers else OK
        if answer == OK or answer is None:
            self.received.append(envelope)
        if answer is None:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return OK
        return answer

    def message_ids(self) -> Counter[str]:
        return Counter(str(read(envelope)["Message-ID"]) for envelope in self.received)


def read(envelope: Envelope) -> Any:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=policy.default)


@contextlib.asynccontextmanager
async def a_mail_server(postbox: Postbox, port: int = 0, **options: Any) -> AsyncGenerator[Smtp]:
    tls = options.pop("ssl", None)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(postbox, hostname="mail.example.org", **options), "127.0.0.1", port, ssl=tls
    )
    async with server:
        yield Smtp("127.0.0.1", server.sockets[0].getsockname()[1], "none")
