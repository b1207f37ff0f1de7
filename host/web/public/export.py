"""The pages for the public as a folder of files for a government portal: relative links, no script, nothing to run."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from engine.errors import BihuanError, Conflict
from host.web.public.site import KINDS, Files, Site, named
from ledger.disclosing import reading
from ledger.policies_in_force import Place

MARK = ".bihuan-public"
"""Lies in every folder that was written here: only such a one, or an empty one, is written into."""


class ExportNotWritten(BihuanError):
    """The folder cannot be written."""

    code = "public.not_written"


def export(
    app: Flask, session: Session, place: Place, folder: Path, languages: Sequence[str] = ("zh",)
) -> int:
    """Write every page of a place into a folder, beside it first and then in its place; return how many there are.

    languages: the first lies in the folder itself, the other in a folder of its name; their pages lead to each other.
    """
    _require_ours(folder)
    aside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        number = 0
        with app.test_request_context():
            for path, page in _in_all(session, place, languages):
                _write(aside / path, page)
                number += 1
        style = Path(str(app.static_folder)) / "dist" / "public.css"
        _write(aside / "public.css", style.read_text("utf-8"))
        _write(aside / MARK, "")
        if folder.exists():
            shutil.rmtree(folder)
        aside.replace(folder)
    except OSError as error:
        raise ExportNotWritten(
            f"不能写入“{folder}”:{error.strerror or error};请检查文件夹、写权限和剩余空间。", path=str(folder)
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return number


def _require_ours(folder: Path) -> None:
    """Refuse a folder that holds something else: it would be gone."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise Conflict(
            f"“{folder}”里有别的文件,没有写入;请给一个空文件夹,或以前导出的文件夹。", code="public.not_empty"
        )


def _in_all(session: Session, place: Place, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    roots = {one: f"{one}/" if one != languages[0] else "" for one in languages}
    for language, root in roots.items():

        def site(path: str, language: str = language, root: str = root) -> Site:
            return Site(session, place, Files(root + path, language, roots))

        for path, page in _pages(session, place, site):
            yield root + path, page


def _pages(session: Session, place: Place, site: Callable[[str], Site]) -> Iterator[tuple[str, str]]:

    yield "index.html", site("index.html").home()
    projects: set[tuple[int, str]] = set()
    for one in site("index.html").years():
        year, kind = one["year"], one["word"]
        path = f"{year}/{kind}.html"
        yield path, site(path).kind(year, kind)
        departments, _whole = reading.departments(session, KINDS[kind], place.id, year)
        for row in departments:
            path = f"{year}/{kind}/{named(row['department_code'])}.html"
            yield path, site(path).department(year, kind, row["department_code"])
        found = reading.projects(session, KINDS[kind], place.id, year)
        projects |= {(year, row["code"]) for row in found}
    for year, code in sorted(projects):
        path = f"{year}/projects/{named(code)}.html"
        yield path, site(path).project(year, code)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
