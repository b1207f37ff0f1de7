"""企业微信 (WeCom) group robots. The key is in the address; a message is Markdown of at most 4096 bytes."""

from datetime import datetime

from host.telling.channels.posting import plain, post, shortened
from host.telling.outcome import Outcome
from webhooks.client import Client

MOST_BYTES = 4096


def send(
    client: Client, address: str, secret: str | None, letter_id: str, title: str, text: str, now: datetime
) -> Outcome:
    """Tell a group; `errcode` 0 means that it was taken."""
    content = shortened(f"**{plain(title)}**\n{plain(text)}", MOST_BYTES)
    body = {"msgtype": "markdown", "markdown": {"content": content}}
    return post(client, address, body, letter_id, lambda said: said.get("errcode") == 0)
