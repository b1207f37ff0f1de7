"""Make the county of the demonstration: a year lived through the real engine, stopped while the queues are full."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from engine.clock import ShiftedClock
from engine.storage.database import Database
from host.demo.moments import Moment, chosen, usual
from host.migrations.running import current, knows, migrate, newest
from host.settings import Settings
from host.simulation.simulate import Order, Simulation
from ledger.county.generating import generate
from ledger.importing.reading import accept
from ledger.policy.pack import load

DATABASE = "bihuan_demo"
HOURS = (time(10, 0),)
Progress = Callable[[str, float], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """A county that stands ready. shift_seconds: from the machine's time to the county's."""

    database: str
    jurisdiction_id: int
    year: int
    shift_seconds: float

    @property
    def clock(self) -> ShiftedClock:
        """The clock of the county: it stood at the stopped moment when the county was made, and runs since."""
        return ShiftedClock(timedelta(seconds=self.shift_seconds))


def find(settings: Settings, server: Database, moment: Moment, say: Say) -> Demo | None:
    """Return the county that was made here before, brought to this version; None if it has to be made (anew)."""
    note = _note(settings, moment)
    if not note.exists():
        return None
    found = Demo(**json.loads(note.read_text(encoding="utf-8")))
    if not server.has_database(found.database):
        return None
    database = server.sibling(found.database)
    try:
        return found if _brought_up(database, say) else None
    finally:
        database.close()


def _brought_up(database: Database, say: Say) -> bool:
    revision = current(database)
    if revision == newest():
        return True
    if not knows(revision):
        say(
            f"示范县由另一版本的程序建立(数据库版本 {revision}),本版本不认识;现在重新建立,原示范县的内容不保留。"
        )
        return False
    say(f"示范县由较早的版本建立(数据库版本 {revision}),正在升级;已有内容保留。")
    migrate(database)
    return True


def make(
    settings: Settings,
    server: Database,
    moment: Moment,
    progress: Progress,
    *,
    now: datetime | None = None,
) -> Demo:
    """Make the county anew on `server`, in place of an earlier one; note where it is in the data folder.

    now: the machine's time, aware.
    """
    note = _note(settings, moment)
    note.unlink(missing_ok=True)
    name = _called(DATABASE, moment)
    if server.has_database(name):
        server.drop_database(name)
    database = server.create_database(name, durable=False)
    try:
        migrate(database)
        order = order_of(moment)
        jurisdiction_id = Simulation(order).live(settings, database, progress)
        database.make_durable()
    finally:
        database.close()
    stopped = order.until or datetime.now(UTC)
    shift = stopped - (now or datetime.now(UTC))
    demo = Demo(name, jurisdiction_id, order.pack.year, shift.total_seconds())
    _keep(note, demo)
    return demo


def _called(name: str, moment: Moment) -> str:
    """Return the name of what belongs to a moment; that of the usual one has no ending."""
    return name if moment == usual() else f"{name}_{moment.name}"


def _note(settings: Settings, moment: Moment) -> Path:
    return settings.data_dir / f"{_called('demo', moment)}.json"


def order_of(moment: Moment) -> Order:
    """Return what is simulated: the county as it was generated, and its year up to a moment."""
    wanted = chosen()
    pack = load(wanted["policy"]).resolve(wanted["year"])
    document = generate(pack.values, pack.year, moment.projects, wanted["seed"], pack.name)
    return Order(
        accept(document, year=pack.year),
        pack,
        wanted["seed"],
        wanted["late_share"],
        until=moment.at(pack).astimezone(UTC),
        letters=moment.letters,
        habits={"hours": HOURS, "patience": moment.patience, "slow": frozenset(moment.slow)},
    )


def _keep(note: Path, demo: Demo) -> None:
    aside = note.with_suffix(".new")
    aside.write_text(json.dumps(asdict(demo)), encoding="utf-8")
    aside.replace(note)
