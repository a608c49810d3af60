"""docs/protocol.md is true: its examples decode, every message has one, every error and code is in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from signalling import protocol as p
from signalling.room import LOST_MS, RELOAD_MS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "protocol.md").read_text()
EXAMPLES = re.findall(r"^```json (to-server|to-browser)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
NOT_ON_THE_SOCKET = {"contact.unusable", "email.unusable", "minutes.unusable", "pair.same", "starts.unusable"}
"""Raised for forms and the command line only."""


def decode(direction: str, text: str) -> Any:
    return p.decode(text) if direction == "to-server" else p.decode_server(text)


@pytest.mark.parametrize(("direction", "text"), EXAMPLES, ids=lambda part: part[:40])
def test_every_example_is_a_message(direction: str, text: str) -> None:
    message = decode(direction, text)
    again = decode(direction, p.encode(message))
    assert again == message


@pytest.mark.parametrize(
    ("direction", "union"), [("to-server", p.ClientMessage), ("to-browser", p.ServerMessage)]
)
def test_every_message_has_an_example(direction: str, union: Any) -> None:
    shown = {type(decode(each, text)) for each, text in EXAMPLES if each == direction}
    assert shown == set(get_args(union))


def test_no_example_is_left_unchecked() -> None:
    assert len(re.findall(r"^```json", PAGE, re.MULTILINE)) == len(EXAMPLES)


def errors_in_the_source() -> Iterator[str]:
    """First arguments of whatever refuses, and `error=` of refusals: dotted lower-case words."""
    for folder in ("server", "signalling"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _called(node) not in {"ForeignKey", "Audit"}:
                    texts = [*node.args, *(each.value for each in node.keywords if each.arg == "error")]
                    yield from (text for text in map(_literal, texts) if _is_error(text))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_error(text: str) -> bool:
    subjects = (
        "agenda|candidate|contact|due|email|frame|goals|hello|link|minute|minutes|name|note|number|pair|peer"
    )
    return bool(re.fullmatch(rf"({subjects}|record|session|starts|store|version)\.[a-z_]+", text))


def test_every_error_is_in_the_table_and_none_besides() -> None:
    table = PAGE[PAGE.index("| error | when |") : PAGE.index("## How connections end")]
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", table))
    assert named == set(errors_in_the_source()) - NOT_ON_THE_SOCKET


def test_every_close_code_is_in_the_table() -> None:
    codes = {value for name, value in vars(p).items() if name.startswith("CLOSE_")}
    table = PAGE[PAGE.index("| code | when |") :]
    assert codes <= {int(code) for code in re.findall(r"^\| (\d{4}) \|", table, re.MULTILINE)}


@pytest.mark.parametrize(
    "words",
    [
        f"at most {p.MAX_FRAME_BYTES // 1024} KiB",
        f"send {p.BURST} frames at once and {p.SUSTAINED_PER_S} a second",
        f"Within {p.HELLO_WITHIN_MS // 1000} seconds",
        f"pings every {p.PING_EVERY_MS // 1000} seconds",
        f"for {p.SILENT_AFTER_MS // 1000} is `away`",
        f"at most {p.MAX_SDP_BYTES // 1024} KiB, and {p.MAX_CANDIDATES} candidates",
        f"held for {RELOAD_MS // 1000} seconds",
        f"connection for {LOST_MS // 1000},",
    ],
)
def test_the_figures_in_the_prose_are_those_of_the_code(words: str) -> None:
    assert words in " ".join(PAGE.split())
