"""Telephone numbers: from what people type to E.164, and from E.164 to what is shown and dialled.

Not here: who may see a number (`server.db.panels` keeps the consent) and how it is kept (sealed).
"""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from server.errors import InvalidError


def parse_number(text: str) -> str:
    """The number in E.164, e.g. +447700900123. Raises `InvalidError`.

    Only the length is checked, not whether the range is in use: plans change faster than libraries.
    """
    try:
        number = phonenumbers.parse(text, None)
    except NumberParseException as error:
        raise _unusable() from error
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    if not possible or number.extension:
        raise _unusable()
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """An E.164 number with spaces, as people read it: +44 7700 900123."""
    return phonenumbers.format_number(_known(number), PhoneNumberFormat.INTERNATIONAL)


def tel_uri(number: str) -> str:
    """An E.164 number as a link (RFC 3966): tel:+447700900123."""
    return f"tel:{phonenumbers.format_number(_known(number), PhoneNumberFormat.E164)}"


def _known(number: str) -> PhoneNumber:
    return phonenumbers.parse(number, None)


def _unusable() -> InvalidError:
    return InvalidError(
        "number.unusable", "Write the number with its country code, for example +44 7700 900123."
    )
