"""The day of a moment where the county lies, in a statement."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func

from engine.calendar.local_time import SHANGHAI


def local_day(moment: Any) -> ColumnElement[date]:
    """Return the day of a moment; None where there is none."""
    return cast(func.timezone(SHANGHAI.key, moment), Date)
