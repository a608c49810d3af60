"""The process: it says what it serves, stops in order, and tells what keeps it from starting."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from server import app as application
from server.config import SettingError, load
from server.db.errors import SchemaError
from server.static import NotBuiltError
from signalling import protocol as p
from tests.bots.tab import a_tab
from tests.rig import a_rig, stand_in_client


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def a_process(
    folder: Path, *command: str, **settings: str
) -> AsyncGenerator[tuple[str, asyncio.subprocess.Process]]:
    """`ringback COMMAND` as an operator runs it, once it listens; killed at the end if still there."""
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"],
        "RINGBACK_PORT": str(port),
        "RINGBACK_DATA": str(folder / "data"),
        "RINGBACK_STATIC": str(stand_in_client(folder / "client")),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", *command, env=environ, stdout=-1, stderr=asyncio.subprocess.STDOUT
    )
    try:
        yield f"http://localhost:{port}", process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def lines_until(process: asyncio.subprocess.Process, last: str) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(20):
        while last not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    return said


async def test_the_demonstration_prints_everything_needed_to_try_it_and_stops_in_order(
    tmp_path: Path,
) -> None:
    async with a_process(tmp_path, "demo") as (url, process):
        said = await lines_until(process, "mailbox:")
        links = dict(re.findall(r"(mentor|mentee): (\S+)", said))
        assert f"coordinator: {url}/coordinator/demo/" in said
        async with (
            a_tab(links["mentor"], in_call=True) as mentor,
            a_tab(links["mentee"], in_call=True) as mentee,
        ):
            process.send_signal(signal.SIGTERM)
            assert await mentor.closed() == await mentee.closed() == p.CLOSE_RESTART
        assert await asyncio.wait_for(process.wait(), 10) == 0
        log = said + (await process.stdout.read()).decode() if process.stdout else said
        told = log[: log.index("Ringback:")] + log[log.index("mailbox:") :]
        for secret in (
            "Ann",
            "Ben",
            "7700",
            "127.0.0.1",
            *(link.rsplit("/", 1)[1] for link in links.values()),
        ):
            assert secret not in told, "names, numbers, addresses and tokens stay out of the log"


async def test_a_server_killed_without_warning_is_back_with_the_same_links(tmp_path: Path) -> None:
    async with a_process(tmp_path, "demo") as (_, process):
        said = await lines_until(process, "mailbox:")
        first = re.findall(r"mentor: \S+/join/(\S+)", said)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    async with a_process(tmp_path, "demo") as (url, process):
        said = await lines_until(process, "mailbox:")
        assert re.findall(r"mentor: \S+/join/(\S+)", said) == first
        async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as answer:
            assert answer.status == 200


async def test_a_port_that_is_taken_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with a_process(tmp_path, "serve", RINGBACK_PORT=str(port)) as (_, process):
            out, _ = await asyncio.wait_for(process.communicate(), 20)
            assert process.returncode == 2
            assert f"RINGBACK_PORT {port} cannot be used: " in out.decode()
            assert "Choose another port with RINGBACK_PORT." in out.decode()
            assert "Traceback" not in out.decode()


async def test_a_client_that_was_not_built_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    async with a_process(tmp_path, "serve", RINGBACK_STATIC=str(tmp_path / "nothing")) as (_, process):
        out, _ = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        assert "no built client" in out.decode()
        assert "Traceback" not in out.decode()


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(SettingError, match="RINGBACK_HOST"):
        application.listen(load({"RINGBACK_HOST": "192.0.2.1"}))


def test_a_build_without_client_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError):
        application.build(load({"RINGBACK_DATA": str(tmp_path), "RINGBACK_STATIC": str(tmp_path)}))


async def test_a_key_that_does_not_fit_the_database_stops_the_start(tmp_path: Path) -> None:
    async with a_rig(tmp_path):
        pass
    (tmp_path / "data.key").rename(tmp_path / "other.key")
    with pytest.raises(SchemaError, match="key file"):
        async with a_rig(tmp_path):
            pass
