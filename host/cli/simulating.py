"""`bihuan simulate`: a whole fiscal year in a few minutes, and its annual report."""

import math
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from engine.errors import InvalidInput
from host.composition import MAIN
from host.settings import Settings
from host.simulation.simulate import Order, simulate
from ledger.importing.reading import read, read_document
from ledger.indicator_points import execution_weight
from ledger.policy.overrides import read_overrides
from ledger.policy.pack import load
from ledger.policy.resolved import ResolvedPack
from ledger.reports.writing import check_file, check_place, write_reports, write_rows

LONGEST_NAME = 63


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(simulate_year)


def _rows(text: str) -> tuple[str, Path]:
    key, sign, path = text.partition("=")
    if not sign or not key or not path:
        raise InvalidInput(f"--rows 应写作 指标=文件.csv,收到的是“{text}”。", code="rows.form")
    return key, Path(path)


def _share(_: click.Context, __: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter(f"应为 0 到 1 的数,收到的是 {value}。")
    return value


def _database_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse a name PostgreSQL would cut off or nobody could type, and the main database's."""
    if value is None:
        return None
    if not value.strip() or not value.isprintable() or len(value.encode()) > LONGEST_NAME or value == MAIN:
        raise click.BadParameter(
            f"应为 1 到 {LONGEST_NAME} 个字节的数据库名,并且不是“{MAIN}”,收到的是“{value}”。"
        )
    return value


@click.command("simulate")
@click.option("--policy", required=True, metavar="ID", help="政策包,如 cn-default;见 workflows/policies。")
@click.option("--ledger", required=True, type=click.Path(path_type=Path), help="台账文件(JSON 或 xlsx)。")
@click.option(
    "--report", required=True, type=click.Path(path_type=Path, dir_okay=False), help="报告文件 OUT.json。"
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="模拟人员的随机种子。")
@click.option(
    "--late",
    type=click.FloatRange(0, 1),
    callback=_share,
    default=0.0,
    show_default=True,
    help="逾期填报的比例,0 到 1。",
)
@click.option("--set", "settings", multiple=True, metavar="KEY=JSON", help="改一个政策取值,可多次使用。")
@click.option(
    "--rows", "rows", multiple=True, metavar="KEY=FILE.csv", help="把一个指标的明细写成 CSV,可多次使用。"
)
@click.option(
    "--keep", metavar="NAME", callback=_database_name, help="保留数据库并命名为 NAME(默认用后删除)。"
)
def simulate_year(
    policy: str,
    ledger: Path,
    report: Path,
    seed: int,
    late: float,
    settings: tuple[str, ...],
    rows: tuple[str, ...],
    keep: str | None,
) -> None:
    """Run a fiscal year of a ledger through the real diagrams, queues, timers and database.

    Simulated people work the task queues and take the outcomes from the ledger. OUT.json gets the figures;
    OUT.md and OUT.docx lie beside it. Each run uses a fresh database and drops it unless --keep is given.
    """
    wanted = dict(_rows(text) for text in rows)
    check_place(report)
    for path in wanted.values():
        check_file(path)
    overrides = read_overrides(settings)
    pack = load(policy).resolve(_year(ledger), overrides)
    following = load(policy).resolve(pack.year + 1, overrides)
    county = read(ledger, weight_total=_weight_total(pack), year=pack.year)
    order = Order(county, pack, seed, late, keep, tuple(wanted), following)
    with _progress() as bar:
        task = bar.add_task("开始", total=1.0)
        simulated = simulate(
            Settings.read(), order, lambda text, part: bar.update(task, description=text, completed=part)
        )
        bar.update(task, description="完成", completed=1.0)
    paths = write_reports(simulated.report, report)
    paths += [write_rows(wanted[key], *table) for key, table in simulated.rows.items()]
    for path in paths:
        click.echo(f"已生成 {path}")


def _year(ledger: Path) -> int:
    """Return the year a ledger says it is of; a ledger without one is refused with all its other errors."""
    found = read_document(ledger).body.get("year")
    return found if isinstance(found, int) else read(ledger).year


def _weight_total(pack: ResolvedPack) -> int:
    """Return what the weights of a project's indicators sum to (×100): all but the execution rate's."""
    return int((100 - execution_weight(pack.context())) * 100)


def _progress() -> Progress:
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))
