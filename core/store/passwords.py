"""Passwords of the console's local users: hashed with Argon2id, checked in about the same time for everybody."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from core.errors import ConfigurationError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200


@cache
def _hasher() -> PasswordHasher:
    """Return the hasher; loaded at the first sign-in, for most web processes never see one.

    Seven MiB and five rounds, the least memory that is advised: a web process keeps what it once took.
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    """
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=5, memory_cost=7 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def one_time() -> str:
    """Return a fresh one-time password of about 100 bits, easy to copy."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


def close(password: str, *forbidden: str) -> str:
    """Return the hash of a new password.

    Raises ``ConfigurationError`` when it is shorter than 12 or longer than 200 characters, or one of ``forbidden``.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigurationError(f"a password has {SHORTEST} to {LONGEST} characters")
    if len(set(password)) < 5 or password.casefold() in {one.casefold() for one in forbidden}:
        raise ConfigurationError("this password is too easy to guess")
    return _hasher().hash(password)


def fits(password: str, hashed: str | None) -> bool:
    """Say whether a password fits; ``None`` (nobody of that name) takes as long as a wrong password."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed or _nobody(), password[: LONGEST + 1]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
