"""A worker that meets poison: an operation that kills its own process, one that never ends, an endless expression."""

import os
import signal
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.clock import VirtualClock
from engine.events import Event
from engine.feel.compiling import compile_expression
from engine.operations import Step
from engine.storage.database import Database, Login
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from host.workers.jobs import sweep
from host.workers.queueing import drain
from tests.integration.engine.diagrams import diagram, flow

ENDLESS = "count(for a in 1..100000, b in 1..100000 return a * b)"
compile_expression("1 + 1")  # the grammar, once, before the processes fork


def automatic(key: str, extra: str = "") -> bytes:
    """Return a process that does its operation as soon as it starts, then waits for somebody."""
    return diagram(
        key,
        f"""
    <bpmn:startEvent id="begin"/>
    <bpmn:serviceTask id="post" name="记账" bihuan:operation="post">{extra}</bpmn:serviceTask>
    <bpmn:userTask id="keep" name="留存" bihuan:form="signature"/>
    <bpmn:endEvent id="done"/>"""
        + flow("begin", "post")
        + flow("post", "keep")
        + flow("keep", "done"),
        unit="begin post keep done",
    )


def counting(key: str) -> bytes:
    """Return such a process whose operation is given what an endless expression comes to."""
    written = f'<bihuan:parameter name="amount" value="if endless then {ENDLESS} else 1"/>'
    return automatic(key, f"<bpmn:extensionElements>{written}</bpmn:extensionElements>")


def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> None:
    """Journal it; poison kills whoever gets so far."""
    uow.record(Event("posted", step.instance_id))
    uow.flush()
    if step.data.get("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
    if step.data.get("endless_sleep"):
        time.sleep(3_600)


def work_once(login: Login, folder: str, now: datetime) -> None:
    """Look for what is due, do what is in the queue, and go; or die of it."""
    settings = Settings.read({"BIHUAN_DATA_DIR": folder})
    bihuan = Bihuan(settings, clock=VirtualClock(now), database=Database(login))
    bihuan.operations.register("post", post)
    sweep(bihuan.unit_of_work)
    drain(bihuan.queue)
