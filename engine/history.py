"""The story of an instance, read from rows: no image is opened and no diagram runs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lxml import etree
from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from engine import xml
from engine.errors import NotFound
from engine.model.definitions import DefinitionBundle, ProcessDefinition
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask

STORY = text("""
select at, source, kind, task_id, element_id, actor_name, data from app.instance_history
 where instance_id = :id order by at, source_order, source_id
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. source: event, submission, timer, incident or audit; name: of the element."""

    at: datetime
    source: str
    kind: str
    task_id: UUID | None
    element_id: str | None
    name: str
    actor_name: str
    data: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return it as values that `json_values` can write."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Story:
    """An instance as it stands, with everything that happened in order."""

    id: UUID
    business_key: str
    title: str
    process: str
    status: str
    suspension: Mapping[str, Any] | None
    started_at: datetime
    ended_at: datetime | None
    waiting: Sequence[str]
    entries: Sequence[Entry]

    def as_json(self) -> dict[str, Any]:
        """Return it as values that `json_values` can write."""
        return asdict(self)


def find(session: Session, name: str) -> UUID:
    """Return the id of the instance with this id or business key. Raises NotFound."""
    instance = ProcessInstance
    try:
        wanted = instance.id == UUID(name)
    except ValueError:
        wanted = instance.business_key == name
    found = session.scalar(select(instance.id).where(wanted))
    if found is None:
        raise NotFound(
            f"找不到编号或业务编号为“{name}”的事项;请用 bihuan instance list 查找。",
            code="instance.not_found",
        )
    return found


def story(session: Session, instance_id: UUID) -> Story:
    """Return the whole story of an instance. Raises NotFound."""
    row, task = session.get(ProcessInstance, instance_id), UserTask
    if row is None:
        raise NotFound(f"找不到流程实例 {instance_id}。", code="instance.not_found")
    process, names = _names(session, row.bundle_hash)
    known = select(task.element_id, task.name).where(task.instance_id == instance_id)
    names |= dict(session.execute(known.order_by(task.created_at)).all())
    live = or_(task.status == "open", task.status == "suspended")
    waiting = select(task.name, task.assignee_name).where(task.instance_id == instance_id, live)
    return Story(
        id=row.id,
        business_key=row.business_key,
        title=row.title,
        process=process,
        status=row.status,
        suspension=row.suspension,
        started_at=row.started_at,
        ended_at=row.ended_at,
        waiting=[
            f"{name}({who or '未认领'})" for name, who in session.execute(waiting.order_by(task.created_at))
        ],
        entries=entries(session, instance_id, names),
    )


def entries(session: Session, instance_id: UUID, names: Mapping[str, str]) -> list[Entry]:
    """Return everything that happened to an instance, in order. names: of elements."""
    found = session.execute(STORY, {"id": instance_id}).mappings()
    return [Entry(**one, name=names.get(one["element_id"] or "", one["element_id"] or "")) for one in found]


PAGE = text("""
select at, source, kind, task_id, element_id, actor_name, data, source_order, source_id from app.instance_history
 where instance_id = :id and source <> 'audit'
   and (at, source_order, source_id) > (cast(:at as timestamptz), :source_order, :source_id)
 order by at, source_order, source_id limit :limit
""")


def page(
    session: Session, instance_id: UUID, names: Mapping[str, str], after: Sequence[Any] | None, limit: int
) -> tuple[list[Entry], tuple[datetime, int, int] | None]:
    """Return what happened after a place of the story, and the place to go on from, None at its end."""
    at, order, number = after or ("-infinity", 0, 0)
    bound = {"id": instance_id, "at": at, "source_order": order, "source_id": number, "limit": limit + 1}
    rows = [dict(row) for row in session.execute(PAGE, bound).mappings()]
    places = [(row["at"], row.pop("source_order"), row.pop("source_id")) for row in rows]
    found = [Entry(**row, name=names.get(row["element_id"] or "", row["element_id"] or "")) for row in rows]
    return found[:limit], places[limit - 1] if len(rows) > limit else None


def _names(session: Session, bundle_hash: str) -> tuple[str, dict[str, str]]:
    """Return the name of the root process and of every element, from the published diagrams."""
    bundle = session.get_one(DefinitionBundle, bundle_hash)
    hashes = [bundle.root_hash, *bundle.parts["processes"].values()]
    rows = select(ProcessDefinition.content_hash, ProcessDefinition.name, ProcessDefinition.xml)
    found = {
        row.content_hash: row
        for row in session.execute(rows.where(ProcessDefinition.content_hash.in_(hashes)))
    }
    names: dict[str, str] = {}
    for content_hash in reversed(hashes):
        for node in xml.parse(found[content_hash].xml.encode()).iter(etree.Element):
            if node.get("id") and node.get("name"):
                names[str(node.get("id"))] = " ".join(str(node.get("name")).split())
    return found[bundle.root_hash].name, names
