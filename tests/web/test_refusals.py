"""What is refused is told in English to who reads English: every sentence of an error that a page can show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.errors import NotAllowed
from forms.messages import SENTENCES
from host.web import refusals
from host.web.languages import __file__ as languages
from host.web.words import english

ROOT = Path(languages).parents[3]
ENGINE = """
adding_signers advance answering assigning attachments blobs countersigning deciding drafts file_kinds hands handing
history incidents judging lifecycle parts returning seats signers standing tasks telling versions voting whereabouts
withdrawing"""
SEEN = (
    *(f"engine/{one}.py" for one in ENGINE.split()),
    *(
        "forms/validation.py",
        "forms/xlsx/*.py",
        "host/accounts/*.py",
        "host/filing.py",
        "host/publishing/offering.py",
    ),
    *("host/publishing/kinds.py", "host/web/**/*.py", "ledger/candidates.py", "ledger/confirmations.py"),
    *(
        "ledger/inbox.py",
        "ledger/putting_off.py",
        "ledger/operations/*.py",
        "host/imports/*.py",
        "ledger/budgeting/*.py",
        "ledger/roster/*.py",
        "ledger/taking_over/*.py",
        "ledger/substituting.py",
    ),
)
"""Modules whose refusals people meet in pages; what only an operator or the author of a diagram meets stays Chinese."""
ERRORS = re.compile(r"(NotFound|NotAllowed|WrongState|Conflict|InvalidInput|BusinessError|BihuanError)\Z")
CHINESE = re.compile("[\u4e00-\u9fff]")


def sentences() -> Iterator[tuple[str, str]]:
    """Yield where an error is raised and its sentence, with numbers for what stands in it."""
    for path in sorted({file for pattern in SEEN for file in ROOT.glob(pattern)}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ERRORS.match(getattr(node.func, "id", "")) and node.args:
                text = sentence(node.args[0])
                if CHINESE.search(text):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def sentence(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    numbers = iter(range(20))
    parts = (part.value if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in node.values)
    return "".join(map(str, parts))


def numbered(text: str) -> str:
    numbers = iter(range(20))
    whole = text.replace("{name}", "「{name}」", 1)
    return re.sub(r"\{\w+\}", lambda _: f"{{{next(numbers)}}}", whole)


def test_every_refusal_of_a_page_has_its_english() -> None:
    known = {**english(), **refusals.sentences()}

    assert not [f"{place}: {text}" for place, text in sentences() if text not in known]
    assert not [text for text in map(numbered, SENTENCES.values()) if text not in known]


def test_a_translation_says_the_same_things() -> None:
    for chinese, other in refusals.sentences().items():
        assert not CHINESE.search(re.sub("“ 代 ”", "", other)), other
        assert set(refusals.HOLE.findall(other)) <= set(refusals.HOLE.findall(chinese)), chinese


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "任务“填报自评表”已由王五认领;请先认领,或请对方释放。",
            "The task “填报自评表” was claimed by 王五; claim it first, or ask for its release.",
        ),
        (
            "任务“审核”刚由赵六退回;请刷新待办列表。",
            "The task “审核” was returned just now by 赵六; reload the inbox.",
        ),
        ("第 3 行：「实际完成值」没有填写。请填写后再提交。", "Row 3: “实际完成值” is missing; fill it in."),
        ("本局自己写的一句话。", "本局自己写的一句话。"),
    ],
)
def test_names_stand_where_they_stood(county: Flask, text: str, expected: str) -> None:
    with county.test_request_context(headers={"Accept-Language": "en"}):
        assert refusals.said(NotAllowed(text)) == expected
    with county.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert refusals.said(NotAllowed(text)) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "“整改期限”:依据由“系统默认”改为“国家文件”。说明原来没有,现在是“见通知”。",
            "“整改期限”: grounds: from “our default” to “national document”; remark: new, “见通知”.",
        ),
        ("政策包的名称由“甲县;东区”改为“甲市”。", "name of the pack: from “甲县;东区” to “甲市”."),
        (
            "“填报”:期限由“a”改为“b”;可退回到原来没有,现在是“c”。",
            "“填报”: due date: from “a” to “b”; may be returned to: new, “c”.",
        ),
        ("第 2 条规则:“金额”由“1”改为“2”。", "Rule 2: “金额”: from “1” to “2”."),
        ("只有注释或排版不同,取值没有变。", "Only comments or layout differ; the values are the same."),
    ],
)
def test_what_differs_is_told_in_english_piece_by_piece(county: Flask, text: str, told: str) -> None:
    with county.test_request_context(headers={"Accept-Language": "en"}):
        assert refusals.difference(text) == told
    with county.test_request_context(headers={"Accept-Language": "zh"}):
        assert refusals.difference(text) == text
