"""Frames from outside are messages of this protocol, or an error with a stable id."""

from __future__ import annotations

import contextlib
import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling import protocol as p

OP = "dddddddd-0000-4000-8000-000000000001"
HELLO = {"type": "hello", "version": 1, "client": OP, "noteSeq": 0, "stay": "lobby"}


def decode(value: object) -> p.ClientMessage:
    return p.decode(json.dumps(value))


def refused(frame: str | bytes) -> p.ProtocolError:
    with pytest.raises(p.ProtocolError) as caught:
        p.decode(frame)
    return caught.value


@pytest.mark.parametrize("union", [p.ClientMessage, p.ServerMessage], ids=["to server", "to browser"])
def test_the_tag_is_the_class_name(union: Any) -> None:
    for message in get_args(union):
        assert message.__struct_config__.tag_field == "type"
        assert message.__struct_config__.tag.replace("_", "") == message.__name__.lower()


def test_no_tag_is_used_twice() -> None:
    tags = [each.__struct_config__.tag for each in (*get_args(p.ClientMessage), *get_args(p.ServerMessage))]
    assert len(tags) == len(set(tags))


def test_a_hello_in_its_shortest_form() -> None:
    assert decode(HELLO) == p.Hello(version=1, client=OP, note_seq=0, stay="lobby")


def test_fields_left_out_of_an_edit_stay_unset() -> None:
    edit = decode({"type": "edit_agenda", "op": OP, "item": OP, "done": True})
    assert edit == p.EditAgenda(op=OP, item=OP, done=True)
    assert p.decode(p.encode(edit)) == edit
    assert "text" not in json.loads(p.encode(edit))


def test_the_wire_is_in_camel_case_and_ice_servers_have_no_null() -> None:
    text = p.encode(p.IceServers(ice_servers=[p.IceServer(urls=["stun:stun.example.org"])]))
    assert json.loads(text) == {"type": "ice_servers", "iceServers": [{"urls": ["stun:stun.example.org"]}]}


def test_messages_to_the_browser_can_be_read_by_programs_that_take_part() -> None:
    pong = p.Pong(n=3)
    assert p.decode_server(p.encode(pong)) == pong
    with pytest.raises(p.ProtocolError):
        p.decode_server(p.encode(p.Ping(n=3)))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[]",
        '"hello"',
        "{}",
        '{"type":"nonsense"}',
        '{"type":7}',
        '{"type":"ping"}',
        '{"type":"ping","n":-1}',
        '{"type":"ping","n":1.5}',
        '{"type":"ping","n":"1"}',
        '{"type":"ping","n":true}',
        '{"type":"ping","n":NaN}',
        '{"type":"ping","n":Infinity}',
        '{"type":"ping","n":1e999}',
        '{"type":"ping","n":99999999999999999999999}',
        '{"type":"ping","n":1,"sender":"mentor"}',
        '{"type":"pong","n":1}',
        b'{"type":"ping","n":1}\xff',
        '{"type":"ping","n":1} {}',
        "[" * 100_000,
        '{"type":' * 50_000,
    ],
    ids=lambda frame: str(frame[:24]),
)
def test_what_is_no_message_is_malformed(frame: str | bytes) -> None:
    error = refused(frame)
    assert error.error == "frame.malformed"
    assert error.sentence.startswith("This message was not understood: ")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("client", "not a uuid"),
        ("client", OP.upper()),
        ("client", OP + "\n"),
        ("noteSeq", -1),
        ("zone", "x" * 65),
        ("stay", 1),
        ("stay", "away"),
        ("role", "mentor"),
        ("sender", OP),
        ("status", {"microphone": "loud", "camera": "on"}),
    ],
)
def test_a_hello_with_anything_else_in_it_is_malformed(change: str, value: object) -> None:
    assert refused(json.dumps({**HELLO, change: value})).error == "frame.malformed"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "offer", "to": OP, "sdp": "x" * (p.MAX_SDP_BYTES + 1)},
        {"type": "offer", "to": OP, "sdp": ""},
        {"type": "candidate", "to": OP, "candidate": "x" * 1025},
        {"type": "chat", "op": OP, "text": "x" * 2001},
        {"type": "chat", "op": OP, "text": ""},
        {"type": "set_name", "op": OP, "name": "x" * 81},
        {"type": "set_name", "op": OP, "name": ""},
        {"type": "edit_agenda", "op": OP, "item": OP, "minutes": 481},
        {"type": "edit_agenda", "op": OP, "item": OP, "position": 1e10},
        {"type": "edit_goal", "op": OP, "goal": OP, "due": "tomorrow"},
        {"type": "edit_goal", "op": OP, "goal": OP, "due": "2026-06-01\n"},
        {"type": "edit_goal", "op": OP, "goal": OP, "measurable": "x" * 1001},
        {"type": "edit_goal", "op": OP, "goal": OP, "owner": "coordinator"},
        {"type": "set_number", "op": OP, "number": "1" * 33, "granted": True},
        {"type": "set_rung", "op": OP, "rung": "4k", "previous": "hd", "reason": "loss", "whose": "mine"},
        {"type": "set_rung", "op": OP, "rung": "hd", "previous": "hd", "reason": "<b>", "whose": "mine"},
        {"type": "edit_goal", "op": OP, "goal": OP, "due": "٢٠٢٦-٠٦-٠١"},
        {"type": "set_rung", "op": OP, "rung": "hd", "previous": "hd", "reason": "loss\n", "whose": "mine"},
        {"type": "set_phone", "state": "ringing"},
    ],
    ids=lambda message: " ".join(str(value)[:12] for value in message.values()),
)
def test_fields_are_held_to_their_limits(message: dict[str, object]) -> None:
    assert refused(json.dumps(message)).error == "frame.malformed"


@pytest.mark.parametrize("name", [rb'"\ud800"', rb'"\udc00\ud800"', b'"\xed\xa0\x80"'])
def test_a_lone_surrogate_never_gets_past_the_decoder(name: bytes) -> None:
    frame = b'{"type":"set_name","op":"' + OP.encode() + b'","name":' + name + b"}"
    assert refused(frame).error == "frame.malformed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)
TAGS = st.sampled_from([each.__struct_config__.tag for each in get_args(p.ClientMessage)])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(tag=TAGS, fields=st.dictionaries(st.sampled_from(["op", "to", "sdp", "n", "item", "status"]), JSON))
def test_a_frame_is_decoded_or_refused_and_nothing_else(tag: str, fields: dict[str, object]) -> None:
    try:
        message = p.decode(json.dumps({"type": tag, **fields}))
    except p.ProtocolError:
        return
    assert p.decode(p.encode(message)) == message


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused_and_nothing_else(frame: bytes) -> None:
    with contextlib.suppress(p.ProtocolError):
        p.decode(frame)
