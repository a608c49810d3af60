"""What `ringback doctor` finds when the thing itself is broken."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from server.config import Config, load
from server.db.engine import database_url
from server.db.migrations import migrate
from server.doctor import local, network


def config(folder: Path, **settings: str) -> Config:
    return load({"RINGBACK_DATA": str(folder / "data"), **settings})


async def test_a_key_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    key = tmp_path / "data.key"
    key.write_text("1 x")
    key.chmod(0o644)
    finding = await local.key_file(config(tmp_path))
    assert (finding.state, finding.advice) == ("wrong", f"Run: chmod 600 {key}")


async def test_a_database_is_tried_for_real(tmp_path: Path) -> None:
    settings = config(tmp_path)
    assert (await local.database(settings)).state == "note"
    await asyncio.to_thread(migrate, database_url(settings.data))
    assert (await local.database(settings)).state == "ok"
    file = settings.data / "ringback.sqlite3"
    file.write_bytes(b"not a database" * 1000)
    assert (await local.database(settings)).state == "wrong"


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
