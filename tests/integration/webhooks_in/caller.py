"""Another system, as it is written by others: it signs with a library of theirs and posts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import text
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from engine.access import SYSTEM
from host.composition import Bihuan
from host.workers.hearing import hear_some
from webhooks.inbound import sources
from webhooks.inbound.messages import TYPES

MEDIA_TYPE = "application/cloudevents+json"


def event(kind: str, data: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a CloudEvent."""
    head = {"specversion": "1.0", "id": uuid4().hex, "source": "/ifmis", "type": f"bihuan.{kind}"}
    return {**head, "data": data, **more}


def told(answer: TestResponse) -> dict[str, Any]:
    """Return the JSON of an answer."""
    found = answer.json
    assert isinstance(found, dict), answer.text
    return found


class Caller:
    """A source of a jurisdiction, with its key, in front of an application."""

    def __init__(self, bihuan: Bihuan, app: Flask, jurisdiction_id: int = 1, **other: Any) -> None:
        self.bihuan, self.client = bihuan, app.test_client()
        asked = {"call_types": [*TYPES], "messages": ["papers"], "name": "一体化系统", **other}
        with bihuan.unit_of_work() as uow:
            self.id, self.key = sources.add(
                uow, bihuan.source_vault(), jurisdiction_id=jurisdiction_id, by=SYSTEM, **asked
            )

    def signed(self, body: bytes, message_id: str, at: datetime | None = None) -> dict[str, str]:
        """Return the headers of a message."""
        at = at or self.bihuan.clock.now()
        signature = Webhook(self.key).sign(message_id, at, body.decode())
        moment = str(int(at.replace(tzinfo=UTC).timestamp()) if at.tzinfo is None else int(at.timestamp()))
        return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signature}

    def post(self, body: bytes, headers: Mapping[str, str]) -> TestResponse:
        """Post a body."""
        return self.client.post(f"/api/in/{self.id}", data=body, headers=headers, content_type=MEDIA_TYPE)

    def send(
        self, kind: str, data: Mapping[str, Any], message_id: str | None = None, **more: Any
    ) -> TestResponse:
        """Sign and post a call."""
        body = json.dumps(event(kind, data, **more), ensure_ascii=False).encode()
        return self.post(body, self.signed(body, message_id or f"msg_{uuid4().hex}"))

    def say(self, kind: str, data: Mapping[str, Any], **more: Any) -> list[Any]:
        """Send a call, let a worker hear it, return what became of it: status and rows used, newest first."""
        answer = self.send(kind, data, **more)
        assert answer.status_code == 202, answer.text
        self.heard()
        return self.rows("select status, applied from app.inbound_call order by id desc")

    def heard(self) -> None:
        """Let a worker hear everything."""
        while hear_some(self.bihuan.unit_of_work, self.bihuan.unit_of_work):
            pass

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Return what a query finds."""
        with self.bihuan.unit_of_work() as uow:
            return list(uow.session.execute(text(query), values))
