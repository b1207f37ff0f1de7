"""Who signs a task together: read from the diagram when the task is made, and as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from engine.access import Actor
from engine.bpmn.live import LiveTask
from engine.changes import Row
from engine.errors import BihuanError, InvalidInput
from engine.turn import Turn
from engine.voting import OWN, PRESETS, SIGNED, decided

MOST = 500


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who shall sign: a person, or anybody who holds a role at an organisation. weight: for 票签.

    organisation_id: of a person, his office; that office then sees the instance.
    """

    person_id: int | None = None
    name: str = ""
    role: str | None = None
    organisation_id: int | None = None
    weight: Decimal = Decimal(1)


def require_signers(signers: Sequence[Signer], what: str) -> None:
    """Raise InvalidInput unless each of `signers` is somebody, once, with a weight above zero."""
    people = [one.person_id for one in signers if one.person_id is not None]
    faults = [
        (not 0 < len(signers) <= MOST, f"应有 1 到 {MOST} 位签署人,现在是 {len(signers)} 位"),
        (len(set(people)) < len(people), "同一个人写了两次"),
        (
            any(one.person_id is None and (not one.role or one.organisation_id is None) for one in signers),
            "每位签署人应写明人员,或岗位和单位",
        ),
        (
            not all(one.weight.is_finite() and one.weight > 0 for one in signers),
            "票数权重应大于 0",
        ),
    ]
    for wrong, text in faults:
        if wrong:
            raise InvalidInput(f"{what}的签署人有误:{text};请更正后再试。", code="sign.signers_invalid")


def rows(
    signers: Sequence[Signer],
    *,
    task_id: UUID,
    kind: str,
    position: int,
    in_order: bool,
    by: Actor | None = None,
) -> list[Row]:
    """Return one row per signer, from `position` on; all of them open, or waiting for their turn."""
    return [
        {
            "task_id": task_id,
            "position": position + number,
            "kind": kind,
            "state": "queued" if in_order else "open",
            "person_id": one.person_id,
            "person_name": one.name or None,
            "role": one.role,
            "organisation_id": one.organisation_id,
            "weight": one.weight,
            "added_by_id": by.person_id if by else None,
            "added_by_name": by.name if by else None,
        }
        for number, one in enumerate(signers)
    ]


def drawn(turn: Turn, task: LiveTask) -> tuple[dict[str, Any] | None, list[Row]]:
    """Return the rule and the signers' rows of a task that the diagram says is counter-signed; else None and none.

    Raises InvalidInput if its expressions give no usable rule or signers.
    """
    signing = task.element.countersign
    if signing is None:
        return None, []
    what = f"会签任务“{task.element.name}”({task.element.id})"
    try:
        share = turn.evaluate(signing.share, task.data) if signing.share else None
        signers = _signers(turn, turn.evaluate(signing.signers, task.data), what)
        rule = _rule(task, share, what)
        require_signers(signers, what)
        nobody: dict[str, Any] = dict.fromkeys(("yes", "no", "abstained"), 0)
        start = nobody | {f"{name}_weight": 0 for name in nobody} | {"share": share}
        weight = sum(one.weight for one in signers)
        start |= {"total": len(signers), "open": len(signers), "total_weight": weight, "open_weight": weight}
        if decided(rule, start, turn.evaluate) is not None:
            raise InvalidInput(f"{what}还没有人签署就已有结论;请改会签规则。", code="sign.rule_invalid")
    except InvalidInput:
        raise
    except BihuanError as error:
        raise InvalidInput(f"{what}的会签设置算不出来:{error.text}", code="sign.rule_invalid") from error
    made = rows(signers, task_id=task.id, kind="signer", position=1, in_order=rule["in_order"])
    made[0]["state"] = "open"
    return rule, made


def _rule(task: LiveTask, share: Any, what: str) -> dict[str, Any]:
    signing = task.element.countersign
    assert signing is not None
    preset = PRESETS.get(signing.rule)
    if signing.share and not (isinstance(share, Decimal) and 0 < share <= 1):
        raise InvalidInput(
            f"{what}的比例应大于 0、不超过 1,得到的是“{share}”;请改流程图或参数。", code="sign.rule_invalid"
        )
    return {
        "rule": signing.rule if preset else OWN,
        "pass_when": signing.pass_when or (preset.pass_when if preset else "false"),
        "fail_when": signing.fail_when or (preset.fail_when if preset else "false"),
        "vote": signing.vote or SIGNED,
        "in_order": bool(preset and preset.in_order),
        "share": share,
    }


def _signers(turn: Turn, found: Any, what: str) -> list[Signer]:
    if not isinstance(found, list):
        raise InvalidInput(
            f"{what}的签署人表达式应得出列表,得到的是“{found}”;请改流程图,或补全它用到的数据。",
            code="sign.signers_invalid",
        )
    return [_signer(turn, one, what) for one in found]


def _signer(turn: Turn, found: Any, what: str) -> Signer:
    """Read a role code, a person's number, or a context {person, name, role, party, organisation, weight}."""
    view: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    if isinstance(found, str):
        view = {"role": found}
    elif isinstance(found, Decimal | int) and not isinstance(found, bool):
        view = {"person": found}
    person, role, weight = view.get("person"), view.get("role"), view.get("weight", 1)
    organisation = view.get("organisation", turn.office(str(view.get("party") or "subject")))
    numbers = [weight, organisation, *([] if person is None else [person])]
    if isinstance(weight, bool) or not all(isinstance(one, Decimal | int) for one in numbers):
        raise InvalidInput(
            f"{what}的签署人“{found}”读不懂;请写人员编号、岗位代码或上下文。", code="sign.signers_invalid"
        )
    if person is not None:
        office = int(organisation) if {"organisation", "party"} & view.keys() else None
        name = str(view.get("name") or "")
        return Signer(int(person), name, organisation_id=office, weight=Decimal(weight))
    return Signer(
        None,
        str(view.get("name") or ""),
        role=str(role) if role else None,
        organisation_id=int(organisation),
        weight=Decimal(weight),
    )
