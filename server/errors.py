"""The one error for input that cannot be accepted, or not yet.

Raised where the rule is known, translated once per face: a form's message, a `refused` message on the
socket, a line on the terminal.
"""

from __future__ import annotations


class InvalidError(Exception):
    """`error` is a stable id such as `number.unusable`; `sentence` says what to do next."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error
        self.sentence = sentence


class LaterError(InvalidError):
    """Not now: `retry_s` says when it is worth another try, 0 that it is not."""

    def __init__(self, error: str, sentence: str, retry_s: int) -> None:
        super().__init__(error, sentence)
        self.retry_s = retry_s
