"""Simulate a fiscal year: a fresh database, a county's ledger, the year's diagrams, people, clock and report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engine import definitions
from engine.access import SYSTEM
from engine.calendar.local_time import start_of_day
from engine.clock import VirtualClock
from engine.parameters import parameters
from engine.storage.database import Database
from host.composition import Bihuan, server_database
from host.migrations.running import migrate
from host.publishing.factory import publish_factory
from host.settings import Settings
from host.simulation.clockwork import Clockwork
from host.simulation.coverage import WAIVED_REASON, Silence, letters, rounds_to_waive, stages_to_open
from host.simulation.crew import Crew, Post
from host.simulation.measuring import Questions, known
from host.simulation.people import Habits, Staff
from ledger.confirmations import recorded
from ledger.importing.coverage import coverage
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.register_import import import_ledger
from ledger.measures.measure import known_measure
from ledger.policy.resolved import ResolvedPack
from ledger.reports.annual import AnnualReport
from ledger.reports.assembling import assemble
from ledger.reports.running import collect
from ledger.stages import waive
from ledger.year import open_year

Progress = Callable[[str, float], None]
Table = tuple[Sequence[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Order:
    """What to simulate.

    late_share: 0–1, the share of filers of each stage who are late. keep: name of a database to keep.
    rows: keys of measures whose rows are wanted. following: the pack of the next budget year.
    until: where `live` stops. letters: whether others write to instances
    that wait for a message. habits: what of people's habits differs (`hours`, `patience`, `slow`).
    """

    ledger: LedgerFile
    pack: ResolvedPack
    seed: int = 1
    late_share: float = 0.0
    keep: str | None = None
    rows: Sequence[str] = ()
    following: ResolvedPack | None = None
    until: datetime | None = None
    letters: bool = True
    habits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Simulated:
    """What came out: the annual report, and the rows behind the measures that were asked for."""

    report: AnnualReport
    rows: Mapping[str, Table]


def simulate(settings: Settings, order: Order, progress: Progress) -> Simulated:
    """Run the year on a fresh database; it is dropped unless it is kept.

    Raises NotFound, before anything is run, for a measure this ledger does not give.
    """
    run = Simulation(order)
    for key in order.rows:
        run.require_measure(key)
    progress("准备数据库", 0.0)
    with _database(settings, order.keep) as database:
        return run.on(settings, database, progress)


@contextmanager
def _database(settings: Settings, keep: str | None) -> Iterator[Database]:
    """Make a fresh, migrated database; it is dropped in the end unless it is kept, for success and failure alike."""
    with ExitStack() as leaving:
        server = server_database(settings, leaving)
        leaving.callback(server.close)
        database = server.create_database(keep, durable=keep is not None)
        if keep is None:
            leaving.callback(server.drop_database, database.name)
        leaving.callback(database.close)
        migrate(database)
        yield database


class Simulation:
    """One year of one ledger under one pack."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._chosen = parameters(_body(order))
        self._stated = known(coverage(order.ledger))
        self._stages = stages_to_open(self._stated)

    def require_measure(self, key: str) -> None:
        """Raise NotFound unless the year will have this measure."""
        known_measure(self._questions(0).measures, key)

    def on(self, settings: Settings, database: Database, progress: Progress) -> Simulated:
        """Run it on an empty, migrated database."""
        with self._lived(settings, database, progress) as (bihuan, jurisdiction_id, campaigns):
            progress("汇总结果", 1.0)
            with bihuan.unit_of_work() as uow:
                questions = self._questions(jurisdiction_id)
                outcome = collect(uow.session, campaigns, uow.now())
                report = assemble(
                    recorded(uow.session, jurisdiction_id, self._order.pack),
                    questions.year_run(uow.session, outcome, campaigns),
                    questions.figures(uow.session),
                    questions.findings(uow.session),
                    opened=self._stages,
                    stated=questions.stages,
                    jurisdiction=self._order.pack.name,
                    seed=self._order.seed,
                    late_share=self._order.late_share,
                    following=self._order.following,
                )
                return Simulated(report, {key: questions.rows(uow.session, key) for key in self._order.rows})

    def live(self, settings: Settings, database: Database, progress: Progress) -> int:
        """Run it on an empty, migrated database as far as the order says; return the jurisdiction's id."""
        with self._lived(settings, database, progress) as (_, jurisdiction_id, _campaigns):
            return jurisdiction_id

    @contextmanager
    def _lived(
        self, settings: Settings, database: Database, progress: Progress
    ) -> Iterator[tuple[Bihuan, int, list[int]]]:
        clock = VirtualClock(self._instant("opens") - timedelta(days=1))
        with Bihuan(settings, clock=clock, database=database) as bihuan:
            progress("导入台账", 0.0)
            jurisdiction_id, campaigns = self._open(bihuan)
            self._live(settings, bihuan, clock, jurisdiction_id, progress)
            yield bihuan, jurisdiction_id, campaigns

    def _open(self, bihuan: Bihuan) -> tuple[int, list[int]]:
        """Publish, import, open the year, waive what did not take place; return jurisdiction and campaigns."""
        ledger, chosen = self._order.ledger, self._chosen
        with bihuan.unit_of_work() as uow:
            publish_factory(uow, by=SYSTEM)
            for process_key in chosen.slots.values():
                definitions.bind(uow, process_key, chosen.slots)
            imported = import_ledger(uow, ledger, chosen.jurisdiction, self._order.pack.name, chosen.year)
        with bihuan.unit_of_work() as uow:
            planned = open_year(uow, imported.jurisdiction_id, chosen, stages=self._stages, by=SYSTEM)
            for place in rounds_to_waive(self._stated, chosen.dates):
                waive(uow, planned[place], WAIVED_REASON, by=SYSTEM)
        return imported.jurisdiction_id, list(planned.values())

    def _live(
        self,
        settings: Settings,
        bihuan: Bihuan,
        clock: VirtualClock,
        jurisdiction_id: int,
        progress: Progress,
    ) -> None:
        order, chosen = self._order, self._chosen
        login = replace(bihuan.database.login, revive=None)
        post = Post(settings, login, clock.now(), order.ledger, order.seed, chosen.policy)
        with bihuan.unit_of_work() as uow:
            staff = Staff(uow.session, jurisdiction_id, order.seed)
        with Crew(post) as crew:
            Clockwork(
                bihuan=bihuan,
                clock=clock,
                crew=crew,
                staff=staff,
                habits=Habits(order.seed, chosen.calendar, **order.habits),
                late_share=order.late_share,
                never=Silence(order.ledger, self._stated),
                letters=letters(order.ledger) if order.letters else _silent,
                progress=_progress(progress, clock.now(), order.until or self._instant("closes")),
                until=order.until,
            ).run()

    def _questions(self, jurisdiction_id: int) -> Questions:
        return Questions(self._order.pack, self._chosen.policy, jurisdiction_id, self._stated, self._stages)

    def _instant(self, name: str) -> datetime:
        return start_of_day(self._chosen.dates["year"][name])


def _body(order: Order) -> dict[str, Any]:
    """Return the parameter body of the year, with the rules behind its values.

    How many units have debt to monitor is no policy of the pack: the ledger tells it.
    """
    body = order.pack.parameters() | {"provenance": order.pack.provenance}
    units = order.ledger.bond_monitor_units
    if units is None:
        return body
    return body | {"policy": body["policy"] | {"bond": {"monitor_units": units}}}


def _progress(progress: Progress, first: datetime, last: datetime) -> Callable[[datetime, int, int], None]:
    span = (last - first).total_seconds()

    def tell(now: datetime, completed: int, waiting: int) -> None:
        part = (now - first).total_seconds() / span
        progress(f"{now:%Y-%m-%d}  已办结 {completed} 项,待办 {waiting} 项", min(1.0, part))

    return tell


def _silent(_name: str, _key: str) -> None:
    """Write no letter."""
