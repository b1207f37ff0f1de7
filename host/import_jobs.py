"""The jobs that carry out imports from xlsx: of the register, and of projects."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from procrastinate import App

from engine.uow import UnitOfWork
from engine.vault import Vault
from host import project_imports
from host.accounts import bringing
from host.queueing import AfterALoss


@dataclass(frozen=True)
class Entry:
    """How new people are let in: the key their one-time passwords are kept with, and for how many hours these are good."""

    vault: Vault
    hours: int


def register(
    queue: App, opening: Callable[[], AbstractContextManager[UnitOfWork]], entry: Callable[[], Entry]
) -> None:
    """Register both jobs on `queue`. entry: how to let new people in."""
    again = AfterALoss()

    @queue.task(name=bringing.IMPORT_JOB, retry=again)
    def import_directory(import_id: int) -> None:
        bringing.carry_out(opening, entry().vault, entry().hours, import_id)

    @queue.task(name=project_imports.IMPORT_JOB, retry=again)
    def import_projects(import_id: int) -> None:
        project_imports.carry_out(opening, import_id)
