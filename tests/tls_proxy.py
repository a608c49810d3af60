"""What stands before the server where it is run for real: it ends TLS and says whose request it hands on.

Not here: the server behind it (`tests.rig`). One request a connection, but for WebSockets, which stay.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.certificate import tls_for_localhost
from tests.rig import Rig, a_rig

PROXY: Final = "127.0.0.1"
END: Final = b"\r\n\r\n"
SET_HERE: Final = (b"x-forwarded-proto:", b"connection:")


@asynccontextmanager
async def a_rig_behind_tls(folder: Path, settings: dict[str, str] | None = None) -> AsyncGenerator[Rig]:
    """A server reached by `https://localhost:…`, whose certificate is `cert.pem` in the folder.

    Its `url` is the proxy's; the server's own port is in its config.
    """
    listener = socket.create_server((PROXY, 0))
    public = {
        "RINGBACK_PUBLIC_URL": f"https://localhost:{listener.getsockname()[1]}",
        "RINGBACK_TRUSTED_PROXIES": PROXY,
    }
    async with (
        a_rig(folder, public | (settings or {})) as rig,
        _handing_on(listener, folder, rig.config.port),
    ):
        yield rig


@asynccontextmanager
async def _handing_on(listener: socket.socket, folder: Path, port: int) -> AsyncGenerator[None]:
    running: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        running[task] = writer
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await _hand_on(reader, writer, port)
        finally:
            del running[task]
            writer.close()

    async with await asyncio.start_server(accept, sock=listener, ssl=tls_for_localhost(folder)):
        yield
        for writer in running.values():
            writer.transport.abort()
        await asyncio.gather(*running)


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    head = await reader.readuntil(END)
    server_reader, server_writer = await asyncio.open_connection(PROXY, port)
    try:
        server_writer.write(_signed(head, writer.get_extra_info("peername")[0]))
        async with asyncio.TaskGroup() as both:
            ways = [
                both.create_task(_pour(reader, server_writer)),
                both.create_task(_pour(server_reader, writer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
    finally:
        server_writer.close()


def _signed(head: bytes, peer: str) -> bytes:
    """The head of a request as the server gets it: what a client claims comes before what the proxy knows."""
    lines = [line for line in head.removesuffix(END).split(b"\r\n") if not line.lower().startswith(SET_HERE)]
    kind = b"Upgrade" if b"\r\nsec-websocket-key:" in head.lower() else b"close"
    added = [b"Connection: " + kind, b"X-Forwarded-Proto: https", b"X-Forwarded-For: " + peer.encode()]
    return b"\r\n".join([*lines, *added]) + END


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the sender has nothing more to say."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
