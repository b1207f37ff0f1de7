"""`bihuan tck`: how many cases of the DMN conformance kit our decisions pass."""

import sys
from collections import Counter
from pathlib import Path

import click

from host.conformance.cases import case_files
from host.conformance.running import Verdict, run


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(tck)


@click.command("tck")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True, help="不逐个列出没有通过的用例。")
def tck(folder: Path, quiet: bool) -> None:
    """Run every case of the DMN conformance kit (TCK) at or below FOLDER.

    Prints the cases that failed or were skipped with the reason, a line per folder, and at last
    `N passed, M failed, K skipped`. Status 1 if one failed.
    """
    total: Counter[str] = Counter()
    per_folder: dict[Path, Counter[str]] = {}
    for file in case_files(folder):
        counted = per_folder.setdefault(file.path.parent, Counter())
        for verdict in run(file):
            counted[verdict.outcome] += 1
            if verdict.outcome != "passed" and not quiet:
                click.echo(_line(folder, verdict))
    for place, counted in per_folder.items():
        total += counted
        click.echo(f"{place.relative_to(folder)}: {_counts(counted)}")
    click.echo(_counts(total))
    sys.exit(1 if total["failed"] else 0)


def _line(folder: Path, verdict: Verdict) -> str:
    return f"  {verdict.outcome} {verdict.file.relative_to(folder)}#{verdict.case} {verdict.text}"


def _counts(counted: "Counter[str]") -> str:
    return f"{counted['passed']} passed, {counted['failed']} failed, {counted['skipped']} skipped"
