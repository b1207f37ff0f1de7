"""The file as a whole: one process, ids that are there, unique and free."""

import re
from collections import Counter

from engine.bpmn.element import local_name
from engine.bpmn.lint.findings import Findings, title
from engine.bpmn.names import BPMN, NODES, SCOPES, bpmn

MOST_NODES = 300
MOST_DEPTH = 20
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


def check_shape(found: Findings) -> bool:
    """Check root and number of processes; False if nothing more can be said."""
    root = found.root
    if root.tag != bpmn("definitions"):
        expected = "BPMN 2.0 的 definitions"
        found.error(
            root,
            "document.not_bpmn",
            f"根元素应是 {expected},现在是 {root.tag};请用流程编辑器导出 BPMN 文件。",
        )
        return False
    processes = root.findall(bpmn("process"))
    if len(processes) != 1:
        code = "process.none" if not processes else "process.many"
        text = f"一个文件应恰好有一个流程,现在有 {len(processes)} 个;请把每个流程存成单独的文件。"
        found.error(processes[1] if len(processes) > 1 else root, code, text)
        return False
    key = processes[0].get("id", "")
    if not _KEY.fullmatch(key):
        found.error(
            processes[0],
            "process.bad_key",
            f"流程编号“{key}”应以字母开头,只含字母、数字、下划线、点和短横;请改名。",
        )
    return True


def check_ids(found: Findings) -> None:
    """Every node and flow needs an id that nobody else has and that the engine does not use itself."""
    counted = Counter(
        node.get("id")
        for node in found.root.iter()
        if str(node.tag).startswith(f"{{{BPMN}}}") and node.get("id")
    )
    for node in found.root.iter():
        kind = local_name(node)
        own = node.get("id")
        if own and counted.get(own, 0) > 1 and str(node.tag).startswith(f"{{{BPMN}}}"):
            found.error(node, "id.duplicate", f"编号“{own}”用了 {counted[own]} 次;请给每个元素不同的编号。")
            counted[own] = 0
        if kind in NODES or kind in {"sequenceFlow", "process"}:
            if not own:
                found.error(node, "id.missing", f"元素 {kind} 没有编号;请用流程编辑器补上。")
            elif own in RESERVED or own.endswith(RESERVED_ENDINGS):
                found.error(node, "id.reserved", f"编号“{own}”是引擎自用的,会让流程悄悄断开;请改成别的编号。")


def check_size(found: Findings) -> None:
    """A scope must be small enough to read, for people and for the parser."""
    for scope in found.scopes():
        count = sum(1 for node in scope if local_name(node) in NODES)
        if count > MOST_NODES:
            found.error(
                scope,
                "process.too_large",
                f"一层里最多 {MOST_NODES} 个环节,现在有 {count} 个;请拆成调用活动。",
            )
        depth = sum(1 for above in scope.iterancestors() if local_name(above) in SCOPES)
        if depth == MOST_DEPTH + 1:
            found.error(
                scope,
                "process.too_deep",
                f"子流程最多套 {MOST_DEPTH} 层,“{title(scope)}”已是第 {depth} 层;请拆成调用活动。",
            )


def check_pools(found: Findings) -> None:
    """Pools may show others, but only one of them is ours."""
    process = found.root.find(bpmn("process"))
    for participant in found.root.iter(bpmn("participant")):
        reference = participant.get("processRef")
        if reference and reference.rpartition(":")[2] != process.get("id"):
            found.error(
                participant,
                "pool.unknown_process",
                f"泳池引用的流程“{reference}”不在文件里;请改为“{process.get('id')}”。",
            )
    known = {node.get("id") for node in found.nodes()}
    for reference in found.root.iter(bpmn("flowNodeRef")):
        if (reference.text or "").strip() not in known:
            found.warning(
                reference,
                "lane.unknown_node",
                f"泳道里的“{(reference.text or '').strip()}”已不存在;请删掉它,或重新保存流程图。",
            )
