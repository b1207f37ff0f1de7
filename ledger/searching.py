"""Full-text search over projects, forms and remarks, by pairs of letters: no dictionary, no server extension (ADR 0032).

What is found holds every word that was asked for, letter for letter: the index finds candidates, the text decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from engine.uow import UnitOfWork

MOST_INSTANCES: Final = 2000
"""More than so many are not named to the inbox: then they are so frequent that walking along the queue finds a page soon."""
MOST: Final = 1000
"""Of one kind no more are looked at; people are told that there are more, and ask for something narrower."""
LONGEST: Final = 100
KINDS: Final = ("project", "form", "remark")
AROUND: Final = 32
_BREAKS = re.compile(r"[\s,.;:!?()\"'，。、；：！？（）“”‘’《》【】·]+")
_PROJECTS = """
select project.id as project_id, null::uuid as instance_id, project.name as title, project.code as code,
       office.name as office, project.year::text as place, null::text as who, null::timestamptz as at,
       project.name || ' ' || project.code as said, count(*) over () as total
  from app.project join app.organisation office on office.id = project.organisation_id
 where project.id in (select app.found_projects(cast(:asked as tsquery), :most))
   and project.name || ' ' || project.code ilike all (:alike)
 order by project.year desc, project.code limit :size offset :skipped
"""
_OF_INSTANCE = """
select case when instance.subject_kind = 'project' then instance.subject_id end as project_id, hit.instance_id,
       instance.title, instance.subject_code as code, office.name as office, hit.place, hit.who, hit.at, hit.said,
       count(*) over () as total
  from ({hits}) hit
  join app.process_instance instance on instance.id = hit.instance_id
  left join app.organisation office on office.id = instance.organisation_id
 where cardinality(cast(:alike as text[])) = 0 or hit.said ilike all (:alike)
 order by hit.at desc limit :size offset :skipped
"""
_FORMS = """
select filed.instance_id, task.name as place, filed.actor_name as who, filed.submitted_at as at,
       app.text_of(filed."values") as said
  from app.submission filed left join app.user_task task on task.id = filed.task_id
 where filed.id in (select app.found_submissions(cast(:asked as tsquery), :most)) and not filed.withdrawn
"""
_REMARKS = """
select instance_id, from_name as place, returned_by_name as who, returned_at as at, reason || ' ' || app.text_of(remarks) as said
  from app.task_return where id in (select app.found_task_returns(cast(:asked as tsquery), :most))
union all
select comment.instance_id, task.name, comment.author_name, comment.created_at, comment.text
  from app.task_comment comment left join app.user_task task on task.id = comment.task_id
 where comment.id in (select app.found_task_comments(cast(:asked as tsquery), :most))
"""
_IN_A_DIAGRAM = text(
    "select exists (select from app.process_definition where kind = 'process' and xml ilike :alike)"
)
_INSTANCES = text("select app.found_process_instances(cast(:asked as tsquery), :alike, :most)")
_FITTING = text("""
select one.id from unnest(cast(:found as uuid[])) as found (id) join app.process_instance one on one.id = found.id
  left join app.organisation office on office.id = one.organisation_id
 where (one.title ilike :said or one.subject_code ilike :said or coalesce(office.name, '') ilike :said)
   and coalesce(office.name, '') ilike :unit
""")
_STATEMENTS = {
    "project": text(_PROJECTS),
    "form": text(_OF_INSTANCE.format(hits=_FORMS)),
    "remark": text(_OF_INSTANCE.format(hits=_REMARKS)),
}


@dataclass(frozen=True)
class Hit:
    """Something that was found. place: the step or year; excerpt: what stands before, the word itself, what follows."""

    project_id: int | None
    instance_id: UUID | None
    title: str
    code: str
    office: str | None
    place: str | None
    who: str | None
    at: datetime | None
    excerpt: tuple[str, str, str]


@dataclass(frozen=True)
class Found:
    """What was found of one kind: a page of it, and how much there is, up to MOST."""

    kind: str
    hits: Sequence[Hit]
    total: int


def words_of(asked: str) -> list[str]:
    """Return the words of what somebody typed."""
    return [one for one in _BREAKS.split(asked.strip().lower()[:LONGEST]) if one]


def find(uow: UnitOfWork, kind: str, asked: str, *, page: int = 1, size: int = 50) -> Found:
    """Return a page of what holds all words that were asked for, within the scope; nothing for no word at all."""
    words = words_of(asked)
    if not words:
        return Found(kind, (), 0)
    values: dict[str, Any] = {
        "asked": query_of(words),
        "most": MOST,
        "alike": [f"%{_escaped(one)}%" for one in words if len(one) > 2],
        "size": size,
        "skipped": (page - 1) * size,
    }
    rows = uow.session.execute(_STATEMENTS[kind], values).all()
    return Found(kind, [_hit(row, words) for row in rows], rows[0].total if rows else 0)


def instances(uow: UnitOfWork, asked: str, unit: str = "") -> list[UUID] | None:
    """Return the instances within the scope whose title, code or organisation holds a text, of organisations that hold another.

    None if there are too many to name, no word was asked for, or the scope is that of units: to weigh what others have costs more
    than to walk their own queues.
    """
    said, of_unit, words = f"%{_escaped(asked)}%", f"%{_escaped(unit)}%", words_of(asked)
    ways: list[tuple[str | None, str]] = [(None, of_unit)] if unit else []
    ways += [(query_of(words), said)] if words else []
    if uow.scope is None or uow.scope.organisations is not None:
        return None
    for query, alike in ways:
        values = {"asked": query, "alike": alike, "most": MOST_INSTANCES + 1}
        found = list(uow.session.scalars(_INSTANCES, values))
        if len(found) <= MOST_INSTANCES:
            return list(uow.session.scalars(_FITTING, {"found": found, "said": said, "unit": of_unit}))
    return None


def may_name_a_step(uow: UnitOfWork, asked: str) -> bool:
    """Tell whether a text stands in a diagram: then it may be the name of a step, which is in no index."""
    return bool(uow.session.scalar(_IN_A_DIAGRAM, {"alike": f"%{_escaped(asked)}%"}))


def query_of(words: Sequence[str]) -> str:
    """Return the words as a query over pairs of letters; a letter alone asks for every pair that begins with it."""
    parts = [
        f"{_quoted(word)}:*" if len(word) == 1 else " & ".join(_quoted(a + b) for a, b in pairwise(word))
        for word in words
    ]
    return " & ".join(parts)


def _quoted(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _escaped(word: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", word)


def _hit(row: Any, words: Sequence[str]) -> Hit:
    shown = (row.project_id, row.instance_id, row.title, row.code, row.office, row.place, row.who, row.at)
    return Hit(*shown, excerpt(row.said, words))


def excerpt(said: str, words: Sequence[str]) -> tuple[str, str, str]:
    """Return where the first of the words stands: a little before it, the word, a little after."""
    lower = said.lower()
    at, word = min(((lower.find(one), one) for one in words if one in lower), default=(0, ""))
    before, after = said[max(0, at - AROUND) : at], said[at + len(word) : at + len(word) + AROUND]
    cut = "…" if at > AROUND else ""
    more = "…" if len(said) > at + len(word) + AROUND else ""
    return f"{cut}{before}", said[at : at + len(word)], f"{after}{more}"
