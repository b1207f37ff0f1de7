"""`bihuan check`: what is wrong with a diagram or a decision table."""

import sys
from pathlib import Path

import click

from engine.bpmn import definition
from engine.dmn import checking
from engine.dmn.documents import naming
from engine.problems import Problem


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(check)


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check(file: Path) -> None:
    """Check FILE.bpmn or FILE.dmn: a line per problem, `ELEMENT-ID severity CODE text`; status 1 on an error."""
    try:
        data = file.read_bytes()
    except OSError as error:
        click.echo(f"file.unreadable: 打不开文件 {file}({error.strerror});请核对路径和权限。", err=True)
        sys.exit(1)
    problems = problems_of(file, data)
    for problem in problems:
        click.echo(f"{problem.element_id or '-'} {problem.severity} {problem.code} {problem.text}")
    sys.exit(1 if any(problem.severity == "error" for problem in problems) else 0)


def problems_of(file: Path, data: bytes) -> list[Problem]:
    """Return the problems of a diagram, or of a decision file; this may import those beside it."""
    if file.suffix.lower() != ".dmn":
        return definition.check(data)
    beside = sorted(file.parent.glob("*.dmn")) if naming(data).imports else []
    return checking.check(data, [other.read_bytes() for other in beside if other != file])
