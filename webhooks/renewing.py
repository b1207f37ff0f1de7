"""A new key for another system: the one it had is good for some days more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from engine.vault import Vault
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
