"""What differs between two versions of a diagram, element by element."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from engine import xml
from engine.bpmn.definition import Definition
from engine.bpmn.element import Element, local_name
from engine.bpmn.names import NODES, bpmn
from engine.differences import Difference, turned

FACTS: Final = {
    "name": "名称",
    "kind": "类型",
    "lane": "泳道",
    "role": "岗位",
    "party": "参与方",
    "form": "表单",
    "due": "期限",
    "ladder": "提醒",
    "operation": "操作",
    "decision": "决策",
    "result": "结果变量",
    "correlation": "关联键",
    "documentation": "说明",
}
MAPPINGS: Final = {"parameters": "参数", "outputs": "输出"}
OURS: Final = frozenset({"id", "name", "default"})
APART: Final = NODES | {
    "incoming",
    "outgoing",
    "sequenceFlow",
    "extensionElements",
    "documentation",
    "laneSet",
}


def differences(before: Definition, after: Definition) -> list[Difference]:
    """Return every difference; where only positions or remarks differ, one that says so."""
    found = [*_elements(before, after), *_flows(before, after)]
    if before.name != after.name:
        found.insert(0, Difference("-", "changed", f"流程的{turned('名称', before.name, after.name)}。"))
    if not found and before.content_hash != after.content_hash:
        return [Difference("-", "changed", "只有画法(位置、泳道高度等)不同,办法没有变。")]
    return found


def _elements(before: Definition, after: Definition) -> Iterator[Difference]:
    old, new = before.elements, after.elements
    rests = _rests(before), _rests(after)
    for name in (*new, *(name for name in old if name not in new)):
        if name not in old:
            yield Difference(name, "added", f"新增“{_called(new[name])}”。")
        elif name not in new:
            yield Difference(name, "removed", f"删去“{_called(old[name])}”。")
        else:
            said = list(_changes(old[name], new[name]))
            if not said and rests[0].get(name) != rests[1].get(name):
                said = ["其他设置(定时、多实例、条件、调用等)有改动"]
            if said:
                yield Difference(name, "changed", f"“{_called(new[name])}”:{';'.join(said)}。")


def _called(element: Element) -> str:
    return element.name or element.id


def _changes(old: Element, new: Element) -> Iterator[str]:
    for attribute, word in FACTS.items():
        one, other = getattr(old, attribute), getattr(new, attribute)
        if one != other:
            yield turned(word, one, other)
    for attribute, word in MAPPINGS.items():
        one, other = getattr(old, attribute), getattr(new, attribute)
        for key in (*other, *(key for key in one if key not in other)):
            if one.get(key) != other.get(key):
                yield turned(f"{word} {key} ", one.get(key), other.get(key))
    if old.countersign != new.countersign:
        rules = [one.countersign.rule if one.countersign else "" for one in (old, new)]
        yield "会签规则有改动" if rules[0] == rules[1] else turned("会签规则", *rules)
    if old.returns != new.returns:
        yield turned("可退回到", " ".join(old.returns), " ".join(new.returns))


def _rests(definition: Definition) -> Mapping[str, str]:
    """Return by element what stands in it besides what is compared word by word."""
    process: Any = xml.parse(definition.xml.encode()).find(bpmn("process"))
    return {node.get("id"): _rest(node) for node in process.iter() if local_name(node) in NODES}


def _rest(node: Any) -> str:
    inner = [_canonical(one) for one in node if local_name(one) not in APART]
    plain = sorted(f"{k}={v}" for k, v in node.attrib.items() if k not in OURS and not k.startswith("{"))
    return "\n".join([*plain, *inner])


def _canonical(node: Any) -> str:
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    return str(etree.canonicalize(text, strip_text=True))


def _flows(before: Definition, after: Definition) -> Iterator[Difference]:
    old, new = _ways(before), _ways(after)
    for ends, (name, label, condition) in new.items():
        way = "连线“{}”→“{}”".format(*(_called(after.elements[one]) for one in ends))
        if ends not in old:
            yield Difference(name, "added", f"新增{way}{f',条件“{condition}”' if condition else ''}。")
            continue
        said = []
        if old[ends][2] != condition:
            said.append(turned("条件", old[ends][2], condition))
        if old[ends][1] != label:
            said.append(turned("文字", old[ends][1], label))
        if said:
            yield Difference(name, "changed", f"{way}的{';'.join(said)}。")
    for ends, (name, _, _) in old.items():
        if ends not in new and set(ends) <= set(after.elements):
            way = "连线“{}”→“{}”".format(*(_called(before.elements[one]) for one in ends))
            yield Difference(name, "removed", f"删去{way}。")


def _ways(definition: Definition) -> Mapping[tuple[str, str], tuple[str, str, str]]:
    """Return by the two ends of each flow its id, its label and its condition; a default flow says so."""
    process: Any = xml.parse(definition.xml.encode()).find(bpmn("process"))
    defaults = {node.get("default") for node in process.iter() if node.get("default")}
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    for flow in process.iter(bpmn("sequenceFlow")):
        condition = (flow.findtext(bpmn("conditionExpression")) or "").strip()
        label = " ".join((flow.get("name") or "").split())
        said = condition or ("其余情况" if flow.get("id") in defaults else "")
        found[flow.get("sourceRef"), flow.get("targetRef")] = (flow.get("id"), label, said)
    return found
