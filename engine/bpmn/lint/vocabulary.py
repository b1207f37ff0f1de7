"""Words we do not know, and words in the wrong place."""

from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.names import ATTRIBUTES, BIHUAN, BPMN, EXTENSIONS, NODES, PICTURES, REFUSED, STRUCTURE


def check_elements(found: Findings) -> None:
    """Refuse what cannot run, by name; warn of what is only a picture."""
    for node in found.root.iter():
        if not str(node.tag).startswith(f"{{{BPMN}}}"):
            continue
        kind = local_name(node)
        if kind in REFUSED:
            found.error(node, "element.unsupported", f"“{title(node)}”:{REFUSED[kind]}。")
        elif kind in PICTURES:
            if kind == "dataObjectReference":
                found.warning(
                    node,
                    "data.picture_only",
                    f"数据对象“{title(node)}”只作图示;流程里的数据请用任务的输出写成变量。",
                )
        elif kind not in NODES and kind not in STRUCTURE:
            found.error(node, "element.unknown", f"不认识的元素 {kind};请改用流程编辑器提供的元素。")


def check_extensions(found: Findings) -> None:
    """Find misspelt or misplaced attributes and elements of our namespace, and those of other engines."""
    for node in found.root.iter():
        kind = local_name(node)
        for name in node.attrib:
            if name.startswith(f"{{{BIHUAN}}}"):
                _check_attribute(found, node, kind, name.rpartition("}")[2])
        if str(node.tag).startswith(f"{{{BIHUAN}}}"):
            _check_extension(found, node, kind)
    _check_strangers(found)


def _check_attribute(found: Findings, node: Any, kind: str, name: str) -> None:
    if str(node.tag).startswith(f"{{{BIHUAN}}}"):
        found.error(
            node, "attribute.unknown", f"bihuan:{kind} 的属性应不带前缀;请把 bihuan:{name} 写成 {name}。"
        )
    elif name not in ATTRIBUTES:
        known = "、".join(sorted(ATTRIBUTES))
        found.error(node, "attribute.unknown", f"不认识的属性 bihuan:{name};请改用其中之一:{known}。")
    elif kind not in ATTRIBUTES[name]:
        places = "、".join(sorted(ATTRIBUTES[name]))
        found.error(node, "attribute.misplaced", f"属性 bihuan:{name} 不能写在 {kind} 上,只能写在 {places}。")


def _check_extension(found: Findings, node: Any, kind: str) -> None:
    holder = node.getparent()
    owner = holder.getparent() if holder is not None and local_name(holder) == "extensionElements" else None
    if kind not in EXTENSIONS:
        found.error(
            node,
            "extension.unknown",
            f"不认识的扩展 bihuan:{kind};请改用其中之一:{'、'.join(sorted(EXTENSIONS))}。",
        )
    elif owner is None or local_name(owner) not in EXTENSIONS[kind]:
        where = local_name(owner) if owner is not None else "extensionElements 之外"
        places = "、".join(sorted(EXTENSIONS[kind]))
        found.error(
            node, "extension.misplaced", f"bihuan:{kind} 不能写在 {where},只能写在 {places} 的扩展里。"
        )
    else:
        for name in ("name", "value"):
            if not node.get(name, "").strip():
                found.error(
                    node, "extension.incomplete", f"“{title(owner)}”的 bihuan:{kind} 缺少 {name};请补上。"
                )


def _check_strangers(found: Findings) -> None:
    strangers = ("camunda", "zeebe", "flowable", "activiti", "spiffworkflow")
    told: set[str] = set()
    for node in found.nodes():
        names = [name for name in node.attrib if name.startswith("{")]
        extensions = [
            str(child.tag) for holder in node if local_name(holder) == "extensionElements" for child in holder
        ]
        for name in (*names, *extensions):
            namespace = name[1:].partition("}")[0]
            engine = next((one for one in strangers if one in namespace), None)
            if engine and namespace not in told:
                told.add(namespace)
                found.warning(
                    node,
                    "extension.foreign",
                    f"{engine} 的扩展不会执行;请改用本系统的属性(bihuan:form、bihuan:operation 等)。",
                )
