"""The one error for input that cannot be accepted.

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
