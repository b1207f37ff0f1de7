"""The log: one event a line, facts as fields, nothing of what somebody typed, no secret."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from flask import Flask, g
from sqlalchemy.exc import IntegrityError

from engine.errors import InvalidInput
from host import logs
from host.settings import Settings

TYPED = "张三的身份证号 6590011990"
Log = Callable[..., str]


@pytest.fixture
def log(capfd: pytest.CaptureFixture[str]) -> Log:
    """Let the log be written as settings say, then return what an act wrote."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def written(act: Callable[[], object], *, form: str = "json", upto: str = "info") -> str:
        logs.start(replace(Settings.read({}), log_format=form, log_level=upto))
        try:
            act()
        finally:
            root.handlers[:] = before
            root.setLevel(level)
        return capfd.readouterr().err

    return written


def fails(error: BaseException) -> Callable[[], None]:
    """Return an act in which this error is logged."""

    def act() -> None:
        with suppress(ValueError):
            try:
                raise error
            except Exception:
                logging.getLogger("host.test").exception("it failed", extra={"timer_id": 7})

    return act


def test_a_line_is_one_object_with_its_facts(log: Log) -> None:
    said = log(lambda: logging.getLogger("host.test").warning("late", extra={"seconds": 61}))

    [line] = said.splitlines()
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {"level": "warning", "logger": "host.test", "message": "late", "seconds": 61}


def test_a_line_of_a_request_names_it_and_the_instance(log: Log) -> None:
    app = Flask(__name__)

    @app.get("/instances/<instance_id>")
    def where(instance_id: str) -> str:
        g.request_id = "abc123"
        logging.getLogger("host.test").warning("odd")
        return instance_id

    said = json.loads(log(lambda: app.test_client().get("/instances/42")))

    assert said["request_id"] == "abc123"
    assert (said["endpoint"], said["instance_id"]) == ("where", "42")


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError(TYPED), "ValueError"),
        (InvalidInput(f"“{TYPED}”不是数字;请改正。", code="form.invalid"), "form.invalid"),
        (
            IntegrityError(
                f"insert '{TYPED}'",
                {"name": TYPED},
                Exception(f"duplicate key value\nDETAIL: Key (name)=({TYPED})"),
            ),
            "duplicate key value",
        ),
    ],
)
def test_an_error_tells_its_kind_and_place_but_nothing_typed(
    log: Log, form: str, error: Exception, told: str
) -> None:
    said = log(fails(error), form=form)

    assert told in said and "test_logs.py" in said and "timer_id" in said
    assert TYPED not in said


def test_debug_tells_all(log: Log) -> None:
    assert TYPED in log(fails(ValueError(TYPED)), upto="debug")


def test_what_is_below_the_level_is_not_told(log: Log) -> None:
    assert log(lambda: logging.getLogger("host.test").info("fine"), upto="warning") == ""


def test_what_is_asked_every_two_seconds_is_not_told(log: Log) -> None:
    def ready() -> None:
        logging.getLogger("alembic.runtime.migration").info("Context impl PostgresqlImpl.")

    assert log(ready) == ""
