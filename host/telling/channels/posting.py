"""What the robots have in common: a JSON body, an answer that says in its body whether it was taken."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson

from host.telling.outcome import Outcome
from webhooks.client import Client

LONGEST_TOLD = 500
MARKUP = str.maketrans("[]<>*`#", "［］＜＞＊｀＃")
"""No service has a way to escape them, so they are written wide."""


def post(
    client: Client,
    address: str,
    body: Mapping[str, Any],
    letter_id: str,
    taken: Callable[[Mapping[str, Any]], bool],
) -> Outcome:
    """Post a robot's message. taken: whether its JSON answer says that it was taken."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": letter_id}
    answer = client.post(address, orjson.dumps(body), headers)
    if answer.status is None or not answer.is_good:
        told = answer.told if answer.status is None else f"{answer.status} {answer.told}"
        return Outcome(False, told[:LONGEST_TOLD], retry_after=answer.retry_after)
    try:
        said = orjson.loads(answer.told)
        good = isinstance(said, dict) and taken(said)
    except orjson.JSONDecodeError:
        good = False
    return Outcome(good, "机器人已收下" if good else answer.told[:LONGEST_TOLD])


def with_query(address: str, query: str) -> str:
    """Return an address with more in its query."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query="&".join(one for one in (parts.query, query) if one)))


def plain(text: str) -> str:
    """Return a text in which nothing is markup: names of tasks and projects are other people's words."""
    return text.translate(MARKUP)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many bytes, cut between characters."""
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"
