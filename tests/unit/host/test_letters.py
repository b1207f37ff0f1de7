"""What letters say, in both languages; robots' shapes; the channel that is off until it is listed."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from host.telling.channels import other
from host.telling.channels.mail import is_no_address
from host.telling.channels.posting import plain, shortened, with_query
from host.telling.contacts import KINDS
from host.telling.letters import InHand
from host.telling.writing import group_message, mail_of, words

NOW = datetime(2021, 3, 1, tzinfo=UTC)


def notice(kind: str = "reminder", **more: Any) -> Any:
    said = {
        "kind": kind,
        "task_name": "填报自评表",
        "sender_name": "赵六",
        "text": None,
        "offset_days": -5,
        "due_at": datetime(2021, 3, 6, tzinfo=UTC),
        "project": "环卫<经费>",
        "title": "x",
        "task_id": UUID(int=7),
        "in_place_of": None,
    }
    return SimpleNamespace(**(said | more))


def letter(language: str, *lines: Any) -> InHand:
    who = SimpleNamespace(id=1, name="张三", email="a@b.test", language=language)
    return InHand(UUID(int=1), 1, NOW, who, lines, True, NOW.date())


def test_both_languages_say_the_same_things_with_the_same_names() -> None:
    def flat(language: str) -> dict[str, set[str]]:
        said = words(language)
        plain = {key: text for key, text in said.items() if isinstance(text, str)}
        plain |= {f"line.{key}": text for key, text in said["line"].items()}
        return {key: set(re.findall(r"\{\w+\}", text)) for key, text in plain.items()}

    assert flat("zh") == flat("en")
    assert set(words("zh")["line"]) == {*KINDS, "test", "today"}


@pytest.mark.parametrize("kind", [*KINDS, "test", "a kind of next year"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_can_be_written_as_mail_and_for_a_group(kind: str, language: str) -> None:
    one = letter(language, notice(kind, text="快一点"))

    mail, (title, text) = mail_of(one, None), group_message(one)

    for said in (mail.subject, mail.text, mail.html, title, text):
        assert said.strip() and "{" not in said and "None" not in said


def test_english_is_english_and_html_is_escaped() -> None:
    mail = mail_of(letter("en", notice()), "https://b.test")

    assert mail.subject == "Reminder: “填报自评表” is due in 5 days"
    assert "Dear 张三," in mail.text and "due 2021-03-06" in mail.text
    assert "环卫&lt;经费&gt;" in mail.html and "环卫<经费>" in mail.text
    assert f'href="https://b.test/inbox?task={UUID(int=7)}"' in mail.html


def test_a_task_named_over_two_lines_makes_no_header_of_its_own() -> None:
    mail = mail_of(letter("zh", notice(task_name="填报\r\nBcc: x@y.test")), None)

    assert "\n" not in mail.subject and "\r" not in mail.subject


def test_no_name_becomes_a_link_a_call_to_all_or_a_heading_in_a_group() -> None:
    said = plain(
        '[点这里](https://x.test) ![i](https://x.test/i.png) <at user_id="all">所有人</at> **急** `x` # 一'
    )

    assert not set("[]<>*`#") & set(said)
    assert "［点这里］(https://x.test)" in said and "＜at" in said
    assert (
        plain("提醒：“填报自评表”5 天后到期 · 环卫经费（2021）")
        == "提醒：“填报自评表”5 天后到期 · 环卫经费（2021）"
    )


def test_texts_are_cut_between_characters_and_queries_are_joined() -> None:
    assert shortened("绩" * 10, 30) == "绩" * 10
    assert shortened("绩" * 11, 30) == "绩" * 9 + "…"
    assert with_query("https://a.test/x?k=1", "s=2") == "https://a.test/x?k=1&s=2"
    assert with_query("https://a.test/x", "s=2") == "https://a.test/x?s=2"


def test_other_channels_are_off_until_the_site_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "BIHUAN_APPRISE_SCHEMES" in other.send((), "ntfys://a/b", "t", "x").told
    monkeypatch.setattr(other, "is_installed", lambda: False)
    outcome = other.send(("ntfys",), "NTFYS://a/b", "t", "x")
    assert not outcome.sent and "没有安装 apprise" in outcome.told


@pytest.mark.parametrize(
    ("code", "told", "bounces"),
    [
        (550, "no such user here", True),
        (550, "5.1.1 no such user here", True),
        (554, "5.1.2 bad domain", True),
        (550, "5.2.1 mailbox disabled", True),
        (553, "mailbox name not allowed", True),
        (450, "4.2.0 greylisted, try again in a minute", False),
        (552, "5.2.2 mailbox full", False),
        (550, "5.7.1 relaying denied", False),
        (554, "5.7.1 client host is on a list", False),
        (530, "5.7.0 authentication required", False),
        (554, "transaction failed", False),
        (552, "exceeded storage allocation", False),
    ],
)
def test_an_address_bounces_when_it_is_wrong_and_not_when_its_server_refuses_us(
    code: int, told: str, bounces: bool
) -> None:
    assert is_no_address(code, told) is bounces
