"""What each piece of the protocol becomes in TypeScript: constants, unions, comments, types.

Not here: whether the written file is up to date, and its fields beside the decoder's (`test_codegen`).
"""

from __future__ import annotations

import ast
import json
import re
from typing import Literal, get_args, get_origin

import pytest

from signalling import codegen, protocol

TEXT = codegen.render()


def written(annotation: str) -> str:
    """That Python type in TypeScript."""
    return codegen._type(ast.parse(annotation, mode="eval").body)


@pytest.mark.parametrize(
    ("python", "typescript"),
    [
        ("str", "string"),
        ("int | None", "number | null"),
        ("float", "number"),
        ("bool | UnsetType", "boolean"),
        ("Goal", "Goal"),
        ("list[Goal]", "readonly Goal[]"),
        ("list[list[str]]", "readonly readonly string[][]"),
        ("dict[Rung, Seconds]", "Readonly<Partial<Record<Rung, Seconds>>>"),
        ("Literal['on', 'off']", '"on" | "off"'),
        ("Annotated[str, Meta(max_length=64)] | None", "string | null"),
        ("Annotated[dict[str, int], Meta(min_length=1)]", "Readonly<Partial<Record<string, number>>>"),
    ],
)
def test_a_type_is_written_by_its_alternatives(python: str, typescript: str) -> None:
    assert written(python) == typescript


@pytest.mark.parametrize("python", ["set[str]", "dict[str]", "tuple[int, ...]", "1", "str & int", "a.b"])
def test_what_typescript_would_not_understand_stops_the_generator_with_its_line(python: str) -> None:
    with pytest.raises(TypeError, match=r"protocol\.py, line 1: no TypeScript"):
        written(python)


def test_every_number_of_the_protocol_is_a_constant_with_its_own_value() -> None:
    constants = dict(re.findall(r"^export const (\w+) = (.+);$", TEXT, re.MULTILINE))
    expected = {
        name: value for name, value in vars(protocol).items() if re.fullmatch("[A-Z]{2}[A-Z_]+", name)
    }
    expected = {name: value for name, value in expected.items() if isinstance(value, int | str)}
    assert {name: json.loads(value) for name, value in constants.items()} == expected


def test_every_choice_has_its_words_in_their_order() -> None:
    choices = {
        name: value
        for name, value in vars(protocol).items()
        if name[0].isupper() and get_origin(value) is Literal
    }
    assert {"Role", "Rung", "PhoneState"} <= set(choices)
    for name, value in choices.items():
        words = " | ".join(f'"{word}"' for word in get_args(value))
        assert f"export type {name} = {words};\n" in TEXT


def test_a_union_too_long_for_a_line_is_written_one_alternative_a_line() -> None:
    broken = re.findall(r"^export type (\w+) =\n((?:  \| \w+\n?)+);$", TEXT, re.MULTILINE)
    assert [name for name, _ in broken] == ["ClientMessage", "ServerMessage"]
    assert broken[1][1].split("  | ")[1:3] == ["Welcome\n", "PeerChanged\n"]
    lines = [line for line in TEXT.splitlines() if line.startswith("export type")]
    assert max(map(len, lines)) <= codegen.LINE_WIDTH


@pytest.mark.parametrize("over", [0, 1])
def test_a_line_as_wide_as_the_formatter_lets_it_stays_one_line(over: int) -> None:
    name = "N" * (codegen.LINE_WIDTH - len("export type  = A | B;") + over)
    alias = codegen._alias(name, ast.parse("A | B", mode="eval").body)
    assert alias.count("\n") == (3 if over else 1)


def test_what_documents_a_thing_in_python_documents_it_in_typescript() -> None:
    assert "/** Candidates one browser may trickle for one offer or answer;" in TEXT
    assert "/** What all messages share:" not in TEXT, "the base is no message"
    assert (
        "/**\n * One of the two places in a room. `client` is the browser tab that holds it, if any.\n *\n"
        " * `away` with a client: a short absence, the place is held. `away` without: gone.\n */\n"
        "export interface Seat {\n"
    ) in TEXT
    assert "  /** Both have been in the call at once. */\n  readonly met: boolean;\n" in TEXT


@pytest.mark.parametrize(
    ("doc", "comment"),
    [
        ("", ""),
        ("One line.", "  /** One line. */\n"),
        ("First.\n\n    Second.\n    ", "  /**\n   * First.\n   *\n   * Second.\n   */\n"),
    ],
)
def test_a_comment_has_no_trailing_blanks_whatever_its_indent(doc: str, comment: str) -> None:
    assert codegen._comment(doc, "  ") == comment
