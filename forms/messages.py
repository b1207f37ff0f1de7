"""The sentences of the validator, by stable code. Rules of a form bring their own sentences."""

from decimal import Decimal
from typing import Any

SENTENCES = {
    "required": "{name}没有填写。请填写后再提交。",
    "L01": "{name}填的“{found}”像是占位的字样。请填写实际内容。",
    "unknown_field": "这张表没有“{found}”这一项。请删去它，或核对名称。",
    "computed_field": "{name}由系统计算，不需要填写。请删去它。",
    "too_many_unknown": "不认识的填写项太多，其余不再列出。请核对是否用错了表单。",
    "not_an_object": "{name}应是一组填写项，收到的是{found}。请重新填写。",
    "not_a_list": "{name}应是若干行，收到的是{found}。请重新填写。",
    "too_many_rows": "{name}最多 {limit} 行，收到 {found} 行。请删减后再提交。",
    "too_few_rows": "{name}至少 {limit} 行，现有 {found} 行。请补充。",
    "not_text": "{name}应是文字，收到的是{found}。请改填文字。",
    "too_long": "{name}最多 {limit} 个字，现有 {found} 个字。请精简。",
    "bad_character": "{name}含有无法保存的控制字符。请重新录入这一项。",
    "not_a_number": "{name}应是数字，填的是“{found}”。请只填数字，如 1234.56。",
    "wrong_unit": "{name}的单位是{limit}，填的是“{found}”。请换算成{limit}，只填数字。",
    "too_large": "{name}不能大于 {limit}，填的是 {found}。请核对数字和单位。",
    "too_small": "{name}不能小于 {limit}，填的是 {found}。请核对数字和单位。",
    "too_many_decimals": "{name}最多 {limit} 位小数，填的是 {found}。请四舍五入后再填。",
    "not_a_date": "{name}应是日期，填的是“{found}”。请按 2022-02-15 的样子填写。",
    "not_a_boolean": "{name}应填“是”或“否”，填的是“{found}”。请重新选择。",
    "not_an_option": "{name}应从 {limit} 中选一项，填的是“{found}”。请重新选择。",
    "no_options": "{name}的可选项来自政策参数，但没有找到。请联系管理员检查政策包。",
    "repeated_option": "{name}重复选了“{found}”。请只选一次。",
    "repeated_row": "{name}有两行的{limit}都是 {found}。请删去或改正其中一行。",
    "computed_missing": "{name}算不出来。请检查本行（本表）的数字是否齐全、可计算。",
    "total_differs": "{name}应等于明细合计 {limit}，填的是 {found}。请改明细，或不填这一项，由系统合计。",
    "expression_failed": "{name}的规则没能算完。请联系管理员检查表单定义。",
    "baseline_changed": "{name}已随批复锁定为“{limit}”，填的是“{found}”。请恢复原值；要调整请先走目标调整。",
    "baseline_row_missing": "{name}缺少批复目标中{limit}为 {found} 的一行。请补上。",
    "baseline_row_unknown": "{name}中{limit}为 {found} 的一行不在批复目标中。请删去。",
    "baseline_unreadable": "{name}的批复目标读不出来。请联系管理员检查基线。",
}

SHOWN_LENGTH = 30


class Complaint(str):
    """A sentence that carries its code through marshmallow's error lists."""

    code: str

    def __new__(cls, code: str, text: str) -> "Complaint":
        """Make the sentence `text` with its `code`."""
        complaint = super().__new__(cls, text)
        complaint.code = code
        return complaint


def complaint(code: str, name: str = "", *, report_as: str | None = None, **facts: Any) -> Complaint:
    """Compose the sentence of `code` about the field labelled `name`; `report_as` replaces the code."""
    shown_facts = {key: shown(value) for key, value in facts.items()}
    return Complaint(
        report_as or code, SENTENCES[code].format(name=f"「{name}」" if name else "", **shown_facts)
    )


def shown(value: Any) -> str:
    """Show a raw value in a sentence: short, printable, and safe for any input."""
    if isinstance(value, str):
        text = "".join(c if c.isprintable() else "·" for c in value[: SHOWN_LENGTH + 1])
        return text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 100 else "一个极大的整数"
    if isinstance(value, Decimal):
        return _shown_decimal(value)
    if value is None:
        return "空"
    return {dict: "一个对象", list: "一个列表", float: "一个数"}.get(type(value), "无法识别的内容")


def _shown_decimal(value: Decimal) -> str:
    """Show a number without an exponent and without idle zeros."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or not -30 < exponent < 30:
        return "一个无法使用的数"
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text)[:40]
