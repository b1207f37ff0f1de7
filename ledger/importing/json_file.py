"""Read the JSON form: UTF-8, bounded, no NaN, no key twice."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from ledger.importing.document import Document
from ledger.importing.errors import LedgerUnreadable
from ledger.importing.limits import DEFAULT, Limits


def read_json(data: bytes, *, limits: Limits = DEFAULT) -> Document:
    """Return the content of a JSON ledger; fractions stay exact decimals.

    Raises LedgerUnreadable, naming the line and column where the JSON breaks.
    """
    if len(data) > limits.file_bytes:
        raise LedgerUnreadable(
            f"台账文件有 {len(data)} 字节，超过上限 {limits.file_bytes}；请分区划或分年度导入。",
            code="ledger.too_large",
        )
    body = _parse(_decoded(data))
    if not isinstance(body, dict):
        raise LedgerUnreadable(
            "台账的最外层应是一个对象（{…}），请对照 docs/ledger-format.md。", code="ledger.not_object"
        )
    return Document(body)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LedgerUnreadable(
            f"台账不是 UTF-8 编码（第 {error.start} 字节处）；请用 UTF-8 另存后重新导入。",
            code="ledger.not_utf8",
        ) from error


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise LedgerUnreadable(
            f"台账不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 列无法解析（{error.msg}）；请修正后重新导入。",
            code="ledger.not_json",
        ) from error
    except RecursionError as error:
        raise LedgerUnreadable(
            "台账嵌套过深；台账最多四层，请对照 docs/ledger-format.md。", code="ledger.too_deep"
        ) from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise LedgerUnreadable(
            "台账中有位数过多的整数；请核对金额和分数的单位。", code="ledger.number_too_long"
        ) from error


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise LedgerUnreadable(
            f"台账中的数 {text[:40]} 超出范围，请改正。", code="ledger.number_too_long"
        ) from error


def _constant(text: str) -> NoReturn:
    raise LedgerUnreadable(
        f"台账中出现了 {text}，它不是数；没有数据时请删去这个字段。", code="ledger.not_a_number"
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        whose = content.get("id") or content.get("code") or "最外层或内层对象"
        raise LedgerUnreadable(
            f"{str(whose)[:64]} 中字段“{twice[:64]}”出现了两次，无法判断以哪个为准；请删去一个。",
            code="ledger.duplicate_field",
        )
    return content
