"""A token is long and random, and only its hash is kept."""

from __future__ import annotations

from server.tokens import Token, new_token, token_hash


def test_tokens_are_long_random_and_fit_into_an_address() -> None:
    tokens = {new_token().text for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(text) == 32 and set(text) <= URL_SAFE for text in tokens)


def test_a_token_is_found_again_by_its_hash() -> None:
    token = new_token()
    assert token.hash == token_hash(token.text) == Token(token.text).hash
    assert len(token.hash) == 32
    assert token.text.encode() not in token.hash


def test_a_token_of_any_characters_has_a_hash() -> None:
    assert len({token_hash(text) for text in ("", "\udc80", "x" * 10_000, "é")}) == 4


URL_SAFE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
