"""docs/check.md is true, and the client's lists are the server's: words, remedies, refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from signalling.ladder_table import TABLE
from signalling.line_record import Figures, decode_figures
from signalling.verdict import Remedy, judge

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "check.md").read_text()
API = (ROOT / "webclient" / "src" / "check" / "api.ts").read_text()
WORDS = (ROOT / "webclient" / "src" / "ui" / "words" / "check.ts").read_text()
EXAMPLES = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def union(name: str) -> set[str]:
    found = re.search(rf"export type {name} = ([^;]+);", API)
    assert found, name
    return set(re.findall(r'"([a-z_]+)"', found[1]))


def test_the_client_knows_every_remedy() -> None:
    assert union("Remedy") == set(get_args(Remedy))


@pytest.mark.parametrize("rung", [rung.name for rung in TABLE.rungs[:-1]])
def test_every_rung_that_carries_a_call_has_words(rung: str) -> None:
    assert re.search(rf'^  {rung}: "', WORDS, re.MULTILINE)


def test_the_examples_are_what_the_code_reads_and_writes() -> None:
    figures, verdict = EXAMPLES
    assert isinstance(decode_figures(figures), Figures)
    told = judge(decode_figures(figures))
    written = json.loads(verdict)
    assert set(written) == set(told.__struct_fields__)
    assert {key[:4] for key in written["up"]} == {key[:4] for key in told.up.__struct_fields__}


def test_every_refusal_is_in_the_table_and_none_besides() -> None:
    raised = set()
    for path in (ROOT / "server").rglob("*.py"):
        raised |= set(re.findall(r'"(check\.[a-z_]+)"', path.read_text()))
    assert raised - {"check.html", "check.js", "check.css"} == set(
        re.findall(r"^\| `(check\.[a-z_]+)`", PAGE, re.MULTILINE)
    )
