"""What people type into the cells of a budget year's sheets, read or named as wrong."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.calendar.local_time import SHANGHAI
from ledger.budgeting.columns import NO, YES
from ledger.budgeting.sheet import fault
from ledger.roster.sheets import Fault, Line

LARGEST_WAN = Decimal(1_000_000_000)
YUAN = Decimal(10_000)


def money(line: Line, title: str, faults: list[Fault]) -> Decimal:
    """Read 万元 and return yuan."""
    typed = line.get(title).replace(",", "").replace("，", "")
    try:
        wan = Decimal(typed)
    except InvalidOperation:
        wan = Decimal("NaN")
    if not wan.is_finite() or not 0 <= wan <= LARGEST_WAN or wan != wan.quantize(Decimal("0.01")):
        text = f"应为万元数,如 120.50,最多两位小数,不小于 0;填的是“{typed[:20]}”。"
        faults.append(fault(line, title, text))
        return Decimal(0)
    return (wan * YUAN).quantize(Decimal("0.01"))


def money_or_none(line: Line, title: str, faults: list[Fault]) -> Decimal | None:
    """Read 万元 that may be left out."""
    return money(line, title, faults) if line.get(title) else None


def flag(line: Line, title: str, faults: list[Fault]) -> bool:
    """Read yes or no; nothing is no."""
    typed = line.get(title) or NO
    if typed not in (YES, NO):
        faults.append(fault(line, title, f"应为“{YES}”或“{NO}”,填的是“{typed[:20]}”。"))
    return typed == YES


def day(line: Line, title: str, first: date, last: date, faults: list[Fault]) -> date:
    """Read a day between two."""
    typed = line.get(title)
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = date.min
    if first > last:
        faults.append(fault(line, title, f"{first.year} 年度还没有开始;请核对选的年度。"))
    elif not first <= found <= last:
        text = f"应在 {first} 到 {last} 之间,写作 {first} 的样子;填的是“{typed[:20]}”。"
        faults.append(fault(line, title, text))
    return found


def moment(line: Line, title: str, now: datetime, faults: list[Fault]) -> datetime:
    """Read a local time that is not to come; nothing is now."""
    typed = line.get(title)
    if not typed:
        return now
    try:
        found = datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)
    except ValueError:
        found = datetime.max.replace(tzinfo=SHANGHAI)
    if found > now:
        text = f"应写作 2022-06-01 09:30 的样子,不晚于现在;填的是“{typed[:20]}”。"
        faults.append(fault(line, title, text))
    return found


def project(line: Line, known: Mapping[str, Any], year: int, faults: list[Fault]) -> Any:
    """Return what is known of the project of a row; its name, if given, must be the registered one."""
    one = known.get(line.get("项目编码"))
    if one is None:
        text = f"{year} 年度没有编码为“{line.get('项目编码')[:40]}”的项目;请核对编码和年度,或先登记这个项目。"
        faults.append(fault(line, "项目编码", text))
    elif line.get("项目名称") not in ("", one.name):
        text = f"与编码不符:登记的是“{one.name}”;请核对是否填错了行。"
        faults.append(fault(line, "项目名称", text))
    return one
