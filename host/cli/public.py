"""`bihuan public`: what was approved for disclosure, as files for a portal and as the package for the congress."""

from pathlib import Path

import click

from engine.errors import NotFound
from engine.scope import Scope
from host.cli.opening import DATABASE, opened
from host.composition import Bihuan
from host.secret import secret_of
from host.web.application import create_app
from host.web.public.export import export
from host.web.public.site import KINDS, OTHER
from ledger.disclosing.package import as_zip, package
from ledger.policies_in_force import Place, places

PLACE = click.option("--place", metavar="CODE", help="地区代码;只有一个地区时可以不写。")


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(public)


@click.group("public")
def public() -> None:
    """What was approved for disclosure: files for a portal, the package for the people's congress."""


@public.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--language",
    "languages",
    type=click.Choice(list(OTHER)),
    multiple=True,
    default=["zh"],
    help="zh 或 en;写两次就两种都写,第二种放在以它命名的文件夹里,页面互相链接。",
)
@PLACE
@DATABASE
def export_pages(folder: Path, languages: tuple[str, ...], place: str | None, database: str | None) -> None:
    """Write the public's pages into FOLDER: relative links, no script. An earlier export there is replaced."""
    with opened(database) as bihuan:
        chosen = _place(bihuan, place)
        app = create_app(bihuan, secret=secret_of(bihuan.settings))
        with bihuan.unit_of_work(Scope(chosen.id)) as uow:
            wanted = list(dict.fromkeys(languages))
            number = export(app, uow.session, chosen.read_by(uow.session), folder, wanted)
    click.echo(f"已写出 {number} 个页面到 {folder}。")


@public.command("congress")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--kind", type=click.Choice(list(KINDS)), required=True, help="results 随决算草案,targets 随预算草案。"
)
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="预算年度。")
@PLACE
@DATABASE
def congress(file: Path, kind: str, year: int, place: str | None, database: str | None) -> None:
    """Write the package for the people's congress (a Word document and a workbook) to FILE, a zip."""
    with opened(database) as bihuan:
        chosen = _place(bihuan, place)
        with bihuan.unit_of_work(Scope(chosen.id)) as uow:
            found = package(uow.session, KINDS[kind], chosen.read_by(uow.session), year)
    data = as_zip(found)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    click.echo(f"已生成 {file}:{len(found.departments)} 个部门,{len(found.projects)} 个项目。")
    for one in found.waiting:
        click.echo(f"  未包括:{one['name']},公开材料还没有审核同意。", err=True)


def _place(bihuan: Bihuan, code: str | None) -> Place:
    with bihuan.unit_of_work() as uow:
        found = places(uow.session)
    chosen = [one for one in found if code in (None, one.code)]
    if len(chosen) != 1:
        known = "、".join(one.code for one in found) or "无"
        raise NotFound(f"请用 --place 指明一个地区;有:{known}。", code="public.no_place")
    return chosen[0]
