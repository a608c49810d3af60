"""What `ringback doctor` finds when the thing itself is broken."""

from __future__ import annotations

import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from server.config import Config, load
from server.doctor import network


def config(folder: Path, **settings: str) -> Config:
    return load({"RINGBACK_DATA": str(folder / "data"), **settings})


async def test_a_mail_server_is_greeted_for_real(tmp_path: Path) -> None:
    port = _free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        finding = await network.smtp(config(tmp_path, RINGBACK_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    finally:
        controller.stop()
    assert (finding.state, "without TLS" in finding.found) == ("note", True)


async def test_a_mail_server_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    finding = await network.smtp(config(tmp_path, RINGBACK_SMTP_URL=f"smtp://127.0.0.1:{_free_port()}"))
    assert finding.state == "wrong"
    assert "firewall" in finding.advice


async def test_a_turn_server_that_is_silent_is_wrong(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"turn:127.0.0.1:{silent.getsockname()[1]}"
        finding = await network.turn(config(tmp_path, RINGBACK_TURN_URLS=url, RINGBACK_TURN_SECRET="s"))
    assert finding.state == "wrong"
    assert url in finding.found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
