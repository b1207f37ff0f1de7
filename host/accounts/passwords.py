"""Passwords: argon2id; a wrong login costs the same time as a wrong password."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.errors import InvalidInput

SHORTEST, LONGEST = 10, 200


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def hashed(password: str) -> str:
    """Return what is stored. Raises InvalidInput (`password.length`) if it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            f"密码应为 {SHORTEST} 到 {LONGEST} 个字符,实际为 {len(password)} 个;请换一个密码。",
            code="password.length",
        )
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is right; without a stored one it works as long and says no."""
    try:
        return _hasher().verify(stored or _nobodys(), password[: LONGEST + 1]) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
