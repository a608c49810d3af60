"""Each field takes what is at its limit and refuses what is just past it; within them all survives the wire.

Not here: what is no message at all (`test_protocol`).
"""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from signalling import protocol as p

OP = "dddddddd-0000-4000-8000-000000000001"
ON = {"microphone": "on", "camera": "on"}
LEAST: dict[str, dict[str, object]] = {
    "hello": {"version": 1, "client": OP, "noteSeq": 0, "stay": "lobby"},
    "join": {"status": ON},
    "leave": {},
    "end": {},
    "offer": {"to": OP, "sdp": "v=0"},
    "answer": {"to": OP, "sdp": "v=0"},
    "candidate": {"to": OP, "candidate": ""},
    "set_status": {"status": ON},
    "set_rung": {"op": OP, "rung": "hd", "previous": "sd", "reason": "recovered", "whose": "none"},
    "add_minute": {
        "op": OP,
        "seconds": {"hd": 60},
        "lostS": 0,
        "breaks": 0,
        "concealedPm": None,
        "lossPm": None,
        "rttMs": None,
    },
    "set_phone": {"state": "hidden"},
    "chat": {"op": OP, "text": "Hello"},
    "edit_agenda": {"op": OP, "item": OP},
    "set_current": {"op": OP, "item": None},
    "edit_goal": {"op": OP, "goal": OP},
    "edit_plan": {"op": OP, "rings": "mentor"},
    "set_number": {"op": OP, "number": "", "granted": False},
    "set_name": {"op": OP, "name": "A"},
    "ping": {"n": 0},
}
"""Of each message to the server no more than it needs."""


def is_taken(tag: str, fields: dict[str, object]) -> bool:
    try:
        p.decode(json.dumps({"type": tag, **fields}))
    except p.ProtocolError:
        return False
    return True


def test_here_is_the_least_of_every_message() -> None:
    assert set(LEAST) == {each.__struct_config__.tag for each in get_args(p.ClientMessage)}
    assert [tag for tag, fields in LEAST.items() if not is_taken(tag, fields)] == []


@pytest.mark.parametrize(
    ("tag", "field"), [(tag, field) for tag, fields in LEAST.items() for field in fields]
)
def test_without_any_one_of_its_fields_it_is_no_message(tag: str, field: str) -> None:
    rest = {name: value for name, value in LEAST[tag].items() if name != field}
    assert not is_taken(tag, rest)


@pytest.mark.parametrize("tag", LEAST)
def test_a_field_that_is_not_in_the_protocol_is_refused_wherever_it_is(tag: str) -> None:
    assert not is_taken(tag, {**LEAST[tag], "from": OP})
    if "status" in LEAST[tag]:
        assert not is_taken(tag, {**LEAST[tag], "status": {**ON, "torch": True}})


@pytest.mark.parametrize(
    ("tag", "field", "most", "too_much"),
    [
        ("hello", "noteSeq", 1 << 40, -1),
        ("hello", "zone", "x" * 64, "x" * 65),
        ("offer", "sdp", "x" * 32_768, "x" * 32_769),
        ("answer", "sdp", "x" * 32_768, "x" * 32_769),
        ("candidate", "candidate", "x" * 1024, "x" * 1025),
        ("candidate", "sdpMid", "x" * 64, "x" * 65),
        ("candidate", "sdpMLineIndex", 64, 65),
        ("candidate", "sdpMLineIndex", None, -1),
        ("candidate", "usernameFragment", "x" * 256, "x" * 257),
        ("set_rung", "reason", "a" * 32, "a" * 33),
        ("set_rung", "reason", "_", ""),
        ("set_rung", "ageMs", 1 << 53, (1 << 53) + 1),
        ("add_minute", "seconds", {"hd": 0, "phone": 60}, {}),
        ("add_minute", "seconds", {"survival": 60}, {"survival": 61}),
        ("add_minute", "seconds", {"stills": 1}, {"still": 1}),
        ("add_minute", "lostS", 60, 61),
        ("add_minute", "breaks", 60, 61),
        ("add_minute", "concealedPm", 1000, 1001),
        ("add_minute", "lossPm", 1000, -1),
        ("add_minute", "rttMs", 60_000, 60_001),
        ("add_minute", "ageMs", 0, -1),
        ("chat", "text", "ü" * 2000, "ü" * 2001),
        ("edit_agenda", "text", "", "x" * 201),
        ("edit_agenda", "minutes", 480, 481),
        ("edit_agenda", "position", -1e9, -1.1e9),
        ("edit_agenda", "done", False, None),
        ("set_current", "item", OP, ""),
        ("edit_goal", "specific", "x" * 200, "x" * 201),
        ("edit_goal", "measurable", "x" * 1000, "x" * 1001),
        ("edit_goal", "relevant", "x" * 1000, "x" * 1001),
        ("edit_goal", "owner", "both", "nobody"),
        ("edit_goal", "status", "dropped", "late"),
        ("edit_goal", "due", "", "2026-6-1"),
        ("edit_goal", "due", "2026-06-01", "x2026-06-01"),
        ("edit_goal", "removed", True, 1),
        ("edit_plan", "rings", "mentee", "both"),
        ("set_number", "number", "1" * 32, "1" * 33),
        ("set_name", "name", "x" * 80, "x" * 81),
        ("set_phone", "state", "active", "Active"),
        ("ping", "n", 1 << 31, (1 << 31) + 1),
        ("ping", "n", 0, 1.0),
    ],
    ids=lambda value: str(value)[:16],
)
def test_a_field_takes_its_limit_and_nothing_past_it(
    tag: str, field: str, most: object, too_much: object
) -> None:
    assert is_taken(tag, {**LEAST[tag], field: most})
    assert not is_taken(tag, {**LEAST[tag], field: too_much})


def anything(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Values that the protocol allows for a type, by the type's own limits."""
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            needed = {each.name: anything(each.type) for each in fields if each.required}
            more = {each.name: anything(each.type) for each in fields if not each.required}
            return st.fixed_dictionaries(needed, optional=more).map(lambda given: cls(**given))
        case inspect.UnionType(types=types):
            return st.one_of([anything(each) for each in types])
        case inspect.ListType(item_type=item):
            return st.lists(anything(item), max_size=2)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(anything(key), anything(value), min_size=1, max_size=3)
        case inspect.StrType():
            return words(kind)
        case _:
            return plain(kind)


def words(kind: inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern == p.UUID_PATTERN:
        return st.uuids().map(str)
    if kind.pattern:
        return st.from_regex(kind.pattern.replace(r"\Z", "$"), fullmatch=True).map(str.rstrip)
    return st.text(min_size=kind.min_length or 0, max_size=min(kind.max_length or 20, 20))


def plain(kind: inspect.Type) -> st.SearchStrategy[Any]:
    match kind:
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.IntType(ge=least, le=most):
            return st.integers(-(1 << 53) if least is None else least, (1 << 53) if most is None else most)
        case inspect.FloatType(ge=least, le=most):
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case _:
            raise AssertionError(f"no values are known for {kind}")


@pytest.mark.parametrize("message", get_args(p.ClientMessage), ids=lambda each: each.__name__)
def test_whatever_a_browser_may_say_arrives_as_it_was_said(message: type[p.ClientMessage]) -> None:
    @settings(max_examples=15)
    @given(anything(inspect.type_info(message)))
    def arrives(said: Any) -> None:
        frame = p.encode(said)
        assert p.decode(frame) == said
        assert p.decode(frame.encode()) == said
        with pytest.raises(p.ProtocolError):
            p.decode_server(frame)

    arrives()


@pytest.mark.parametrize("message", get_args(p.ServerMessage), ids=lambda each: each.__name__)
def test_whatever_the_server_may_say_arrives_as_it_was_said(message: type[p.ServerMessage]) -> None:
    @settings(max_examples=10)
    @given(anything(inspect.type_info(message)))
    def arrives(said: Any) -> None:
        frame = p.encode(said)
        assert p.decode_server(frame) == said
        with pytest.raises(p.ProtocolError) as caught:
            p.decode(frame)
        assert caught.value.error == "frame.malformed"

    arrives()
