"""Passwords as Argon2id hashes: made here, compared here, never kept."""

from __future__ import annotations

from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
_AT_ONCE = Semaphore(2)  # each takes 64 MiB: a flood of log-ins must not take the memory patients need


def hash_password(password: str) -> str:
    """The hash to store (Argon2id with the library's current recommendation, its parameters inside)."""
    with _AT_ONCE:
        return _hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether this is the password. No account (`None`) takes just as long to refuse as a wrong password."""
    try:
        with _AT_ONCE:
            matches = _hasher().verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
