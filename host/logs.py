"""The log: one event a line on standard error, a constant message with facts as fields, no personal data.

An error tells its kind and where it happened. What it said may hold what somebody typed, so only our own codes and the first
line of a database's complaint are told; level debug tells all.
"""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any, Final

from flask import g, has_request_context, request
from sqlalchemy.exc import DBAPIError

from engine.errors import BihuanError
from host.settings import Settings

NOISY: Final = ("procrastinate", "apscheduler", "openpyxl", "urllib3", "authlib", "alembic")
"""Libraries whose lines below a warning are for their own developers."""
OURS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
NAMED: Final = ("instance_id", "task_id")
FRAMES: Final = 12


def start(settings: Settings) -> None:
    """Let everything this process logs be written as the settings say."""
    level = settings.log_level.upper()
    handler = logging.StreamHandler(sys.stderr)
    told_all = settings.log_level == "debug"
    handler.setFormatter(AsJson(told_all) if settings.log_format == "json" else AsText(told_all))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(level if told_all else logging.WARNING)


def facts(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return what a line tells besides its message: what the caller named, and which request it belongs to."""
    named = {name: value for name, value in vars(record).items() if name not in OURS}
    return {**_of_request(), **named}


def _of_request() -> Mapping[str, Any]:
    if not has_request_context():
        return {}
    about = {name: str(value) for name, value in (request.view_args or {}).items() if name in NAMED}
    return {"request_id": g.get("request_id"), "endpoint": request.endpoint, **about}


def told(error: BaseException, *, all_of_it: bool) -> Iterator[str]:
    """Tell an error and those behind it, one line each: kind, what may be said of it, where."""
    seen: BaseException | None = error
    while seen is not None:
        frames = [f"{one.filename}:{one.lineno} {one.name}" for one in extract_tb(seen.__traceback__)]
        said = str(seen) if all_of_it else _harmless(seen)
        yield " ".join(filter(None, [type(seen).__name__, said, "| " + " < ".join(frames[::-1][:FRAMES])]))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _harmless(error: BaseException) -> str:
    if isinstance(error, BihuanError):
        return error.code
    if isinstance(error, DBAPIError):
        error = error.orig or error
        return str(error).partition("\n")[0]
    return ""


class AsText(logging.Formatter):
    """Lines for people: time, level, logger, message, facts; an error below."""

    def __init__(self, all_of_it: bool) -> None:
        super().__init__()
        self._all_of_it = all_of_it

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        more = " ".join(f"{name}={value}" for name, value in facts(record).items() if value is not None)
        line = f"{_at(record)} {record.levelname} {record.name} {record.getMessage()} {more}".rstrip()
        error = record.exc_info[1] if record.exc_info else None
        below = told(error, all_of_it=self._all_of_it) if error else ()
        return "\n    ".join([line, *below])


class AsJson(AsText):
    """The same as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **facts(record),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error:
            line["error"] = list(told(error, all_of_it=self._all_of_it))
        return json.dumps(line, ensure_ascii=False, default=str)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
