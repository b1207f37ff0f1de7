"""Ask both sides every question about every project, and keep what differs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.explaining import spoken
from ledger.importing.ledger_file import LedgerFile, Project
from ledger.policy.differing import differences
from ledger.whatif.questions import NOT_COMPARED, QUESTIONS, Question, yuan
from ledger.whatif.side import Answer, Side

WORDS = {
    "green": "绿灯", "yellow": "黄灯", "red": "红灯", "normal": "财政直接评审", "third_party": "第三方再评估",
    "merged": "与预算评审合并", "dual": "发改、财政共同审核", "all": "全部审核", "must": "必查", "draw": "按比例抽取",
    "judge": "由审核方判断", "none": "不抽查",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One project that one decision treats differently."""

    decision: str
    name: str
    project_id: str
    project: str
    before: Any
    after: Any
    amount: Decimal
    why: str


@dataclass(frozen=True)
class Comparison:
    """changes: by decision and project. totals: per decision. silent: what the ledger does not say, or no table can."""

    changes: list[Change]
    totals: list[dict[str, Any]]
    silent: dict[str, str] = field(default_factory=dict)


def compare(ledger: LedgerFile, before: Side, after: Side) -> Comparison:
    """Return which projects of the ledger come out differently, why, and the totals; nothing is written."""
    changes: list[Change] = []
    totals: list[dict[str, Any]] = []
    silent = dict(NOT_COMPARED)
    for question in QUESTIONS:
        answered, found = 0, []
        for project in ledger.projects:
            one, two = question.ask(before, project), question.ask(after, project)
            if one is None or two is None:
                continue
            answered += 1
            if one.value != two.value:
                found.append(_change(question, project, one, two, before, after))
        if not answered:
            silent[question.id] = f"{question.name}:台账没有需要的数据"
        changes += found
        totals.append(_total(question, answered, found))
    return Comparison(changes, totals, silent)


def _total(question: Question, answered: int, found: list[Change]) -> dict[str, Any]:
    amount = sum((change.amount for change in found), Decimal(0))
    return {
        "decision": question.id,
        "name": question.name,
        "compared": answered,
        "changed": len(found),
        "amount": amount,
    }


def _change(
    question: Question, project: Project, one: Answer, two: Answer, before: Side, after: Side
) -> Change:
    money = question.money(project, one.value, two.value) if question.money else yuan(project)
    why = ";".join(_reasons(question, two, before, after))
    return Change(
        question.id, question.name, project.id, project.name, _plain(one.value), _plain(two.value), money, why
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return WORDS.get(value, value) if isinstance(value, str) else value


def _reasons(question: Question, answer: Answer, before: Side, after: Side) -> Iterator[str]:
    for difference in differences(before.pack, after.pack):
        if difference.key in question.keys:
            yield difference.sentence
    for table in question.tables:
        if before.tables.get(table) != after.tables.get(table):
            yield f"换了决策表 {table}"
    note = after.note(question.tables[0], answer.rules)
    if note:
        yield f"命中:{note}"


def shown(value: Any) -> str:
    """Return an answer for people."""
    return "未定" if value is None else spoken(value)
