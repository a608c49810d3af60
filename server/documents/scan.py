"""The structure of one Yjs update (v1 encoding), read without building anything from it.

Not here: what the update would do to a document (`replica`). The grammar is a small part of what Yjs
allows: text in the one root "notes", deletions, and gaps. Nothing in it nests, so reading it takes no
recursion and time in proportion to its bytes. What yjs 13.6 or pycrdt 0.14 choke on lies outside it.

The encoding is that of yjs 13.6, `src/utils/encoding.js` and `src/utils/UpdateDecoder.js`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

ROOT: Final = b"notes"

MAX_CLIENT: Final = (1 << 53) - 1
"""Yjs draws 32 bits, pycrdt up to 53; more is no safe integer in a browser."""
MAX_CLOCK: Final = (1 << 31) - 1
"""Clocks are 32 bits in pycrdt; half of that leaves no sum that could wrap."""

_DELETED, _STRING, _SKIP = 1, 4, 10
_ORIGIN, _RIGHT_ORIGIN, _KEY, _KIND = 0x80, 0x40, 0x20, 0x1F

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


class MalformedError(Exception):
    """The bytes are no update of shared notes; the message names the reason and quotes no content."""


class Id(NamedTuple):
    """One UTF-16 code unit ever written: which Y.Doc wrote it, and its count there."""

    client: int
    clock: int


class Run(NamedTuple):
    """The code units from `start` up to, not including, `end` of one client."""

    client: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What an update brings and what it leans on."""

    runs: list[Run] = field(default_factory=list)
    """Code units it brings."""
    origins: list[Id] = field(default_factory=list)
    """Units that some struct stands behind."""
    right_origins: list[Id] = field(default_factory=list)
    """Units that some struct stands before."""
    deletes: list[Run] = field(default_factory=list)
    halves: list[Id] = field(default_factory=list)
    """Second units of surrogate pairs: nothing may part them from the unit before."""


def scan(update: bytes) -> Scan:
    """Read one update whole. Raises `MalformedError`."""
    reader = _Reader(update)
    found = Scan()
    _read_structs(reader, found)
    _read_deletes(reader, found)
    if reader.left:
        raise MalformedError("bytes after the end")
    return found


class _Reader:
    """A position in the bytes; every step is checked against the end."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, length: int) -> bytes:
        if length > self.left:
            raise MalformedError("ends too early")
        self._at += length
        return self._data[self._at - length : self._at]

    def number(self, low: int, high: int) -> int:
        """A variable-length unsigned integer: seven bits a byte, lowest first, in its shortest form."""
        value = 0
        for shift in range(0, 56, 7):
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if low <= value <= high and (byte or not shift):
                    return value
                break
        raise MalformedError("number out of range")

    def id(self) -> Id:
        return Id(self.number(0, MAX_CLIENT), self.number(0, MAX_CLOCK))


def _read_structs(reader: _Reader, found: Scan) -> None:
    """For each client: how many structs, its id, its first clock, the structs."""
    seen: set[int] = set()
    for _ in range(reader.number(0, reader.left)):
        count = reader.number(1, reader.left)
        client = _unseen(reader, seen)
        clock = reader.number(0, MAX_CLOCK)
        for _ in range(count):
            clock = _read_struct(reader, Id(client, clock), found)


def _read_deletes(reader: _Reader, found: Scan) -> None:
    """For each client: its id, how many runs, and each run's clock and length, ascending."""
    seen: set[int] = set()
    for _ in range(reader.number(0, reader.left)):
        client = _unseen(reader, seen)
        end = 0
        for _ in range(reader.number(1, reader.left)):
            start = reader.number(end, MAX_CLOCK)
            end = start + reader.number(1, MAX_CLOCK - start)
            found.deletes.append(Run(client, start, end))


def _unseen(reader: _Reader, seen: set[int]) -> int:
    """Yjs keeps the last of two sections of a client, pycrdt both: so there may be only one."""
    client = reader.number(0, MAX_CLIENT)
    if client in seen:
        raise MalformedError("a client twice")
    seen.add(client)
    return client


def _read_struct(reader: _Reader, at: Id, found: Scan) -> int:
    """One struct, starting at `at`; returns the clock after it."""
    (info,) = reader.take(1)
    kind = info & _KIND
    if info == _SKIP:
        return at.clock + reader.number(1, MAX_CLOCK - at.clock)
    if kind not in (_DELETED, _STRING) or info & _KEY:
        raise MalformedError(f"struct {info} is no text")
    _read_place(reader, info, at, found)
    end = at.clock + (_read_string(reader, at, found) if kind == _STRING else _read_length(reader, at))
    found.runs.append(Run(at.client, at.clock, end))
    return end


def _read_place(reader: _Reader, info: int, at: Id, found: Scan) -> None:
    """What the struct stands behind and before, or else the name of its root."""
    for flag, places in ((_ORIGIN, found.origins), (_RIGHT_ORIGIN, found.right_origins)):
        if info & flag:
            place = reader.id()
            if place.client == at.client and place.clock >= at.clock:
                raise MalformedError("a struct that leans on itself")
            places.append(place)
    if not info & (_ORIGIN | _RIGHT_ORIGIN) and (
        reader.number(0, 1) != 1 or reader.take(reader.number(0, len(ROOT))) != ROOT
    ):
        raise MalformedError("another place than the notes")


def _read_length(reader: _Reader, at: Id) -> int:
    return reader.number(1, MAX_CLOCK - at.clock)


def _read_string(reader: _Reader, at: Id, found: Scan) -> int:
    """Text, never empty; returns its length in UTF-16 code units."""
    try:
        text = reader.take(reader.number(1, reader.left)).decode()
    except UnicodeDecodeError as error:
        raise MalformedError("text that is no UTF-8") from error
    if _CONTROL.search(text):
        raise MalformedError("control characters")
    pairs = 0
    for pairs, pair in enumerate(_ASTRAL.finditer(text), 1):
        found.halves.append(Id(at.client, at.clock + pair.start() + pairs))
    if at.clock + len(text) + pairs > MAX_CLOCK:
        raise MalformedError("number out of range")
    return len(text) + pairs
