"""Whether the mail server takes mail from us. Not here: sending (`server.mail`)."""

from __future__ import annotations

import aiosmtplib

from server.config import Config
from server.doctor.finding import Finding
from server.mail.smtp import signed_in


async def smtp(config: Config) -> Finding:
    """Connects, secures and signs in as for a real mail, and sends none."""
    if config.smtp_url is None:
        return Finding.note(
            "mail",
            "RINGBACK_SMTP_URL is empty: mail stays in the outbox, nobody receives a link or a summary",
            "Set it to your mail server, for example smtp://user:password@mail.example.org:587?starttls=1",
        )
    where = f"{config.smtp_url.host}:{config.smtp_url.port}"
    try:
        async with signed_in(config.smtp_url) as connection:
            await connection.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        return Finding.wrong("mail", f"{where}: {error}", "Check the address, the password and the firewall.")
    if config.smtp_url.security == "none":
        return Finding.note("mail", f"{where} answers, without TLS", "Add ?starttls=1, or use smtps://.")
    return Finding.ok("mail", f"{where} answers and lets us in")
