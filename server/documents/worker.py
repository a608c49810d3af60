"""The process that reads participants' document bytes, and may die of them.

Not here: who starts it and decides what its death means (`child`, `supervisor`). It answers one
request at a time, keeps no file and no secret, and ends when its input does.

`python -m server.documents.worker`
"""

from __future__ import annotations

import os
import resource
from collections import OrderedDict
from typing import BinaryIO, Final

from server.documents.replica import Replica
from server.documents.scan import MalformedError
from server.documents.wire import (
    LENGTH_BYTES,
    Check,
    Compact,
    Compacted,
    Drop,
    Judged,
    Lost,
    Open,
    Ready,
    Reply,
    Request,
    decode_request,
    frame,
)

MAX_ROOMS: Final = 256
MAX_HELD_BYTES: Final = 16 << 20
"""Of compacted documents; in memory pycrdt takes up to 40 times as much."""
MAX_MEMORY_BYTES: Final = 1 << 30
MAX_REQUEST_CPU_S: Final = 2


class Shelf:
    """The rooms' documents, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._replicas: OrderedDict[str, Replica] = OrderedDict()

    def answer(self, request: Request) -> Reply:
        match request:
            case Open():
                return self._open(request)
            case Drop():
                self._replicas.pop(request.room, None)
                return Lost()
            case Check() | Compact():
                replica = self._replicas.get(request.room)
                if replica is None:
                    return Lost()
                self._replicas.move_to_end(request.room)
                return _compact(replica) if isinstance(request, Compact) else self._check(replica, request)

    def _open(self, request: Open) -> Reply:
        self._replicas.pop(request.room, None)
        try:
            self._replicas[request.room] = Replica(request.snapshot)
        except MalformedError as error:
            return Judged("malformed", str(error))
        self._make_room()
        return Judged("good")

    def _check(self, replica: Replica, request: Check) -> Reply:
        try:
            reply = Judged(replica.check(request.update))
        except MalformedError as error:
            reply = Judged("malformed", str(error))
        if replica.spoilt:
            del self._replicas[request.room]
        self._make_room()
        return reply

    def _make_room(self) -> None:
        held = sum(replica.size for replica in self._replicas.values())
        while len(self._replicas) > 1 and (len(self._replicas) > MAX_ROOMS or held > MAX_HELD_BYTES):
            held -= self._replicas.popitem(last=False)[1].size


def _compact(replica: Replica) -> Compacted:
    return Compacted(replica.compacted(), replica.text())


def limit_resources() -> None:
    """No core dump (it would hold notes), no file written, bounded memory."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
    ):
        resource.setrlimit(what, (most, most))


def limit_next_request() -> None:
    """The kernel ends a request that computes too long (SIGXCPU), even when nobody is left to do so."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + MAX_REQUEST_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until the input ends."""
    shelf = Shelf()
    replies.write(frame(Ready()))
    replies.flush()
    while header := requests.read(LENGTH_BYTES):
        request = decode_request(requests.read(int.from_bytes(header)))
        limit_next_request()
        replies.write(frame(shelf.answer(request)))
        replies.flush()


def main() -> None:
    limit_resources()
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as replies:
        with open(os.devnull, "r+b") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(nothing.fileno(), 1)
        serve(requests, replies)


if __name__ == "__main__":
    main()
