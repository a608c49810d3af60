"""What can go wrong in the store that is nobody's mistake. Wrong input is `server.errors.InvalidError`."""

from __future__ import annotations


class UnavailableError(Exception):
    """The database is locked, full or away: nothing was stored, and the same call may work later."""


class SchemaError(Exception):
    """The database does not fit this version or this key file; the message says what to do."""
