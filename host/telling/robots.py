"""Robots of organisations' groups: add one, its address never to be read again; change, pause, go on, test, remove."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from engine.access import Actor
from engine.errors import InvalidInput, NotFound
from engine.model.base import table_of
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from engine.vault import Vault
from host.model.telling import Delivery, Robot
from host.telling.channels.other import is_listed
from host.telling.contacts import KINDS
from ledger.model.register import Organisation
from webhooks.addresses import require_form

ROBOT, DELIVERY, NOTICE, PLACE = (table_of(one) for one in (Robot, Delivery, Notification, Organisation))
CHANNELS: Final = {"wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "apprise": "apprise"}
SIGNS: Final = ("dingtalk", "feishu")
"""Channels whose messages may be signed with a secret."""
LANGUAGES: Final = ("zh", "en")
LONGEST_NAME: Final = 60
LONGEST_SECRET: Final = 200


def add(
    uow: UnitOfWork,
    vault: Vault,
    schemes: Collection[str],
    *,
    organisation_id: int,
    channel: str,
    name: str,
    address: str,
    secret: str,
    kinds: Collection[str],
    language: str,
    by: Actor,
) -> int:
    """Let a robot tell an organisation's group from now on; return its number.

    schemes: of addresses that apprise may be given. Raises InvalidInput, AddressRefused, NotFound.
    """
    if channel not in CHANNELS:
        raise InvalidInput("请从列表里选择渠道。", code="robot.choices")
    values = _values(name, kinds, language) | _locked(vault, schemes, channel, address, secret)
    place = uow.session.get(Organisation, organisation_id)
    if place is None:
        raise NotFound("找不到这个单位;请从名册里选择。", code="organisation.not_found")
    of = {"jurisdiction_id": place.jurisdiction_id, "organisation_id": organisation_id, "channel": channel}
    row = {**of, **values, "created_at": uow.now()}
    made: int = uow.session.scalars(insert(ROBOT).values(row).returning(ROBOT.c.id)).one()
    facts = {name: row[name] for name in ("organisation_id", "channel", "name", "kinds")}
    uow.audit("robot.add", by=by, subject=str(made), data=facts)
    return made


def change(
    uow: UnitOfWork,
    vault: Vault,
    schemes: Collection[str],
    robot_id: int,
    *,
    name: str,
    address: str,
    secret: str,
    kinds: Collection[str],
    language: str,
    by: Actor,
) -> None:
    """Change a robot; it stays in its organisation and channel. Raises as `add`; NotFound.

    address: "" leaves it, with its secret, as it is, unless a secret is given; a new address comes with its own secret or none.
    """
    robot = uow.session.get(Robot, robot_id)
    if robot is None:
        raise _missing()
    values = _values(name, kinds, language)
    facts = {**values, "address": "changed" if address.strip() else "kept"}
    if address.strip():
        values |= _locked(vault, schemes, robot.channel, address, secret)
    elif secret.strip():
        values["secret"] = _secret(vault, robot.channel, secret)
    _change(uow, robot_id, values, "robot.change", by, facts)


def _values(name: str, kinds: Collection[str], language: str) -> dict[str, Any]:
    if language not in LANGUAGES or not set(kinds) <= set(KINDS) or not kinds:
        raise InvalidInput("请从列表里选择语言和至少一种通知。", code="robot.choices")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"请给机器人起名(1–{LONGEST_NAME} 字),写明在哪个群。", code="robot.name")
    return {"name": name.strip(), "kinds": sorted(kinds, key=KINDS.index), "language": language}


def _locked(
    vault: Vault, schemes: Collection[str], channel: str, address: str, secret: str
) -> dict[str, str | None]:
    locked = _secret(vault, channel, secret)
    _check_address(channel, address.strip(), schemes)
    return {"address": vault.lock(address.strip()), "secret": locked}


def _secret(vault: Vault, channel: str, secret: str) -> str | None:
    if len(secret.strip()) > LONGEST_SECRET or (secret.strip() and channel not in SIGNS):
        raise InvalidInput("只有钉钉和飞书机器人有加签密钥;其他渠道请留空。", code="robot.secret")
    return vault.lock(secret.strip()) if secret.strip() else None


def _check_address(channel: str, address: str, schemes: Collection[str]) -> None:
    if channel != "apprise":
        require_form(address)
    elif not is_listed(address, schemes):
        listed = "、".join(sorted(schemes)) or "目前一种也没有"
        raise InvalidInput(
            f"apprise 只能用 BIHUAN_APPRISE_SCHEMES 写明的渠道({listed});需要时请系统管理员加上。",
            code="robot.scheme",
        )


def listed(uow: UnitOfWork, jurisdiction_id: int) -> Sequence[Any]:
    """Return the robots of a jurisdiction without their secrets, by organisation."""
    shown = ("id", "channel", "name", "kinds", "language", "paused_at", "created_at")
    found = select(
        *(ROBOT.c[one] for one in shown),
        PLACE.c.name.label("organisation"),
        PLACE.c.id.label("organisation_id"),
    )
    found = found.join(PLACE, PLACE.c.id == ROBOT.c.organisation_id)
    found = found.where(ROBOT.c.jurisdiction_id == jurisdiction_id).order_by(PLACE.c.code, ROBOT.c.id)
    return uow.session.execute(found).all()


def pause(uow: UnitOfWork, robot_id: int, *, by: Actor) -> None:
    """Tell the robot nothing until it goes on; what happens meanwhile is not told later. Raises NotFound."""
    _change(uow, robot_id, {"paused_at": uow.now()}, "robot.pause", by)


def resume(uow: UnitOfWork, robot_id: int, *, by: Actor) -> None:
    """Go on. Raises NotFound."""
    _change(uow, robot_id, {"paused_at": None}, "robot.resume", by)


def _change(
    uow: UnitOfWork,
    robot_id: int,
    values: dict[str, Any],
    action: str,
    by: Actor,
    facts: dict[str, Any] | None = None,
) -> None:
    changed = update(ROBOT).where(ROBOT.c.id == robot_id).values(values).returning(ROBOT.c.id)
    if uow.session.scalar(changed) is None:
        raise _missing()
    uow.audit(action, by=by, subject=str(robot_id), data=facts or {})


def remove(uow: UnitOfWork, robot_id: int, *, by: Actor) -> None:
    """Remove a robot with what was sent through it. Raises NotFound."""
    if uow.session.scalar(delete(ROBOT).where(ROBOT.c.id == robot_id).returning(ROBOT.c.id)) is None:
        raise _missing()
    uow.audit("robot.remove", by=by, subject=str(robot_id))


def test(uow: UnitOfWork, robot_id: int, *, by: Actor) -> None:
    """Let the robot say that this is a test. Raises NotFound."""
    robot = uow.session.get(Robot, robot_id)
    if robot is None:
        raise _missing()
    row = {
        "jurisdiction_id": robot.jurisdiction_id,
        "kind": "test",
        "recipient": "robot",
        "organisation_id": robot.organisation_id,
        "created_at": uow.now(),
    }
    notice: int = uow.session.scalars(insert(NOTICE).values(row).returning(NOTICE.c.id)).one()
    sent = {"jurisdiction_id": robot.jurisdiction_id, "notification_id": notice, "robot_id": robot_id}
    uow.session.execute(insert(DELIVERY).values(sent | {"due_at": uow.now()}))
    uow.audit("robot.test", by=by, subject=str(robot_id))


def _missing() -> NotFound:
    return NotFound("找不到这个机器人,它可能已被删除;请刷新页面。", code="robot.not_found")
