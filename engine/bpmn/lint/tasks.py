"""Tasks that know who does what: role and form, operation, decision, script, called process."""

from typing import Any

from engine.bpmn.element import RETURN_WORDS, Element, local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.names import bpmn, ours
from engine.voting import OWN, PRESETS

FEEL_FORMATS = frozenset({"text/feel", "feel", "application/feel"})
CONSTANTS = frozenset({"policy", "dates", "year", "today", "return_days"})


def check_tasks(found: Findings, elements: dict[str, Element]) -> None:
    """Check what each kind of task needs."""
    checks = {
        "userTask": _check_user_task,
        "manualTask": _check_manual_task,
        "serviceTask": _check_service_task,
        "businessRuleTask": _check_rule_task,
        "scriptTask": _check_script_task,
        "callActivity": _check_call,
    }
    for node in found.nodes():
        element = elements.get(node.get("id", ""))
        check = checks.get(local_name(node))
        if check is not None and element is not None:
            check(found, node, element)
        if element is not None:
            _check_variables(found, node, element)
            _check_returns(found, node, element, elements)


def _check_user_task(found: Findings, node: Any, element: Element) -> None:
    _check_manual_task(found, node, element)
    _check_countersign(found, node, element)
    if element.ladder and not element.due:
        found.warning(
            node,
            "task.ladder_without_due",
            f"“{title(node)}”有催办阶梯却没有期限,不会催办;请填写 bihuan:due。",
        )


def _check_countersign(found: Findings, node: Any, element: Element) -> None:
    signing = element.countersign
    if signing is None:
        if any(node.get(ours(name)) for name in ("signers", "share", "vote", "passWhen", "failWhen")):
            found.error(
                node,
                "countersign.no_rule",
                f"“{title(node)}”写了会签人却没有规则;请填写 bihuan:countersign。",
            )
        return
    if signing.rule not in PRESETS and signing.rule != OWN:
        known = "、".join([*PRESETS, OWN])
        found.error(
            node,
            "countersign.unknown_rule",
            f"“{title(node)}”的会签规则“{signing.rule}”不认识;请改用其中之一:{known}。",
        )
    elif signing.rule == OWN and not (signing.pass_when and signing.fail_when):
        found.error(
            node,
            "countersign.no_condition",
            f"“{title(node)}”自定会签规则;请同时填写 bihuan:passWhen 和 bihuan:failWhen。",
        )
    elif signing.rule in PRESETS and PRESETS[signing.rule].needs_share and not signing.share:
        found.error(
            node, "countersign.no_share", f"“{title(node)}”按比例会签;请填写 bihuan:share,如 2/3 或 0.6。"
        )
    if not signing.signers:
        found.error(node, "countersign.no_signers", f"“{title(node)}”没有会签人;请填写 bihuan:signers。")


def _check_manual_task(found: Findings, node: Any, element: Element) -> None:
    if not element.role:
        found.error(
            node, "task.no_role", f"“{title(node)}”不知道由谁办;请把它放进写了岗位的泳道,或填写 bihuan:role。"
        )
    if not element.form:
        found.error(node, "task.no_form", f"任务“{title(node)}”没有表单,无法办结;请填写 bihuan:form。")
    if not element.name:
        found.warning(node, "task.no_name", f"任务“{element.id}”没有名称,待办里无从辨认;请起个名字。")


def _check_returns(found: Findings, node: Any, element: Element, elements: dict[str, Element]) -> None:
    """Check `bihuan:return`: one word, or user tasks; those of other processes are only known when it runs."""
    if len(element.returns) == 1 and element.returns[0] in RETURN_WORDS:
        return
    tasks = {one.id for one in elements.values() if one.kind in {"userTask", "manualTask"}}
    unknown = [one for one in element.returns if ":" not in one and one not in tasks]
    if unknown:
        found.error(
            node,
            "return.unknown_target",
            f"“{title(node)}”的退回范围应是 any、previous、none 之一,或本图用户任务的编号(其他流程的写成 流程:编号),"
            f"不认识“{'、'.join(unknown)}”;请更正 bihuan:return。",
        )


def _check_service_task(found: Findings, node: Any, element: Element) -> None:
    if not element.operation:
        found.error(node, "task.no_operation", f"服务任务“{title(node)}”没有操作;请填写 bihuan:operation。")


def _check_rule_task(found: Findings, node: Any, element: Element) -> None:
    if not element.decision:
        found.error(
            node, "task.no_decision", f"业务规则任务“{title(node)}”没有决策表;请填写 bihuan:decision。"
        )
    if not element.result:
        found.error(node, "task.no_result", f"业务规则任务“{title(node)}”没有结果变量;请填写 bihuan:result。")


def _check_script_task(found: Findings, node: Any, element: Element) -> None:
    language = node.get("scriptFormat", "")
    script = (node.findtext(bpmn("script")) or "").strip()
    if language.lower() not in FEEL_FORMATS:
        found.error(
            node,
            "script.language",
            f"脚本“{title(node)}”的语言应是 text/feel,现在是“{language}”;图里只运行 FEEL,请改写。",
        )
    elif not script:
        found.error(
            node,
            "script.empty",
            f"脚本任务“{title(node)}”没有脚本;请写一个 FEEL 上下文,如 {{合计: 甲 + 乙}}。",
        )
    elif not script.startswith("{"):
        found.error(
            node,
            "script.not_context",
            f"脚本“{title(node)}”应是 FEEL 上下文,如 {{合计: 甲 + 乙}};请改写。",
        )


def _check_call(found: Findings, node: Any, element: Element) -> None:
    if not node.get("calledElement"):
        found.error(
            node, "call.no_element", f"调用活动“{title(node)}”没有写调用哪个流程;请填写 calledElement。"
        )


def _check_variables(found: Findings, node: Any, element: Element) -> None:
    names = [*element.outputs, *([element.result] if element.result else [])]
    marker = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if marker is not None:
        names += [marker.get(ours(name)) for name in ("item", "results") if marker.get(ours(name))]
    for name in names:
        if not name.isidentifier():
            found.error(
                node, "variable.bad_name", f"变量名“{name}”应以字母或汉字开头,不含空格和符号;请改名。"
            )
        elif name in CONSTANTS:
            found.warning(node, "variable.shadows", f"变量“{name}”会遮住政策常量“{name}”;请换个名字。")
