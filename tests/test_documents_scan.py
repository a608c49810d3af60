"""The grammar of note updates: what our clients write passes, all else is named before it is used."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from server.documents.scan import MAX_CLIENT, MAX_CLOCK, Id, MalformedError, Run, scan
from tests.note_bytes import (
    DELETED,
    GC,
    SKIP,
    deletion,
    item,
    nested,
    number,
    section,
    sized,
    text,
    update,
    write,
)


def test_text_is_counted_in_code_units_of_utf_16() -> None:
    found = scan(write(7, 3, "a😀b"))
    assert found.runs == [Run(7, 3, 7)]
    assert found.halves == [Id(7, 5)]


def test_what_an_update_leans_on_is_told() -> None:
    found = scan(
        update(
            section(7, 3, text("x", (1, 5), (2, 6)), text("y", (7, 3))), deletes=[deletion(1, (0, 2), (4, 1))]
        )
    )
    assert found.origins == [(1, 5), (7, 3)]
    assert found.right_origins == [(2, 6)]
    assert found.deletes == [Run(1, 0, 2), Run(1, 4, 5)]


def test_a_gap_is_not_among_the_runs() -> None:
    gap = bytes([SKIP]) + number(4)
    found = scan(update(section(7, 0, text("ab"), gap, text("c", (7, 5)))))
    assert found.runs == [Run(7, 0, 2), Run(7, 6, 7)]


def test_deleted_text_has_only_a_length() -> None:
    assert scan(update(section(7, 0, item(DELETED, number(9))))).runs == [Run(7, 0, 9)]


def test_what_pycrdt_writes_passes() -> None:
    doc: Doc[Text] = Doc()
    updates: list[bytes] = []
    notes = doc.get("notes", type=Text)
    subscription = doc.observe(lambda event: updates.append(event.update))
    notes += "Agenda: 漢字 😀\n"
    notes.insert(3, "xyz")
    del notes[1:5]
    doc.unobserve(subscription)
    assert len(updates) == 3
    for each in [*updates, doc.get_update()]:
        scan(each)


LONE_SURROGATE = b"\xed\xa0\x80"
FORBIDDEN = {
    "nothing": b"",
    "a nested array": nested(24_000),
    "a nested array in a long update": nested(200_000),
    "binary": update(section(1, 0, item(3, sized(b"abc")))),
    "JSON": update(section(1, 0, item(2, number(1) + sized(b"{}")))),
    "an embed": update(section(1, 0, item(5, sized(b"{}")))),
    "a format": update(section(1, 0, item(6, sized(b"bold") + sized(b"true")))),
    "a shared type": update(section(1, 0, item(7, number(0)))),
    "a document in the document": update(section(1, 0, item(9, sized(b"guid") + bytes([126])))),
    "a garbage-collected struct": update(section(1, 0, bytes([GC]) + number(3))),
    "an unknown struct": update(section(1, 0, item(11, number(1)))),
    "another root": update(section(1, 0, item(4, sized(b"x"), root="names"))),
    "a longer root": update(section(1, 0, item(4, sized(b"x"), root="notes2"))),
    "a parent by id": update(section(1, 0, bytes([4]) + number(0) + number(9) + number(0) + sized(b"x"))),
    "a key, as in a map": update(
        section(1, 0, bytes([4 | 0x20]) + number(1) + sized(b"notes") + sized(b"k"))
    ),
    "a gap with flags": update(section(1, 0, bytes([SKIP | 0x80]) + number(3))),
    "a client twice": update(section(1, 0, text("a")), section(1, 1, text("b"))),
    "a client twice in the deletions": update(deletes=[deletion(1, (0, 1)), deletion(1, (2, 1))]),
    "deletions out of order": update(deletes=[deletion(1, (4, 1), (0, 1))]),
    "an empty deletion": update(deletes=[deletion(1, (4, 0))]),
    "a client without deletions": update(deletes=[number(1) + number(0)]),
    "a client without structs": update(section(1, 0)),
    "text of no length": write(1, 0, ""),
    "a deletion of no length": update(section(1, 0, item(DELETED, number(0)))),
    "a gap of no length": update(section(1, 0, bytes([SKIP]) + number(0))),
    "a struct behind itself": write(1, 5, "x", (1, 5)),
    "a struct before a later one": update(section(1, 5, text("x", None, (1, 9)))),
    "a NUL": write(1, 0, "a\0b"),
    "a carriage return": write(1, 0, "a\r\nb"),
    "a lone surrogate": update(section(1, 0, item(4, sized(LONE_SURROGATE)))),
    "half a character": update(section(1, 0, item(4, sized("é".encode()[:1])))),
    "a clock beyond the last": write(1, MAX_CLOCK, "x"),
    "a length beyond the last clock": update(section(1, 9, item(DELETED, number(MAX_CLOCK)))),
    "a client beyond the last": write(MAX_CLIENT + 1, 0, "x"),
    "a number without end": b"\xff" * 64,
    "a number in a longer form": b"\x80\x00\x00",
    "a billion structs": number(1) + number(10**9) + number(1) + number(0),
    "a billion clients": number(10**9),
    "a byte too many": write(1, 0, "x") + b"\0",
    "text longer than the update": number(1)
    + number(1)
    + number(1)
    + number(0)
    + text("x")[:-2]
    + number(999),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_is_refused(what: str) -> None:
    with pytest.raises(MalformedError):
        scan(FORBIDDEN[what])


def test_every_shorter_piece_of_an_update_is_refused() -> None:
    whole = update(section(7, 0, text("words"), text("more", (7, 1), (7, 0))), deletes=[deletion(7, (0, 1))])
    scan(whole)
    for length in range(len(whole)):
        with pytest.raises(MalformedError):
            scan(whole[:length])


def test_the_reason_quotes_no_content() -> None:
    secret = "canary"
    for data in (
        write(1, 0, secret + "\0"),
        update(section(1, 0, item(4, sized(secret.encode()), root=secret))),
    ):
        with pytest.raises(MalformedError) as caught:
            scan(data)
        assert secret not in str(caught.value)


@given(st.binary(max_size=200))
@example(b"\0\0")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        scan(data)
    except MalformedError as error:
        assert str(error)  # noqa: PT017 - any other error fails the test


@given(st.data())
def test_a_damaged_update_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        update(
            section(7, 2, text("w😀rds", (3, 1)), text("more", (7, 3), (7, 2))), deletes=[deletion(3, (0, 1))]
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        scan(bytes(whole))
    except MalformedError as error:
        assert str(error)  # noqa: PT017 - any other error fails the test
