"""Passwords that are good for one time, and not for long."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

WORD = 14
LETTERS = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


def one_time_password() -> str:
    """Return a password of 14 letters and figures that are not mistaken for others."""
    return "".join(secrets.choice(LETTERS) for _ in range(WORD))


def good_until(now: datetime, hours: int) -> datetime:
    """Return until when a one-time password that is given now lets its owner in."""
    return now + timedelta(hours=hours)


def has_expired(account: Mapping[Any, Any], now: datetime) -> bool:
    """Tell whether an account (a row) waits with a one-time password whose time is over."""
    until = account.get("password_until")
    return until is not None and until <= now
