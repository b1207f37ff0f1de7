"""Simulate a fiscal year: a fresh database, a county's ledger, the year's diagrams, people, clock and report."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engine.access import SYSTEM
from engine.calendar.local_time import start_of_day
from engine.clock import VirtualClock
from engine.parameters import Parameters, parameters
from engine.storage.database import Database
from host.composition import Bihuan, server_database
from host.factory import publish_factory
from host.migrations.running import migrate
from host.settings import Settings
from host.simulation.clockwork import Clockwork
from host.simulation.coverage import WAIVED_REASON, Silence, letters, rounds_to_waive, stages_to_open
from host.simulation.crew import Crew, Post
from host.simulation.outcome import Outcome, collect
from host.simulation.people import Habits, Staff
from ledger.importing.coverage import coverage
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.register_import import import_ledger
from ledger.policy.resolved import ResolvedPack
from ledger.stages import waive
from ledger.year import open_year

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Order:
    """What to simulate. late_share: 0–1, the share of filers of each stage who are late."""

    ledger: LedgerFile
    pack: ResolvedPack
    jurisdiction_name: str
    seed: int = 1
    late_share: float = 0.0
    keep: str | None = None
    rows: tuple[str, ...] = field(default=())


def simulate(settings: Settings, order: Order, progress: Progress) -> Outcome:
    """Run the year on a fresh database and return what it came to; the database is dropped unless it is kept."""
    chosen = parameters(_body(order))
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        leaving.callback(server.close)
        progress("准备数据库", 0.0)
        database = server.create_database(order.keep, durable=order.keep is not None)
        if order.keep is None:
            leaving.callback(server.drop_database, database.name)
        leaving.callback(database.close)
        migrate(database)
        return _year(settings, order, chosen, database, progress)


def _year(
    settings: Settings, order: Order, chosen: Parameters, database: Database, progress: Progress
) -> Outcome:
    clock = VirtualClock(_instant(chosen, "opens") - timedelta(days=1))
    stated = coverage(order.ledger)
    stages = stages_to_open(stated)
    with Bihuan(settings, clock=clock, database=database) as bihuan:
        with bihuan.unit_of_work() as uow:
            publish_factory(uow, by=SYSTEM)
        progress("导入台账", 0.0)
        with bihuan.unit_of_work() as uow:
            imported = import_ledger(
                uow, order.ledger, chosen.jurisdiction, order.jurisdiction_name, chosen.year
            )
        with bihuan.unit_of_work() as uow:
            planned = open_year(uow, imported.jurisdiction_id, chosen, stages=stages, by=SYSTEM)
        with bihuan.unit_of_work() as uow:
            for place in rounds_to_waive(stated, chosen.dates):
                if place in planned:
                    waive(uow, planned[place], WAIVED_REASON, by=SYSTEM)
            staff = Staff(uow.session, imported.jurisdiction_id, order.seed)
        post = Post(
            settings,
            replace(database.login, revive=None),
            clock.now(),
            order.ledger,
            order.seed,
            chosen.policy,
        )
        with Crew(post) as crew:
            clockwork = Clockwork(
                bihuan=bihuan,
                clock=clock,
                crew=crew,
                staff=staff,
                habits=Habits(order.seed, chosen.calendar),
                late_share=order.late_share,
                never=Silence(order.ledger, stated),
                letters=letters(order.ledger),
                progress=_progress(progress, clock.now(), _instant(chosen, "closes")),
            )
            clockwork.run()
        with bihuan.unit_of_work() as uow:
            return collect(uow.session, list(planned.values()))


def _body(order: Order) -> dict[str, Any]:
    """Return the parameter body of the year, with the rules behind its values.

    How many units have debt to monitor is no policy of the pack: the ledger tells it.
    """
    body = order.pack.parameters() | {"provenance": order.pack.provenance}
    units = order.ledger.bond_monitor_units
    if units is None:
        return body
    return body | {"policy": body["policy"] | {"bond": {"monitor_units": units}}}


def _instant(chosen: Parameters, name: str) -> datetime:
    day: Any = chosen.dates["year"][name]
    return start_of_day(day)


def _progress(progress: Progress, first: datetime, last: datetime) -> Callable[[datetime, int, int], None]:
    span = (last - first).total_seconds()

    def tell(now: datetime, completed: int, waiting: int) -> None:
        part = (now - first).total_seconds() / span
        progress(f"{now:%Y-%m-%d}  已办结 {completed} 项,待办 {waiting} 项", min(1.0, part))

    return tell
