"""One cipher for every column that holds a patient's words, names or numbers.

AES-256-GCM; a stored value is version (1 byte) + nonce (12 bytes) + ciphertext. Look-ups by phone use a keyed hash,
so that equal numbers are found and none can be read.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.errors import KeyMismatch

_VERSION = b"\x01"


class Cipher:
    """Encrypts and decrypts with DATA_KEY (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._index_key = hmac.digest(key, b"afterglow/index", "sha256")

    def encrypt(self, text: str) -> bytes:
        nonce = os.urandom(12)
        return _VERSION + nonce + self._aead.encrypt(nonce, text.encode("utf-8", "surrogatepass"), None)

    def decrypt(self, stored: bytes) -> str:
        if stored[:1] != _VERSION:
            raise KeyMismatch("This value was written by a newer Afterglow. Update before reading it.")
        try:
            return self._aead.decrypt(stored[1:13], stored[13:], None).decode("utf-8", "surrogatepass")
        except InvalidTag as wrong:
            raise KeyMismatch("DATA_KEY cannot read this database. Give the key it was written with.") from wrong

    def index(self, value: str) -> str:
        """A stable keyed hash for equality look-ups (phone numbers)."""
        return hmac.digest(self._index_key, value.encode(), "sha256").hex()


_current: Cipher | None = None


def use_cipher(cipher: Cipher) -> None:
    """Set the cipher of this process; open_store does it once."""
    global _current  # SQLAlchemy column types have no other way to reach a key
    _current = cipher


def current_cipher() -> Cipher:
    if _current is None:
        raise KeyMismatch("The store is not open: call open_store(settings) first.")
    return _current


def hash_token(token: str) -> str:
    """What is stored of a bearer token (a cookie, an entry link)."""
    return hashlib.sha256(token.encode()).hexdigest()
