"""The browser's types say what the server's decoder says."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import inspect

from signalling import codegen, protocol

CLASSES = [
    each
    for each in vars(protocol).values()
    if isinstance(each, type) and issubclass(each, protocol.Message) and each is not protocol.Message
]


def interface(name: str) -> str:
    found = re.search(
        rf"^export interface {name} \{{\n(.*?)^\}}\n", codegen.render(), re.DOTALL | re.MULTILINE
    )
    assert found, f"no interface {name}"
    return found[1]


def test_the_committed_file_is_what_the_generator_writes() -> None:
    assert codegen.main(["--check"]) is None


def test_a_stale_file_is_told_with_the_way_to_bring_it_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codegen, "TARGET", tmp_path / "protocol.gen.ts")
    stale = codegen.main(["--check"])
    assert stale is not None
    assert "python -m signalling.codegen" in stale
    assert codegen.main([]) is None
    assert codegen.main(["--check"]) is None


@pytest.mark.parametrize("message", CLASSES, ids=lambda each: each.__name__)
def test_every_field_has_the_name_the_decoder_expects(message: type[msgspec.Struct]) -> None:
    info = inspect.type_info(message)
    assert isinstance(info, inspect.StructType)
    names = re.findall(r"^  readonly (\w+)\??:", interface(message.__name__), re.MULTILINE)
    expected = [field.encode_name for field in info.fields]
    assert names == ([info.tag_field] if info.tag_field else []) + expected


@pytest.mark.parametrize("message", get_args(protocol.ClientMessage), ids=lambda each: each.__name__)
def test_a_field_is_optional_exactly_when_the_decoder_accepts_its_absence(
    message: type[msgspec.Struct],
) -> None:
    info = inspect.type_info(message)
    assert isinstance(info, inspect.StructType)
    optional = set(re.findall(r"^  readonly (\w+)\?:", interface(message.__name__), re.MULTILINE))
    assert optional == {field.encode_name for field in info.fields if not field.required}


def test_what_the_server_sends_is_never_optional_but_for_values_without_null() -> None:
    optional = {
        message.__name__
        for message in CLASSES
        if message not in get_args(protocol.ClientMessage) and "?:" in interface(message.__name__)
    }
    assert optional == {"IceServer"}


@pytest.mark.parametrize("union", ["ClientMessage", "ServerMessage"])
def test_both_unions_hold_every_class_of_their_direction(union: str) -> None:
    found = re.search(rf"^export type {union} =(.*?);$", codegen.render(), re.DOTALL | re.MULTILINE)
    assert found
    names = set(re.findall(r"\w+", found[1]))
    edits = {each.__name__ for each in get_args(protocol.Edit)}
    named = (names - {"Edit"}) | (edits if "Edit" in names else set())
    assert named == {each.__name__ for each in get_args(getattr(protocol, union))}


def test_types_keep_their_names_and_alternatives() -> None:
    text = codegen.render()
    assert 'export type Role = "mentor" | "mentee";' in text
    assert "  readonly sdpMLineIndex?: number | null;" in interface("Candidate")
    assert "  readonly iceServers: readonly IceServer[];" in interface("Welcome")
    assert "  readonly seconds: Readonly<Partial<Record<Rung, Seconds>>>;" in interface("AddMinute")
    assert "  readonly text?: Line;" in interface("EditAgenda")
    assert '  readonly microphone: "on" | "muted" | "none";' in interface("Status")


def test_an_annotation_without_a_typescript_form_stops_the_generator() -> None:
    with pytest.raises(TypeError, match="line 1"):
        codegen._type(ast.parse("set[str]", mode="eval").body)


@pytest.mark.parametrize(
    ("python", "wire"), [("note_seq", "noteSeq"), ("sdp_m_line_index", "sdpMLineIndex"), ("op", "op")]
)
def test_names_are_spelt_as_on_the_wire(python: str, wire: str) -> None:
    assert codegen.camel(python) == wire
