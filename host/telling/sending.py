"""Send letters that were claimed: mail over one connection, robots several at a time. No transaction is open."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.vault import KeyLost, Vault
from host.telling.channels import dingtalk, feishu, other, wecom
from host.telling.channels.mail import Mailer
from host.telling.letters import InHand
from host.telling.outcome import Outcome
from host.telling.writing import group_message, mail_of
from webhooks.client import Client

AT_ONCE: Final = 8
ROBOTS: Final = {"wecom": wecom.send, "dingtalk": dingtalk.send, "feishu": feishu.send}
NO_MAILER: Final = Outcome(False, "系统管理员还没有设置邮件服务器(BIHUAN_SMTP_HOST)。")


@dataclass(frozen=True)
class Postman:
    """How the site sends. mailer: None without a mail server. address: of the site, for links."""

    mailer: Mailer | None
    client: Client
    vault: Vault
    schemes: tuple[str, ...] = ()
    address: str | None = None


def send(postman: Postman, letters: Sequence[InHand], now: datetime) -> list[tuple[InHand, Outcome]]:
    """Try each letter once. now: the moment that robots' messages are signed with."""
    mails = [one for one in letters if one.to_person]
    others = [one for one in letters if not one.to_person]
    found = list(zip(mails, _mailed(postman, mails), strict=True))
    if others:
        with ThreadPoolExecutor(AT_ONCE) as hands:
            told = hands.map(lambda one: _told(postman, one, now), others)
            found += zip(others, told, strict=True)
    return found


def _mailed(postman: Postman, letters: Sequence[InHand]) -> list[Outcome]:
    if not letters:
        return []
    if postman.mailer is None:
        return [NO_MAILER] * len(letters)
    return postman.mailer.send([mail_of(one, postman.address) for one in letters])


def _told(postman: Postman, letter: InHand, now: datetime) -> Outcome:
    robot = letter.receiver
    try:
        address = postman.vault.unlock(robot.address)
        secret = None if robot.secret is None else postman.vault.unlock(robot.secret)
    except KeyLost:
        return Outcome(False, "机器人的地址无法解密;请为它重新填写地址。")
    title, text = group_message(letter)
    if robot.channel == "apprise":
        return other.send(postman.schemes, address, title, text)
    return ROBOTS[robot.channel](postman.client, address, secret, str(letter.id), title, text, now)
