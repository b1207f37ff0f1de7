"""Is it the source that calls, and now: Standard Webhooks, compared in constant time, under the new key or the old one."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from engine.errors import NotAllowed
from webhooks.signing import signature

TOLERANCE: Final = timedelta(minutes=5)
MOST_SIGNATURES: Final = 10
ID: Final = re.compile(r"[\x21-\x7e]{1,200}")
MOMENT: Final = re.compile(r"[0-9]{1,12}")


class CallRefused(NotAllowed):
    """Who calls is not known, or it was not now. It is not said which, and nothing was kept."""

    code = "call.refused"

    def __init__(self) -> None:
        super().__init__(
            "签名、时间或来源编号不对,没有收下;请核对签名密钥、来源编号和本机时钟(相差不得超过 5 分钟)。"
        )


def verified(headers: Mapping[str, str], body: bytes, keys: Sequence[str], now: datetime) -> str:
    """Return the id of a message that one of these keys signed within the last minutes. Raises CallRefused."""
    name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not ID.fullmatch(name) or not MOMENT.fullmatch(moment):
        raise CallRefused
    expected = [base64.b64decode(signature(key, name, moment, body)) for key in keys]
    offered = _offered(headers.get("webhook-signature", ""))
    good = [hmac.compare_digest(one, other) for one in expected for other in offered]
    if not any(good) or abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise CallRefused
    return name


def _offered(text: str) -> list[bytes]:
    found = []
    for one in text.split(" ")[:MOST_SIGNATURES]:
        version, _, value = one.partition(",")
        try:
            found.append(base64.b64decode(value.encode("ascii"), validate=True) if version == "v1" else b"")
        except (UnicodeEncodeError, binascii.Error):
            continue
    return [one for one in found if one]
