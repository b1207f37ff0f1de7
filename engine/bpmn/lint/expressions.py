"""Every FEEL text of a diagram compiles; times say their zone; loops have something to count."""

import re
from collections.abc import Iterator
from typing import Any

from engine.bpmn.element import Element, local_name
from engine.bpmn.event_parsing import TIMES
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.names import bpmn, ours
from engine.bpmn.nodes.timing import LITERAL_CYCLE, LITERAL_DATE, LITERAL_SPAN
from engine.bpmn.spans import read_cycle, read_span
from engine.errors import BihuanError
from engine.feel.compiling import compile_expression

_LITERALS = {"timeDate": LITERAL_DATE, "timeDuration": LITERAL_SPAN, "timeCycle": LITERAL_CYCLE}
_NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?=[\"')\s]|$)")
_CONSTANT = re.compile(r"(?:date|date and time)\(\s*\"[^\"]*\"\s*\)|@\s*\"\d{4}-[^\"]*\"")
_DATE_TIME_TEXT = re.compile(r"date and time\(\s*\"([^\"]*)\"\s*\)|@\s*\"([^\"]*)\"")


def check_expressions(found: Findings, elements: dict[str, Element]) -> None:
    """Compile everything that will be evaluated."""
    for node in found.nodes():
        element = elements.get(node.get("id", ""))
        if element is None:
            continue
        for what, source in _sources(node, element):
            _compile(found, node, what, source)
        _check_times(found, node)
        _check_constant(found, node, element)
        _check_loops(found, node)
    for flow in found.root.iter(bpmn("sequenceFlow")):
        condition = (flow.findtext(bpmn("conditionExpression")) or "").strip()
        if condition:
            _compile(found, flow, "条件", condition)


def _sources(node: Any, element: Element) -> Iterator[tuple[str, str]]:
    for name, source in element.parameters.items():
        yield f"参数“{name}”", source
    for name, source in element.outputs.items():
        yield f"输出“{name}”", source
    for what, value in (("期限", element.due), ("关联表达式", element.correlation)):
        if value:
            yield what, value
    if element.countersign is not None:
        signing = element.countersign
        parts = (signing.signers, signing.share, signing.vote, signing.pass_when, signing.fail_when)
        for what, value in zip(("签署人", "比例", "表决", "通过条件", "否决条件"), parts, strict=True):
            if value:
                yield what, value
    texts = (
        ("脚本", "scriptTask", bpmn("script")),
        ("条件", None, f"{bpmn('conditionalEventDefinition')}/{bpmn('condition')}"),
        ("次数", None, f"{bpmn('multiInstanceLoopCharacteristics')}/{bpmn('loopCardinality')}"),
        ("集合", None, f"{bpmn('multiInstanceLoopCharacteristics')}/{bpmn('loopDataInputRef')}"),
        ("结束条件", None, f"{bpmn('multiInstanceLoopCharacteristics')}/{bpmn('completionCondition')}"),
        ("循环条件", None, f"{bpmn('standardLoopCharacteristics')}/{bpmn('loopCondition')}"),
    )
    for what, kind, path in texts:
        text = (node.findtext(path) or "").strip()
        if text and kind in {None, local_name(node)}:
            yield what, text
    marker = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if marker is not None:
        for what, name in (("集合", "collection"), ("每项结果", "each")):
            if marker.get(ours(name)):
                yield what, marker.get(ours(name))


def _compile(found: Findings, node: Any, what: str, source: str) -> None:
    if (
        local_name(node) == "scriptTask"
        and what == "脚本"
        and "feel" not in node.get("scriptFormat", "").lower()
    ):
        return
    try:
        compile_expression(source)
    except BihuanError as error:
        found.error(node, "expression.syntax", f"“{title(node)}”的{what}有误:{error.text}")


def _check_times(found: Findings, node: Any) -> None:
    for kind in TIMES:
        text = (node.findtext(f"{bpmn('timerEventDefinition')}/{bpmn(kind)}") or "").strip()
        if not text:
            continue
        if _is_naive(kind, text):
            found.error(
                node,
                "timer.naive",
                f"“{title(node)}”的时间没有时区,会随机器而变;请写成 2021-02-15T18:00:00+08:00 这样。",
            )
        elif _LITERALS[kind].fullmatch(text):
            if not _reads(kind, text):
                found.error(
                    node,
                    "timer.syntax",
                    f"“{title(node)}”的时间“{text}”读不懂;请照这样写:时长如 P10D,周期如 R3/P10D,日期如 2021-02-15。",
                )
        else:
            _compile(found, node, "时间", text)


def _check_constant(found: Findings, node: Any, element: Element) -> None:
    """Warn of a day that stands in the diagram: in the next year it has passed, and whatever waits for it is due at once."""
    timer = (node.findtext(f"{bpmn('timerEventDefinition')}/{bpmn('timeDate')}") or "").strip()
    for text in (timer, (element.due or "").strip()):
        if LITERAL_DATE.fullmatch(text) or _CONSTANT.fullmatch(text):
            found.warning(
                node,
                "timer.constant",
                f"“{title(node)}”的日期“{text}”写死在图里,过了这一天会马上到期,下一年度也不会变;请改用年度安排,如 dates.target.due。",
            )


def _is_naive(kind: str, text: str) -> bool:
    if _LITERALS[kind].fullmatch(text):
        return bool(_NAIVE.search(text.split("/")[1] if text.startswith("R") else text))
    literals = [first or second for first, second in _DATE_TIME_TEXT.findall(text)]
    return any(_NAIVE.fullmatch(literal) for literal in literals)


def _reads(kind: str, text: str) -> bool:
    if kind == "timeDate":
        return bool(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T.+)?", text))
    return (read_span(text) if kind == "timeDuration" else read_cycle(text)) is not None


def _check_loops(found: Findings, node: Any) -> None:
    marker = node.find(bpmn("multiInstanceLoopCharacteristics"))
    loop = node.find(bpmn("standardLoopCharacteristics"))
    if marker is not None:
        collection = (
            marker.get(ours("collection")) or (marker.findtext(bpmn("loopDataInputRef")) or "").strip()
        )
        cardinality = (marker.findtext(bpmn("loopCardinality")) or "").strip()
        if bool(collection) == bool(cardinality):
            found.error(
                node,
                "loop.no_collection",
                f"多实例“{title(node)}”应写集合(bihuan:collection)或次数,恰好一种;请改正。",
            )
        if marker.get(ours("each")) and not marker.get(ours("results")):
            found.error(
                node,
                "loop.no_results",
                f"多实例“{title(node)}”写了每项结果,没写汇总变量 bihuan:results;请补上。",
            )
    if loop is not None:
        maximum = loop.get("loopMaximum", "")
        if maximum and not maximum.isdigit():
            found.error(
                node, "loop.bad_maximum", f"循环“{title(node)}”的最多次数应是整数,现在是“{maximum}”;请改正。"
            )
        elif not maximum and not (loop.findtext(bpmn("loopCondition")) or "").strip():
            found.error(node, "loop.endless", f"循环“{title(node)}”既没有条件也没有最多次数;请至少写一个。")
        if marker is not None:
            found.error(node, "loop.both", f"“{title(node)}”不能既是循环又是多实例;请保留一种。")
