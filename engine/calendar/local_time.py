"""Local days of the country against instants in UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LAST_SECOND = time(23, 59, 59)


def end_of_day(day: date) -> datetime:
    """Return the due moment of a local day: 23:59:59 Asia/Shanghai, as aware UTC."""
    return datetime.combine(day, _LAST_SECOND, SHANGHAI).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Return 00:00 Asia/Shanghai of a local day, as aware UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def at_time(day: date, clock_time: time) -> datetime:
    """Return a local day and time of day in Asia/Shanghai, as aware UTC."""
    return datetime.combine(day, clock_time, SHANGHAI).astimezone(UTC)


def local_date(instant: datetime) -> date:
    """Return the local day on which an aware instant falls."""
    if instant.tzinfo is None:
        raise ValueError(f"expected an aware instant, found {instant.isoformat()} without a zone")
    return instant.astimezone(SHANGHAI).date()
