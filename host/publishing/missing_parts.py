"""What a diagram names that is not there: instances of such a version could not start, or would stand still."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from engine import versions
from engine.bpmn import definition as bpmn
from engine.bpmn.names import bpmn as tag
from engine.problems import Problem
from engine.xml import parse
from host.publishing.form_library import form_keys
from ledger.policy.schema import FIELDS


def missing_parts(
    session: Session, data: bytes, operations: frozenset[str], coming: frozenset[str]
) -> list[Problem]:
    """Return the forms, decisions, operations and processes that a diagram without errors names in vain."""
    return list(_missing(session, data, operations, coming))


def _missing(
    session: Session, data: bytes, operations: frozenset[str], coming: frozenset[str]
) -> Iterator[Problem]:
    diagram = bpmn.read(data)
    forms = frozenset(form_keys(session))
    decisions = frozenset(row.key for row in versions.newest(session, "decision"))
    known = {"form": ("表单", forms), "decision": ("决策", decisions), "operation": ("操作", operations)}
    for element in diagram.elements.values():
        for attribute, (word, names) in known.items():
            wanted = getattr(element, attribute)
            if wanted is not None and wanted not in names:
                text = f"没有{word}“{wanted}”;请核对名称,或先发布它。"
                yield Problem(element.id, "error", f"{attribute}.unknown", text)
    processes = {row.key for row in versions.newest(session, "process")} | {diagram.key} | coming
    slots = {key.removeprefix("slots.") for key in FIELDS if key.startswith("slots.")}
    root: Any = parse(data)
    for call in root.iter(tag("callActivity")):
        if call.get("calledElement") not in processes | slots:
            text = f"调用的“{call.get('calledElement')}”既不是可替换环节,也没有发布过;发布它以前,新的事项开始不了。"
            yield Problem(call.get("id"), "warning", "called.unknown", text)
