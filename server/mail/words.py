"""Templates of mails, filled in. What goes in is decided by `invitation` and `summary`."""

from __future__ import annotations

from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


class Bodies(NamedTuple):
    """The same words twice."""

    text: str
    html: str


_environment = Environment(
    loader=PackageLoader("server.mail", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def fill(name: str, **context: object) -> Bodies:
    """Both bodies of one mail; everything in the HTML one is escaped unless it is Markup."""
    text = _environment.get_template(f"{name}.txt").render(context)
    return Bodies(text, _environment.get_template(f"{name}.html").render(context))
