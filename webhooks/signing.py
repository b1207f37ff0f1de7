"""The signature of Standard Webhooks: HMAC-SHA256 over id, time and body; several keys while one is being replaced."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """Return a fresh key as it is handed to the other side: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def headers(delivery_id: UUID, at: datetime, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Return the three headers of a message. at: aware, the moment of this attempt; keys: `whsec_…`, newest first."""
    name, moment = f"msg_{delivery_id.hex}", str(int(at.timestamp()))
    signatures = " ".join(f"v1,{signature(key, name, moment, body)}" for key in keys)
    return {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": signatures}


def signature(key: str, name: str, moment: str, body: bytes) -> str:
    """Return the signature in base64."""
    raw = base64.b64decode(key.removeprefix(PREFIX))
    signed = f"{name}.{moment}.".encode() + body
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
