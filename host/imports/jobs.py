"""The job that carries out imports from xlsx: of the register, and of what belongs to a budget year."""

from collections.abc import Callable
from dataclasses import dataclass

from procrastinate import App

from engine.vault import Vault
from host.accounts import bringing
from host.imports import life, of_year
from host.workers.queueing import AfterALoss
from ledger.budgeting.bringing_in import KINDS


@dataclass(frozen=True)
class Entry:
    """How new people are let in: the key their one-time passwords are kept with, and for how many hours these are good."""

    vault: Vault
    hours: int


def register(queue: App, opening: life.Opening, entry: Callable[[], Entry]) -> None:
    """Register the job on `queue`. entry: how to let new people in."""

    def directory(ordered: life.Ordered) -> life.Act:
        return bringing.begun(opening, entry().vault, entry().hours, ordered)

    @queue.task(name=life.IMPORT_JOB, retry=AfterALoss())
    def import_file(import_id: int) -> None:
        begins = dict.fromkeys(KINDS, of_year.begun) | {bringing.KIND: directory}
        life.carry_out(opening, import_id, begins)
