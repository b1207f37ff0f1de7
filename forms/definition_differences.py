"""What differs between two versions of a form, field by field."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.differences import Difference, turned
from forms.definition import FormDefinition, FormField, Rule

Fields = Mapping[str, FormField]
FACTS: Final = {
    "label": "名称",
    "type": "类型",
    "help": "说明",
    "unit": "单位",
    "decimals": "小数位",
    "max_length": "最多字数",
    "minimum": "下限",
    "maximum": "上限",
    "min_rows": "最少行数",
    "max_rows": "最多行数",
}
FLAGS: Final = {
    "required": "必填",
    "locked": "锁定",
    "starts": "先给出",
    "baseline_moves": "基准随时更新",
    "personal": "个人信息",
    "printed": "打印",
}
SOURCES: Final = {
    "required_when": "必填条件",
    "options_from": "选项来源",
    "expression": "算式",
    "baseline": "基准",
    "default_from": "预填",
}


def differences(before: FormDefinition, after: FormDefinition) -> list[Difference]:
    """Return every difference; where none is seen but the contents differ, one that says so."""
    found = list(_all(before, after))
    if not found and before.content_hash != after.content_hash:
        return [Difference("-", "changed", "只有排版或说明不同,要填的内容没有变。")]
    return found


def _all(before: FormDefinition, after: FormDefinition) -> Iterator[Difference]:
    if before.title != after.title:
        yield Difference("-", "changed", f"表单的{turned('名称', before.title, after.title)}。")
    yield from _fields("", before.field_map, after.field_map)
    old, new = ({section.key: section for section in one.sections} for one in (before, after))
    for key in new.keys() & old.keys():
        for what, word in (("title", "名称"), ("filled_by", "填写人")):
            one, other = getattr(old[key], what), getattr(new[key], what)
            if one != other:
                yield Difference(key, "changed", f"“{new[key].title}”部分的{turned(word, one, other)}。")
    yield from _rules("", before.rules, after.rules)


def _fields(within: str, old: Fields, new: Fields) -> Iterator[Difference]:
    for name, field in new.items():
        place = f"{within}{name}"
        if name not in old:
            yield Difference(place, "added", f"新增“{field.label}”({place})。")
            continue
        if said := list(_changes(old[name], field)):
            yield Difference(place, "changed", f"“{field.label}”:{';'.join(said)}。")
        yield from _fields(f"{place}.", old[name].column_map, field.column_map)
        yield from _rules(f"“{field.label}”", old[name].rules, field.rules)
    for name, field in old.items():
        if name not in new:
            yield Difference(f"{within}{name}", "removed", f"删去“{field.label}”({within}{name})。")


def _changes(old: FormField, new: FormField) -> Iterator[str]:
    for name, word in FACTS.items():
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield turned(word, _text(one), _text(other))
    for name, word in FLAGS.items():
        if getattr(old, name) != getattr(new, name):
            yield f"改为{word}" if getattr(new, name) else f"不再{word}"
    for name, word in SOURCES.items():
        one, other = (getattr(field, name) for field in (old, new))
        before, after = one and one.source, other and other.source
        if before != after:
            yield turned(word, before, after)
    one, other = ("、".join(option.label for option in field.options) for field in (old, new))
    if one != other:
        yield turned("选项", one, other)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _rules(whose: str, before: tuple[Rule, ...], after: tuple[Rule, ...]) -> Iterator[Difference]:
    old, new = ({rule.id: rule for rule in rules} for rules in (before, after))
    for name, rule in new.items():
        if name not in old:
            yield Difference(rule.path or "-", "added", f"{whose}新增校验 {name}。")
        elif _said(old[name]) != _said(rule):
            yield Difference(rule.path or "-", "changed", f"{whose}校验 {name} 有改动。")
    for name, rule in old.items():
        if name not in new:
            yield Difference(rule.path or "-", "removed", f"{whose}删去校验 {name}。")


def _said(rule: Rule) -> tuple[object, ...]:
    return (rule.severity, rule.when.source, rule.path, rule.text.source, rule.reason)
