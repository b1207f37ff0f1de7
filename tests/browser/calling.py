"""Another system that calls the county: it is added on the page, and its calls are signed with a library of others."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

from playwright.sync_api import APIResponse, Page
from standardwebhooks import Webhook

SHANGHAI = timezone(timedelta(hours=8))
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def moment(shown: str | None) -> datetime:
    """Return a moment as a page shows it."""
    found = MOMENT.search(shown or "")
    assert found, shown
    return datetime.strptime(found[0], "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


def call(
    admin: Page, address: str, key: str, at: datetime, kind: str, data: Mapping[str, Any]
) -> APIResponse:
    """Sign a call and post it as a program does: without the browser's cookies."""
    event = {"specversion": "1.0", "id": uuid4().hex, "source": "/ifmis", "type": f"bihuan.{kind}"}
    body = json.dumps({**event, "data": data}, ensure_ascii=False)
    name = f"msg_{uuid4().hex}"
    headers = {
        "content-type": "application/cloudevents+json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign(name, at, body),
    }
    return admin.request.post(address, data=body.encode(), headers=headers)
