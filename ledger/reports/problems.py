"""The problems found: the year's findings by rule, with how many and a few examples."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Heading, Items, Paragraph, Table, line
from ledger.reports.sentences import punctuated

EVERYONE = "*"
EXAMPLES = 3
QUOTED = re.compile("“[^”]*”")


def problems(report: AnnualReport) -> Iterator[Block]:
    """Give one table of all rules, then each rule with examples."""
    groups = grouped(report.findings)
    if not groups:
        yield Paragraph("本年度未发现违反规则的情况。")
        return
    yield Paragraph(
        f"对照政策规定和数据审核规则,本年度共发现{len(report.findings)}处问题,涉及{len(groups)}条规则。"
        "发现问题不影响流程办理,由有关部门单位核实整改。"
    )
    rows = [[rule, topic(found), f"{len(found)}处"] for rule, found in groups.items()]
    yield Table("问题分类汇总表", ("规则编号", "问题", "数量"), rows, "clr", (18, 64, 18))
    yield Heading("主要情形", 2)
    yield Items([_situation(rule, found) for rule, found in groups.items()])


def grouped(findings: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the findings by rule, in the order the rules were first broken."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        groups.setdefault(line(finding["rule_id"]), []).append(finding)
    return groups


def topic(found: Sequence[Mapping[str, Any]]) -> str:
    """Return what the findings of a rule have in common: their texts without the names in them, once each."""
    single = [one for one in found if one["subject"] != EVERYONE] or found
    texts = list(dict.fromkeys(QUOTED.sub("", line(one["text"])) for one in single))
    return punctuated(";".join(texts[:EXAMPLES]) + ("等" if len(texts) > EXAMPLES else ""))


def _situation(rule: str, found: Sequence[Mapping[str, Any]]) -> str:
    common = topic(found)
    whole = [one for one in found if one["subject"] == EVERYONE]
    single = [one for one in found if one["subject"] != EVERYONE]
    parts = [f"{common}({rule}),共{len(found)}处。" if len(found) > 1 else f"{common}({rule})。"]
    if whole:
        parts.append(f"全部范围:{';'.join(_example(one, common) for one in whole[:EXAMPLES])}。")
    if single:
        start = "例如" if len(single) > 1 else "即"
        parts.append(f"{start}{'、'.join(_example(one, common) for one in single[:EXAMPLES])}。")
    return "".join(parts)


def _example(finding: Mapping[str, Any], common: str) -> str:
    """Return who broke the rule and how; the text only where it says more than the rule's topic."""
    who = "" if finding["subject"] == EVERYONE else line(finding["subject"])
    text = punctuated(line(finding["text"]))
    said = "" if text == common else text
    return f"{who}{said}(应为{line(finding['expected'])},实为{line(finding['found'])})"
