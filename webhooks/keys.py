"""The keys of another system: a new one leaves the old one good for some days more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from engine.vault import KeyLost, Vault
from webhooks.signing import new_secret

OLD_KEY_DAYS = 7


def renewed(vault: Vault, secret: ColumnElement[str], now: datetime) -> tuple[str, dict[str, Any]]:
    """Return a new key and what is written to the row it belongs to. secret: that row's column; now: aware."""
    key = new_secret()
    values = {
        "secret": vault.lock(key),
        "previous_secret": secret,
        "previous_until": now + timedelta(days=OLD_KEY_DAYS),
    }
    return key, values


def good(vault: Vault, row: Any, now: datetime) -> list[str]:
    """Return the keys that are good now, the newest first; none that was encrypted under another secret of the installation."""
    locked = [row.secret]
    if row.previous_until is not None and row.previous_until > now:
        locked.append(row.previous_secret)
    found = []
    for one in locked:
        try:
            found.append(vault.unlock(one))
        except KeyLost:
            continue
    return found
