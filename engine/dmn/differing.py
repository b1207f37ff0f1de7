"""What differs between two versions of a DMN document, decision by decision and rule by rule."""

from collections.abc import Iterator, Sequence

from engine.differences import Difference, turned
from engine.dmn.drawing import drawing
from engine.dmn.drawn import Column, Drawing, Drawn, Row, Table


def differences(before: bytes, after: bytes) -> list[Difference]:
    """Return every difference of two documents; where none is seen but the texts differ, one that says so."""
    old, new = drawing(before), drawing(after)
    found = list(_decisions(old, new))
    if old.name != new.name:
        found.insert(0, Difference("-", "changed", f"文件的{turned('名称', old.name, new.name)}。"))
    if not found and before != after:
        return [Difference("-", "changed", "只有画法、编号或说明不同,规则没有变。")]
    return found


def _decisions(old: Drawing, new: Drawing) -> Iterator[Difference]:
    before, after = ({one.id: one for one in whole.decisions} for whole in (old, new))
    for name, one in after.items():
        if name not in before:
            yield Difference(name, "added", f"新增决策“{one.name}”。")
        else:
            yield from _decision(before[name], one)
    for name, one in before.items():
        if name not in after:
            yield Difference(name, "removed", f"删去决策“{one.name}”。")


def _decision(old: Drawn, new: Drawn) -> Iterator[Difference]:
    if old.name != new.name:
        yield Difference(new.id, "changed", f"决策的{turned('名称', old.name, new.name)}。")
    if old.text != new.text:
        yield Difference(new.id, "changed", f"“{new.name}”的{turned('算法', old.text, new.text)}。")
    before = {table.id: table for table in old.tables}
    for table in new.tables:
        if table.id in before:
            yield from _table(before[table.id], table)
        else:
            yield Difference(table.id, "added", f"“{new.name}”新增一张决策表。")
    for table in old.tables:
        if table.id not in {one.id for one in new.tables}:
            yield Difference(new.id, "removed", f"“{new.name}”的一张决策表删去了。")


def _table(old: Table, new: Table) -> Iterator[Difference]:
    if old.hit_policy != new.hit_policy:
        yield Difference(new.id, "changed", f"决策表的{turned('命中方式', old.hit_policy, new.hit_policy)}。")
    for word, one, other in (("输入", old.inputs, new.inputs), ("输出", old.outputs, new.outputs)):
        yield from (Difference(new.id, "changed", text) for text in _columns(word, one, other))
    before, after = ({row.id: row for row in table.rows} for table in (old, new))
    for number, row in enumerate(new.rows, 1):
        if row.id not in before:
            yield Difference(row.id, "added", f"新增第 {number} 条规则:{_said(new, row)}。")
        elif said := list(_row(new, before[row.id], row)):
            yield Difference(row.id, "changed", f"第 {number} 条规则:{';'.join(said)}。")
    for number, row in enumerate(old.rows, 1):
        if row.id not in after:
            yield Difference(row.id, "removed", f"删去原第 {number} 条规则:{_said(old, row)}。")
    if [one for one in before if one in after] != [one for one in after if one in before]:
        yield Difference(new.id, "changed", "规则的次序有改动。")


def _columns(word: str, old: Sequence[Column], new: Sequence[Column]) -> Iterator[str]:
    for number, (one, other) in enumerate(zip(old, new, strict=False), 1):
        for what in ("label", "expression", "values", "default"):
            before, after = getattr(one, what), getattr(other, what)
            if before != after:
                titles = {
                    "label": "名称",
                    "expression": "算式",
                    "values": "允许的取值",
                    "default": "默认结果",
                }
                yield f"第 {number} 个{word}的{turned(titles[what], before, after)}。"
    for column in new[len(old) :]:
        yield f"新增{word}“{column.label}”。"
    for column in old[len(new) :]:
        yield f"删去{word}“{column.label}”。"


def _said(table: Table, row: Row) -> str:
    return row.note or "、".join(
        f"{column.label} {cell}" for column, cell in zip(table.inputs, row.conditions, strict=False) if cell != "-"
    ) or row.id  # fmt: skip


def _row(table: Table, old: Row, new: Row) -> Iterator[str]:
    columns = (*table.inputs, *table.outputs)
    cells = zip(columns, (*old.conditions, *old.results), (*new.conditions, *new.results), strict=False)
    for column, before, after in cells:
        if before != after:
            yield turned(f"“{column.label}”", before, after)
    if old.note != new.note:
        yield turned("说明", old.note, new.note)
