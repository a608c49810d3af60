"""The notes' Markdown as HTML that is safe in any page or mail, and as plain text.

Not here: where the Markdown comes from (`supervisor`), and how a mail looks (`server.mail`). Light
Markdown only: headings, lists, bold, italics and links; all else is text as it was typed. 100,000
characters of the worst kind take a second of processor time: render notes in a thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
TOP_HEADING: Final = 3
"""What a first-level heading becomes; the page or mail around the notes has used the two above."""

_TAGS: Final = frozenset({"h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "strong", "em", "a"})
_ABSOLUTE = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]", re.IGNORECASE)


def to_html(markdown: str) -> str:
    """Elements of `_TAGS`; the only attributes are an absolute `href` with its `rel`, and a list's start."""
    tokens = _parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + TOP_HEADING - 1, 6)}"
    return nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=set(_TAGS),
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def to_text(markdown: str) -> str:
    """Headings, paragraphs and lists as lines; a link is its words, then its address in angle brackets."""
    return "\n".join(_lines(_parser.parse(markdown))).strip("\n")


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    """A blank line around what stands on the first level; an item's mark before its first line."""
    numbers: list[int | None] = []
    mark = ""
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "list_item_open":
                mark = _mark(numbers)
            case "inline":
                indent = "  " * len(numbers)
                words = _words(token.children or ()).replace("\n", f"\n{indent}")
                yield (mark or indent) + words
                mark = ""
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
        if not numbers and token.type.endswith("_close"):
            yield ""


def _mark(numbers: list[int | None]) -> str:
    """The next item's, in the innermost list."""
    indent = "  " * (len(numbers) - 1)
    number = numbers[-1]
    if number is None:
        return f"{indent}- "
    numbers[-1] = number + 1
    return f"{indent}{number}. "


def _words(tokens: Sequence[Token]) -> str:
    words: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                words.append("\n")
            case "link_open":
                links.append((len(words), str(token.attrGet("href"))))
            case "link_close":
                start, address = links.pop()
                if "".join(words[start:]) != address:
                    words.append(f" <{address}>")
            case _:
                words.append(token.content)
    return "".join(words)


def _light_markdown() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True})
    parser.enable(["heading", "list", "emphasis", "link", "autolink", "escape", "newline"])
    parser.validateLink = lambda url: _ABSOLUTE.match(url) is not None  # type: ignore[method-assign]
    return parser


_parser: Final = _light_markdown()
