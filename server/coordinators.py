"""How a coordinator proves who they are: a password and a time-based code.

Mail is no authenticator (ASVS 5.0, 6.6.1), so there is no sign-in link by mail; the set-up link, which
an operator hands over, works once and for a day. Not here: the pages (`server.pages.signin`).
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import argon2
import pyotp

SIGNED_IN_FOR = timedelta(hours=12)
SETUP_FOR = timedelta(hours=24)
MIN_PASSWORD, MAX_PASSWORD = 12, 256
STEP_S = 30
"""RFC 6238, section 5.2: the recommended step."""

_hasher = argon2.PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
"""Checked when there is no such coordinator, so that both answers take the same time."""
_hashing = ThreadPoolExecutor(2, thread_name_prefix="password")
"""Each password takes 64 MiB and a fifth of a second of a core: a flood of sign-ins waits here, alone."""


def password_problem(password: str) -> str | None:
    """Why a new password will not do, as a sentence, or None."""
    if len(password) < MIN_PASSWORD:
        return f"Choose a password of at least {MIN_PASSWORD} characters; a few words in a row are fine."
    if len(password) > MAX_PASSWORD:
        return f"Choose a password of at most {MAX_PASSWORD} characters."
    if len(set(password)) < 5:
        return "Choose a password with more than a few different characters."
    return None


async def hash_password(password: str) -> str:
    """An Argon2id PHC string; computed off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _hasher.hash, password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Whether it is the stored password; takes as long when there is none. Waits its turn behind others."""
    matching = asyncio.get_running_loop().run_in_executor(_hashing, _verify, stored or _NOBODY, password)
    return await matching and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except argon2.exceptions.VerificationError:
        return False


def new_totp_secret() -> str:
    """A base32 secret of 160 bits (RFC 4226, section 4)."""
    return pyotp.random_base32()


def totp_uri(secret: str, email: str) -> str:
    """What the QR code for an authenticator app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Ringback")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30 s step whose code this is, allowing one step either way for clocks, or None."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // STEP_S
    for candidate in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.at(candidate * STEP_S).encode(), digits.encode()):
            return candidate
    return None
