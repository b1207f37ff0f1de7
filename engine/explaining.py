"""Why a decision came out as it did: what the history keeps of it, and the same in plain words."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.dmn.decisions import Outcome
from engine.feel.values import Function, Months, Range
from engine.feel.wide import ORDINARY
from engine.feel.writing import scalar_text
from engine.library import Paper
from engine.model.journal import EventRow

EVALUATED = "decision.evaluated"
SEEN_BY_ALL = frozenset({"policy", "dates", "year", "return_days", "today"})
"""The year's constants: named by the hash of the parameter set, so no decision repeats them."""
LONGEST_TEXT = 200
_ONLY_FEEL = frozenset({Months, Range, Function, *ORDINARY})


def facts(key: str, outcome: Outcome, paper: Paper | None) -> dict[str, Any]:
    """Return what the history keeps: key, version, hash, name, inputs and outputs by label, matched rules with cells."""
    words = paper.wording if paper is not None else None
    labels = words.labels if words is not None else {}
    rows = words.rules if words is not None else {}
    matched = [rule for hit in outcome.hits for rule in hit.rules] or outcome.matched_rules
    seen = {
        labels.get(name, name): told(value)
        for name, value in outcome.inputs.items()
        if name not in SEEN_BY_ALL
    }
    return {
        "key": key,
        "name": labels.get(key, key),
        "version": paper.version if paper is not None else None,
        "hash": paper.hash if paper is not None else None,
        "inputs": seen,
        "outputs": told(outcome.value),
        "rules": [rows[rule].facts() if rule in rows else {"id": rule} for rule in matched],
    }


def told(value: Any) -> Any:
    """Return a value as `json_values` can write it: a duration of months, a range and the like as FEEL writes them."""
    if isinstance(value, Mapping):
        return {name: told(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [told(part) for part in value]
    return scalar_text(value) if value.__class__ in _ONLY_FEEL else value


def explanation(data: Mapping[str, Any]) -> str:
    """Return one Chinese sentence for the data of a `decision.evaluated` event; it needs neither table nor engine."""
    because = [f"{name} 为 {spoken(value)}" for name, value in data.get("inputs", {}).items()]
    cells = [
        f"{column} 符合 [{cell}]" for rule in data.get("rules", ()) for column, cell in rule.get("when", ())
    ]
    reasons = ",".join(because + cells) or "没有条件"
    result = f"因为 {reasons},所以 {data.get('name') or data['key']}={spoken(data.get('outputs'))}"
    rules = [_cited(rule) for rule in data.get("rules", ())]
    version = data.get("version")
    table = f"决策 {data['key']}" + (f" 第 {version} 版" if version else "")
    return f"{result};" + (f"规则 {'、'.join(rules)};" if rules else "") + f"{table}。"


def _cited(rule: Mapping[str, Any]) -> str:
    note = rule.get("note")
    return f"{rule['id']}({note})" if note else str(rule["id"])


def spoken(value: Any) -> str:
    """Return a JSON value for people: no brackets around plain facts, never longer than a line."""
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        text = ";".join(f"{name} {spoken(part)}" for name, part in value.items()) or "空"
    elif isinstance(value, list | tuple):
        text = "、".join(spoken(part) for part in value) or "无"
    else:
        text = str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}……"


def decisions_of(session: Session, instance_id: UUID) -> Iterator[dict[str, Any]]:
    """Yield every decision of an instance in order: its data, where, when, and `why` in plain words."""
    found = (
        select(EventRow.at, EventRow.element_id, EventRow.data)
        .where(EventRow.instance_id == instance_id, EventRow.type == EVALUATED)
        .order_by(EventRow.id)
    )
    for at, element_id, data in session.execute(found):
        yield {"at": at, "element_id": element_id, **data, "why": explanation(data)}
