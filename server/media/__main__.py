"""The media worker as a process: its limits, its socket, its loop. The server runs `python -m server.media`.

Its standard input is one end of a Unix socket pair; whoever does not hold the other cannot use it. It keeps
no file and no secret, and ends when the socket does.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
from typing import Final

from server.media import compat
from server.media.wire import LENGTH_BYTES, MAX_FRAME_BYTES
from server.media.worker import Worker

MAX_MEMORY_BYTES: Final = 2 << 30
"""Address space, threads' stacks included; what a worker uses is a tenth of it."""
STACK_BYTES: Final = 512 * 1024
"""For aiortc's decoders, one a voice or picture, which have nothing to decode, and its encoders."""


def limit_resources() -> None:
    """No core dump (it would hold voices), no file written, bounded memory."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
    ):
        resource.setrlimit(what, (most, most))


async def serve() -> None:
    connection = socket.socket(fileno=0)
    reader, writer = await asyncio.open_connection(sock=connection, limit=MAX_FRAME_BYTES + LENGTH_BYTES)
    await Worker(reader, writer).serve()
    writer.close()


def main() -> None:
    limit_resources()
    threading.stack_size(STACK_BYTES)
    compat.keep_consent()
    asyncio.run(serve())


if __name__ == "__main__":
    main()
