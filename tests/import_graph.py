"""Who imports whom, read from source: nothing is imported, so an import inside a function counts like one at
the top, and one that is only there for types counts too.

Not here: who may (`test_imports`).
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("server", "signalling", "tests", "bench")

Imports = Mapping[str, frozenset[str]]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_sources() -> dict[str, str]:
    """Every module of the project by its dotted name."""
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return {name_of(path): path.read_text() for path in paths}


def imported_by(source: str) -> frozenset[str]:
    """Dotted names: `from a import b` gives both a and a.b, since b may be a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def with_parents(names: Iterable[str]) -> set[str]:
    """Importing a.b.c runs a and a.b first."""
    return {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)}


def chain(
    imports: Imports, start: str, goal: Callable[[str], bool], *, closed: frozenset[str] = frozenset()
) -> list[str]:
    """The shortest chain of imports from a module to one that meets the goal; empty when there is none.

    It does not lead through a closed module.
    """
    waiting, seen = deque([[start]]), {start, *closed}
    while waiting:
        path = waiting.popleft()
        for name in sorted(with_parents(imports.get(path[-1], ()))):
            if goal(name):
                return [*path, name]
            if name not in seen:
                seen.add(name)
                waiting.append([*path, name])
    return []
