"""The body of a delivery: one CloudEvents 1.0 event in structured JSON."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.uow import UnitOfWork
from webhooks.catalogue import known_facts

EVENT, INSTANCE = table_of(EventRow), table_of(ProcessInstance)
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


def bodies(uow: UnitOfWork, event_ids: Collection[int]) -> dict[int, bytes]:
    """Return the body of each event that exists, in one statement; no personal data."""
    asked = (
        select(
            EVENT,
            INSTANCE.c.business_key,
            INSTANCE.c.definition_key,
            INSTANCE.c.stage,
            INSTANCE.c.subject_kind,
            INSTANCE.c.subject_code,
        )
        .outerjoin(INSTANCE, INSTANCE.c.id == EVENT.c.instance_id)
        .where(EVENT.c.id.in_(event_ids))
    )
    return {row["id"]: _body(row) for row in uow.session.execute(asked).mappings()}


def _body(row: Any) -> bytes:
    data: dict[str, Any] = {"facts": known_facts(row["type"], row["data"])}
    if row["instance_id"] is not None and row["business_key"] is not None:
        data["instance"] = {
            "id": str(row["instance_id"]),
            "key": row["business_key"],
            "process": row["definition_key"],
            "stage": row["stage"] or "",
            "subject_kind": row["subject_kind"] or "",
            "subject_code": row["subject_code"] or "",
        }
    if isinstance(row["task_id"], UUID):
        data["task"] = {"id": str(row["task_id"])} | (
            {"element": row["element_id"]} if row["element_id"] else {}
        )
    if row["campaign_id"] is not None:
        data["campaign_id"] = row["campaign_id"]
    event = {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": f"/bihuan/jurisdictions/{row['jurisdiction_id'] or 0}",
        "type": f"bihuan.{row['type']}",
        "time": row["at"].isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }
    if row["business_key"]:
        event["subject"] = row["business_key"]
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
