"""钉钉 (DingTalk) group robots. A secret signs the moment in milliseconds; a message is Markdown of at most 20,000 bytes."""

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote_plus

from host.telling.channels.posting import plain, post, shortened, with_query
from host.telling.outcome import Outcome
from webhooks.client import Client

MOST_BYTES = 19_000


def send(
    client: Client, address: str, secret: str | None, letter_id: str, title: str, text: str, now: datetime
) -> Outcome:
    """Tell a group; `errcode` 0 means that it was taken."""
    signed = address if not secret else with_query(address, signature(secret, now))
    content = shortened(f"### {plain(title)}\n{plain(text)}", MOST_BYTES)
    body = {"msgtype": "markdown", "markdown": {"title": title, "text": content}}
    return post(client, signed, body, letter_id, lambda said: said.get("errcode") == 0)


def signature(secret: str, now: datetime) -> str:
    """Return what the address carries besides: the moment, and its HMAC under the secret."""
    moment = int(now.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), sha256).digest()
    return f"timestamp={moment}&sign={quote_plus(base64.b64encode(digest))}"
