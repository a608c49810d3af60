"""How often a sign-in may be tried: too seldom for guessing, and without locking anybody else out.

Not here: what proves a coordinator (`coordinators`). A network is what a client is counted under
(`addresses.bucket`); networks are kept in memory only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from server.throttle import Throttle

WINDOW_S: Final = 900
PER_ACCOUNT: Final = 10
"""Wrong tries at one account from one network: locked out is who guesses, not whose account it is."""
PER_NETWORK: Final = 50
"""Wrong tries from one network at all accounts; an office may hold several coordinators."""
CODES: Final = 10
"""Wrong codes after the right password, from anywhere: six digits fall to guessing otherwise, and who knows
the password is no stranger."""


class Guessing:
    """A try is counted before it is known to be wrong, or many at once would all be allowed."""

    def __init__(self) -> None:
        self._at_account = Throttle(PER_ACCOUNT, WINDOW_S)
        self._from_network = Throttle(PER_NETWORK, WINDOW_S)
        self._codes = Throttle(CODES, WINDOW_S)

    def begin(self, network: str, email: str, now: datetime) -> bool:
        """Count one try; false, and not counted, when this network may not try this account any more."""
        pair = f"{network} {email}"
        if not (self._at_account.allows(pair, now) and self._from_network.allows(network, now)):
            return False
        self._at_account.count(pair, now)
        self._from_network.count(network, now)
        return True

    def begin_code(self, person_id: str, now: datetime) -> bool:
        """Count one code for an account whose password was right; false when there were too many."""
        allowed = self._codes.allows(person_id, now)
        if allowed:
            self._codes.count(person_id, now)
        return allowed

    def succeeded(self, network: str, email: str, person_id: str) -> None:
        """The try, begun with both, was none of guessing."""
        self._at_account.uncount(f"{network} {email}")
        self._from_network.uncount(network)
        self._codes.uncount(person_id)
