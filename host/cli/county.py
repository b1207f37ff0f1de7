"""`bihuan county`: a made-up county in the ledger format."""

import json
from pathlib import Path

import click
from rich.progress import Progress

from engine.errors import InvalidInput
from host.cli.opening import opened
from host.enlarging.enlarge import enlarge
from ledger.county.generating import generate
from ledger.policy.pack import load


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(county)


@click.group("county")
def county() -> None:
    """Make up counties for demonstrations and measurements."""


@county.command("enlarge")
@click.argument("database")
@click.option("--times", required=True, type=click.IntRange(2, 1000), help="扩大为原来的多少倍。")
def enlarge_county(database: str, times: int) -> None:
    """Make a kept county (simulate --keep NAME) larger for measurements: each department with all its rows again."""
    with opened(database) as bihuan, Progress(transient=True) as bar:
        task = bar.add_task("扩大示范县", total=1.0)
        added = enlarge(
            bihuan.database, times, lambda text, part: bar.update(task, description=text, completed=part)
        )
    click.echo(f"“{database}”已扩大为 {times} 倍,新增 {added} 行")


@county.command("generate")
@click.option("--policy", required=True, metavar="ID", help="政策包;等级分档、权重等按它生成。")
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help="预算年度。")
@click.option("--projects", default=150, show_default=True, type=int, help="项目数,5 到 20000。")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="随机种子;相同的种子生成相同的县。",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="台账文件 FILE.json。"
)
def generate_county(policy: str, year: int, projects: int, seed: int, out: Path) -> None:
    """Write the ledger of a made-up county: plausible departments, projects, indicators, scores and defects."""
    pack = load(policy)
    made = generate(pack.resolve(year, {}).values, year, projects, seed, pack.name)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"不能写入“{out}”:{error.strerror};请检查文件夹是否存在、有无写权限和剩余空间。",
            code="county.not_written",
        ) from error
    click.echo(f"已生成 {out}:{len(made['departments'])} 个部门,{len(made['projects'])} 个项目")
