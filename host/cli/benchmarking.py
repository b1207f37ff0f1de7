"""`bihuan bench`: measure the hot paths, print one flat JSON object."""

import json
from collections.abc import Sequence

import click

from host.bench.catalogue import MEASURES
from host.bench.measure import Figures, Measure


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(bench)


@click.command("bench")
@click.option("--json", "as_json", is_flag=True, help="标准输出只有一个 JSON 对象。")
@click.option("--only", metavar="KEY,…", help="只测这些指标(逗号分隔)。")
def bench(as_json: bool, only: str | None) -> None:
    """Measure speed through the public commands; progress goes to standard error.

    Starts every process it needs, on databases of its own that it drops again. Without --only it leaves out what takes
    too long beside the rest (million_per_s, scale_flatness, slowest_page_4000_ms).
    """
    wanted = _wanted(only)
    figures: dict[str, float | int | None] = {}
    for measure in _chosen(wanted):
        found = measure.run(lambda line: click.echo(line, err=True))
        figures |= {key: value for key, value in found.items() if not wanted or key in wanted}
        click.echo("\n".join(_lines(measure, found)), err=True)
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{k}\t{v}" for k, v in figures.items()))


def _wanted(only: str | None) -> list[str]:
    keys = [key.strip() for key in (only or "").split(",") if key.strip()]
    known = [key for measure in MEASURES for key in measure.targets]
    unknown = [key for key in keys if key not in known]
    if unknown or (only is not None and not keys):
        raise click.BadParameter(
            f"没有指标 {'、'.join(unknown) or '(空)'};可用:{'、'.join(known)}", param_hint="--only"
        )
    return keys


def _chosen(wanted: Sequence[str]) -> list[Measure]:
    if not wanted:
        return [measure for measure in MEASURES if not measure.slow]
    return [measure for measure in MEASURES if any(key in wanted for key in measure.targets)]


def _lines(measure: Measure, found: Figures) -> list[str]:
    return [f"{key} = {value}  (目标 {measure.targets.get(key) or '—'})" for key, value in found.items()]
