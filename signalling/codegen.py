"""Writes the browser's types from `protocol`: `python -m signalling.codegen` (with `--check`: compares only).

Not here: the messages themselves, or any checking at run time. The source is read as a syntax tree,
so that names, order and docstrings arrive in TypeScript as they stand in Python.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from signalling import protocol

TARGET: Final = Path(__file__).parent.parent / "webclient" / "src" / "protocol.gen.ts"
LINE_WIDTH: Final = 110
"""The client's formatter breaks a union of more columns over several lines."""

HEADER: Final = """\
/**
 * Every message between this browser and the server. Written by `python -m signalling.codegen`: do not edit.
 *
 * Optional fields of messages to the server may be left out.
 * The server leaves out nothing but what has no value.
 */
"""
PLAIN: Final = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "None": "null"}
CLIENT_CLASSES: Final = frozenset(each.__name__ for each in get_args(protocol.ClientMessage))


def render() -> str:
    """The whole TypeScript module."""
    tree = ast.parse(Path(protocol.__file__).read_text(encoding="utf-8"))
    declarations = [part for node, doc in _documented(tree.body) for part in _declaration(node, doc)]
    return "\n".join([HEADER, *declarations])


def _documented(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement with the string literal that follows it, which documents it."""
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        yield node, _text(following)


def _text(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
        case _:
            return ""


def _declaration(node: ast.stmt, doc: str) -> Iterator[str]:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)) if name.isupper():
            yield _comment(doc) + f"export const {name} = {_constant(getattr(protocol, name))};\n"
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp() as value):
            yield _comment(doc) + _alias(name, value)
        case ast.ClassDef(bases=[ast.Name(id="Message")]):
            yield _interface(node)
        case _:
            return


def _constant(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _alias(name: str, value: ast.expr) -> str:
    alternatives = _alternatives(value)
    line = f"export type {name} = {' | '.join(alternatives)};\n"
    if len(line) <= LINE_WIDTH + 1:
        return line
    return f"export type {name} =\n" + "\n".join(f"  | {each}" for each in alternatives) + ";\n"


def _interface(node: ast.ClassDef) -> str:
    fields = "".join(_members(node))
    return _comment(ast.get_docstring(node) or "") + f"export interface {node.name} {{\n{fields}}}\n"


def _members(node: ast.ClassDef) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg == "tag":
            yield f"  readonly type: {_type(keyword.value)};\n"
    for field, doc in _documented(node.body):
        match field:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=default):
                optional = default is not None and (node.name in CLIENT_CLASSES or _may_be_unset(annotation))
                member = f"{camel(name)}{'?' * optional}: {_type(annotation)}"
                yield _comment(doc, "  ") + f"  readonly {member};\n"
            case _:
                continue


def camel(name: str) -> str:
    """`sdp_m_line_index` as the wire spells it: `sdpMLineIndex`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _type(annotation: ast.expr) -> str:
    return " | ".join(_alternatives(annotation))


def _alternatives(annotation: ast.expr) -> list[str]:
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _alternatives(left) + _alternatives(right)
        case ast.Name(id="UnsetType"):
            return []
        case ast.Name(id=name):
            return [PLAIN.get(name, name)]
        case ast.Constant(value=None):
            return [PLAIN["None"]]
        case ast.Constant(value=str(value)):
            return [f'"{value}"']
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=values)):
            return [each for value in values for each in _alternatives(value)]
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[plain, *_])):
            return _alternatives(plain)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return [f"readonly {_type(item)}[]"]
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            return [f"Readonly<Partial<Record<{_type(key)}, {_type(value)}>>>"]
        case _:
            raise TypeError(f"protocol.py, line {annotation.lineno}: no TypeScript is known for this")


def _may_be_unset(annotation: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "UnsetType" for node in ast.walk(annotation))


def _comment(doc: str, indent: str = "") -> str:
    lines = [line.strip() for line in doc.strip().splitlines()]
    match lines:
        case []:
            return ""
        case [line]:
            return f"{indent}/** {line} */\n"
        case _:
            starred = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
            return f"{indent}/**\n{starred}{indent} */\n"


def main(arguments: list[str]) -> str | None:
    """Writes the file, or with `--check` says how to bring it up to date. Returns what went wrong."""
    written = render()
    if arguments == ["--check"]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        stale = f"{TARGET.name} is out of date: run python -m signalling.codegen"
        return None if current == written else stale
    TARGET.write_text(written, encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
