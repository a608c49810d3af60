"""What a person's name may contain. E-mail addresses are in `contacts`."""

from __future__ import annotations

import re
from typing import Final

from server.errors import InvalidError

MAX_NAME: Final = 80

FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|=\?")
"""Never in a mail's header or a line on a screen: control characters, line separators, switches of the
writing direction that outlast the name, lone surrogates, and the start of an encoded-word."""


def check_name(text: str) -> str:
    """The name, every run of white space in it one space. Raises `InvalidError`."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or FORBIDDEN.search(name):
        raise InvalidError("name.unusable", f"Write a name of 1 to {MAX_NAME} ordinary characters.")
    return name
