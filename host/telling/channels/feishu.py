"""飞书 (Feishu, Lark) group robots. The moment in seconds and the secret are the key that signs nothing; a message is plain text."""

import base64
import hmac
from datetime import datetime
from hashlib import sha256

from host.telling.channels.posting import plain, post, shortened
from host.telling.outcome import Outcome
from webhooks.client import Client

MOST_BYTES = 19_000


def send(
    client: Client, address: str, secret: str | None, letter_id: str, title: str, text: str, now: datetime
) -> Outcome:
    """Tell a group; `code` 0 means that it was taken."""
    body = {"msg_type": "text", "content": {"text": shortened(plain(f"{title}\n{text}"), MOST_BYTES)}}
    signed = signature(secret, now) if secret else {}
    return post(client, address, {**signed, **body}, letter_id, lambda said: said.get("code") == 0)


def signature(secret: str, now: datetime) -> dict[str, str]:
    """Return what the body carries besides: the moment, and an HMAC of nothing under moment and secret."""
    moment = str(int(now.timestamp()))
    digest = hmac.new(f"{moment}\n{secret}".encode(), b"", sha256).digest()
    return {"timestamp": moment, "sign": base64.b64encode(digest).decode()}
