"""Notes as HTML and text: light Markdown works, and nothing anybody types runs or loads anything."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.render import to_html, to_text

NOTES = """# Next steps
Ask **Ben** about the _course_.
Second line

- call [the school](https://school.example.org/a?b=1&c=2)
- write
  1. to ann@example.org
  2. to <mailto:ben@example.org>

3. third
4. fourth
"""

HTML = """<h3>Next steps</h3>
<p>Ask <strong>Ben</strong> about the <em>course</em>.<br>
Second line</p>
<ul>
<li>call <a href="https://school.example.org/a?b=1&amp;c=2" rel="noopener noreferrer">the school</a></li>
<li>write
<ol>
<li>to ann@example.org</li>
<li>to <a href="mailto:ben@example.org" rel="noopener noreferrer">mailto:ben@example.org</a></li>
</ol>
</li>
</ul>
<ol start="3">
<li>third</li>
<li>fourth</li>
</ol>
"""

TEXT = """Next steps

Ask Ben about the course.
Second line

- call the school <https://school.example.org/a?b=1&c=2>
- write
  1. to ann@example.org
  2. to mailto:ben@example.org

3. third
4. fourth"""


def test_light_markdown_becomes_html() -> None:
    assert to_html(NOTES) == HTML


def test_light_markdown_becomes_text() -> None:
    assert to_text(NOTES) == TEXT


def test_a_line_break_stays_one() -> None:
    assert to_html("one\ntwo") == "<p>one<br>\ntwo</p>\n"


def test_a_paragraph_within_an_item_is_indented() -> None:
    assert to_text("- one\n\n  two\n- three") == "- one\n  two\n- three"


@pytest.mark.parametrize("markdown", ["", "\n\n", "   "])
def test_nothing_stays_nothing(markdown: str) -> None:
    assert to_html(markdown) == ""
    assert to_text(markdown) == ""


@pytest.mark.parametrize("address", ["https://a.example.org/", "HTTP://a.example.org", "tel:+447700900001"])
def test_addresses_of_four_kinds_are_links(address: str) -> None:
    assert f'<a href="{address}"' in to_html(f"[x]({address})")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "java%0ascript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "blob:https://a.example.org/1",
        "//a.example.org/x",
        "/coordinator",
        "relative",
        "?query",
        "#fragment",
        "ht%09tp://a.example.org",
        "sms:+447700900001",
        "http:",
        "https:evil",
    ],
)
def test_other_addresses_are_none(address: str) -> None:
    for markdown in (f"[x]({address})", f"[x](<{address}>)", f"<{address}>"):
        assert elements(to_html(markdown)) <= {("p", ())}


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[tuple[str, str | None], ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(attrs)))


def elements(html: str) -> set[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """Every element with its attributes."""
    parser = _Elements()
    parser.feed(html)
    parser.close()
    return parser.found


PLAIN = {"h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "strong", "em"}
SAFE_LINK = re.compile(r"(https?://|mailto:|tel:).", re.IGNORECASE)


def assert_harmless(html: str) -> None:
    for tag, attributes in elements(html):
        values = dict(attributes)
        if tag == "a":
            assert values.keys() == {"href", "rel"}
            assert SAFE_LINK.match(values["href"] or "")
            assert values["rel"] == "noopener noreferrer"
        elif tag == "ol" and values:
            assert values.keys() == {"start"}
            assert (values["start"] or "").isdigit()
        else:
            assert tag in PLAIN
            assert not values


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=https://a.example.org onclick=alert(1)>x</a>",
    "<form action=//evil.example.org><input name=x></form>",
    "<object data=//evil.example.org></object><embed src=//evil.example.org>",
    "<base href=//evil.example.org><link rel=stylesheet href=//evil.example.org>",
    "<meta http-equiv=refresh content='0;url=//evil.example.org'>",
    "<style>*{background:url(//evil.example.org)}</style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "![x](https://evil.example.org/pixel.png)",
    '![x](x "onerror=alert(1)")',
    '[x](https://a.example.org "onmouseover=alert(1)")',
    "[x](https://a.example.org/'onmouseover='alert(1))",
    '[x](https://a.example.org/"onmouseover="alert(1))',
    "[<img src=x onerror=alert(1)>](https://a.example.org)",
    "[x]: javascript:alert(1)\n[x]",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "<https://a.example.org/<script>alert(1)</script>>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "- <script>alert(1)</script>",
    "**<script>**alert(1)**</script>**",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u2028<script>alert(1)</script>\u2029",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "</p></div></body><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
]
SHAPES = ["{}", "# {}", "- {}", "1. {}", "**{}**", "[{}](https://a.example.org)", "[x]({})", "a\n{}\nb"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stays_text(payload: str) -> None:
    for shape in SHAPES:
        assert_harmless(to_html(shape.format(payload) if shape != "{}" else payload))


@given(st.text(alphabet="<>&\"'()[]!*_#-\\ \n\tajscript:/=http1.\0", max_size=120))
def test_whatever_is_typed_is_harmless(markdown: str) -> None:
    assert_harmless(to_html(markdown))
    assert isinstance(to_text(markdown), str)


@given(st.text(alphabet="abc ", min_size=1, max_size=40))
def test_plain_words_come_through_unchanged(words: str) -> None:
    assert to_text(words) == words.strip()


@pytest.mark.parametrize("pattern", ["[", "*", "*a ", "[a](", "[[]", "- x\n", "> ", "<", "\\", "a**b"])
def test_no_notes_take_forever(pattern: str) -> None:
    began = time.process_time()
    to_html(pattern * (50_000 // len(pattern)))
    assert time.process_time() - began < 5
