"""Imports point inwards: who may import what, held for every Python file of the project.

Not here: how imports are found (`import_graph`).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.import_graph import Imports, chain, imported_by, read_sources, within


@dataclass(frozen=True)
class Rule:
    """A claim about direct imports, with a file that would break it."""

    claim: str
    held_by: Callable[[str], bool]
    forbids: Callable[[str], bool]
    broken_by: tuple[str, str]

    def breaches(self, imports: Imports) -> list[str]:
        return [
            f"{module} imports {name}"
            for module, names in sorted(imports.items())
            if self.held_by(module)
            for name in sorted(names)
            if self.forbids(name)
        ]


def outside(*packages: str) -> Callable[[str], bool]:
    return lambda module: not within(module, *packages)


def inside(*packages: str) -> Callable[[str], bool]:
    return lambda name: within(name, *packages)


def foreign_to_signalling(name: str) -> bool:
    top = name.partition(".")[0]
    return top not in {"signalling", "msgspec"} and top not in sys.stdlib_module_names


RULES = [
    Rule(
        "only the command line and tests import the composition root",
        held_by=outside("server.__main__", "tests"),
        forbids=inside("server.app"),
        broken_by=("server.pages.home", "from server import app"),
    ),
    Rule(
        "signalling imports the standard library and msgspec, nothing else of ours",
        held_by=inside("signalling"),
        forbids=foreign_to_signalling,
        broken_by=("signalling.room", "from server.config import Config"),
    ),
    Rule(
        "signalling has no clock, no loop and no network",
        held_by=inside("signalling"),
        forbids=inside(
            "asyncio",
            "concurrent",
            "http",
            "select",
            "selectors",
            "socket",
            "subprocess",
            "threading",
            "time",
        ),
        broken_by=("signalling.ladder", "def now():\n    import time"),
    ),
    Rule(
        "only the media process and the bots import aiortc",
        held_by=outside("server.media", "tests.bots"),
        forbids=inside("aiortc"),
        broken_by=("server.rooms", "from aiortc.contrib import media"),
    ),
    Rule(
        "only server.db knows SQL",
        held_by=outside("server.db", "tests"),
        forbids=inside("sqlalchemy", "alembic", "aiosqlite"),
        broken_by=("server.pages.rooms", "import sqlalchemy.orm"),
    ),
    Rule(
        "only server.documents opens what participants typed as a document",
        held_by=outside("server.documents", "tests"),
        forbids=inside("pycrdt"),
        broken_by=("server.socket", "import pycrdt"),
    ),
    Rule(
        "the product never imports its tests or its benchmarks",
        held_by=inside("server", "signalling"),
        forbids=inside("tests", "bench"),
        broken_by=("server.fixtures", "from tests.bots import bot"),
    ),
]


@pytest.fixture(scope="module")
def imports() -> Imports:
    return {name: imported_by(source) for name, source in read_sources().items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.claim)
def test_imports_point_inwards(rule: Rule, imports: Imports) -> None:
    assert rule.breaches(imports) == [], rule.claim


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.claim)
def test_every_rule_notices_a_breach(rule: Rule) -> None:
    module, source = rule.broken_by
    assert rule.breaches({module: imported_by(source)})


def test_signalling_never_waits() -> None:
    waiting = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    found = [
        f"{name}, line {node.lineno}"
        for name, source in read_sources().items()
        if within(name, "signalling")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, waiting)
    ]
    assert found == []


@pytest.mark.parametrize("parser", ["pycrdt", "aiortc"])
def test_no_chain_of_imports_leads_from_the_serving_process_to_a_parser_that_may_die(
    parser: str, imports: Imports
) -> None:
    """Both live in processes of their own: one crafted update or datagram must not end every room."""
    assert chain(imports, "server.app", inside(parser)) == []


def test_a_chain_of_imports_is_found_through_several_files() -> None:
    imports = {"a": frozenset({"b"}), "b": frozenset({"a", "c.d"}), "c": frozenset({"pycrdt.Doc"})}
    assert chain(imports, "a", inside("pycrdt")) == ["a", "b", "c", "pycrdt"]
    assert chain(imports, "a", inside("aiortc")) == []


WRITTEN = inside(
    "server.documents", "server.edits", "server.db.notes", "server.db.panels", "server.pages.mailbox"
)
"""Where what two people wrote is kept, changed and shown; the mailbox because summaries quote notes."""
WRITTEN_IN_STORE = frozenset({"documents", "mailbox", "notes", "panels"})
DOORS = frozenset({"server.keys", "server.db.store"})
"""Every page passes here, to everything: what a coordinator's page takes from it is looked at instead."""


def coordinators_modules(imports: Imports) -> list[str]:
    """The coordinator's pages, and what of `server.pages` and `server.booking` they stand on."""
    pages = [name for name in imports if name.startswith("server.pages.coordinator")]
    helpers = [name for name in imports if within(name, "server.pages", "server.booking")]
    return sorted(
        name
        for name in helpers
        if name in pages or any(chain(imports, page, inside(name), closed=DOORS) for page in pages)
    )


def attributes(source: str) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}


def test_no_chain_of_imports_leads_from_a_coordinators_page_to_what_two_people_wrote(
    imports: Imports,
) -> None:
    pages = coordinators_modules(imports)
    assert "server.pages.coordinator" in pages
    assert [found for page in pages if (found := chain(imports, page, WRITTEN, closed=DOORS))] == []


def test_a_coordinators_page_takes_nothing_from_the_store_that_two_people_wrote(imports: Imports) -> None:
    sources = read_sources()
    taken = {page: attributes(sources[page]) & WRITTEN_IN_STORE for page in coordinators_modules(imports)}
    assert {page: names for page, names in taken.items() if names} == {}


def test_a_coordinators_page_that_read_notes_would_be_noticed() -> None:
    page = "async def page(request):\n    await request.app[keys.STORE].notes.note_state('s', 0)"
    assert attributes(page) & WRITTEN_IN_STORE == {"notes"}
    imports = {
        "server.pages.coordinator": frozenset({"server.help"}),
        "server.help": frozenset({"server.db.notes"}),
    }
    assert chain(imports, "server.pages.coordinator", WRITTEN, closed=DOORS)
