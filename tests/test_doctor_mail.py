"""What `ringback doctor` finds of the mail server."""

from __future__ import annotations

import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from server.config import Config, load
from server.doctor import mail


def config(folder: Path, **settings: str) -> Config:
    return load({"RINGBACK_DATA": str(folder / "data"), **settings})


async def test_a_mail_server_is_greeted_for_real(tmp_path: Path) -> None:
    port = _free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        finding = await mail.smtp(config(tmp_path, RINGBACK_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    finally:
        controller.stop()
    assert (finding.state, "without TLS" in finding.found) == ("note", True)


async def test_a_mail_server_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    finding = await mail.smtp(config(tmp_path, RINGBACK_SMTP_URL=f"smtp://127.0.0.1:{_free_port()}"))
    assert finding.state == "wrong"
    assert "firewall" in finding.advice


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
