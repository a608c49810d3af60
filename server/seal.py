"""Encryption at rest: the key file and the sealing of single values.

Not here: which columns are sealed (`server.db.models`), nor anything on the wire. A copy of the
database or of a backup is worth little without the key file, which lies outside the data folder.

The file holds one key a line, `ID KEY`: a number from 1 to 255 and 32 bytes in base64url. The last
line seals; all lines open, so a key is rotated by appending one.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
"""NIST SP 800-38D, section 8.2.2: random nonces of 96 bits, safe for 2^32 values a key."""


class KeyFileError(Exception):
    """The key file cannot be used; the message says what to do."""


class UnsealError(Exception):
    """A sealed value was changed, moved to another place or sealed with a key that is not in the file."""


class Sealer:
    """Seals and opens values with the keys of one file, which is made at the first start."""

    def __init__(self, path: Path) -> None:
        """Raises `KeyFileError`."""
        if not path.exists():
            _create(path)
        self._keys = _read(path)
        self._current = next(reversed(self._keys))
        self._ciphers = {key_id: AESGCM(key) for key_id, key in self._keys.items()}

    def seal(self, plain: bytes, place: str) -> bytes:
        """The ciphertext of `plain`, bound to its `place`, "table|row|column"."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, place.encode())
        return bytes([self._current]) + nonce + sealed

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for this place. Raises `UnsealError`."""
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise UnsealError(f"{place}: sealed with a key that is not in the key file")
        nonce, text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, text, place.encode())
        except (InvalidTag, ValueError) as error:
            raise UnsealError(f"{place}: the sealed value does not belong here or was changed") from error

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another use of the newest key, e.g. seat cookies (HKDF, RFC 5869)."""
        hkdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
        return hkdf.derive(self._keys[self._current])


def _create(path: Path) -> None:
    """Write a new key, readable by its owner only; the first of two processes wins, none sees half a file."""
    line = f"1 {base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(name, path)
        finally:
            os.unlink(name)
    except OSError as error:
        raise KeyFileError(f"The key file {path} cannot be written: {error.strerror}.") from error


def _read(path: Path) -> dict[int, bytes]:
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"The key file {path} cannot be read: {error}.") from error
    keys = dict(_key(path, line) for line in lines if line.strip())
    if not keys:
        raise KeyFileError(f"The key file {path} is empty. Restore it from your backup.")
    return keys


def _key(path: Path, line: str) -> tuple[int, bytes]:
    try:
        number, _, text = line.strip().partition(" ")
        key_id, key = int(number), base64.b64decode(text, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        key_id, key = 0, b""
    if not 1 <= key_id <= 255 or len(key) != KEY_BYTES:
        raise KeyFileError(f"The key file {path} has a line that is no key. Restore it from your backup.")
    return key_id, key
