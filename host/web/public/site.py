"""The pages for the public and their addresses: the same pages live, and as files that link to each other."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from flask import render_template, url_for
from sqlalchemy.orm import Session

from engine.errors import NotFound
from ledger.disclosing import reading, telling
from ledger.disclosing.reading import RESULTS, TARGETS
from ledger.policies_in_force import Place, grade_names

KINDS: Mapping[str, str] = {"results": RESULTS, "targets": TARGETS}
MOST_FOUND = 50
MISSING = "这里没有公开的内容;请从首页选择已经公开的年度。"


class Addresses(Protocol):
    """Where the pages of a place lie."""

    @property
    def searches(self) -> bool:
        """Whether somebody answers what is searched for."""
        ...

    @property
    def style(self) -> str:
        """Where the style sheet lies."""
        ...

    def home(self) -> str: ...
    def kind(self, year: int, kind: str) -> str: ...
    def department(self, year: int, kind: str, code: str) -> str: ...
    def project(self, year: int, code: str) -> str: ...


@dataclass(frozen=True)
class Live:
    """Addresses at a running system."""

    place: str
    style: str
    searches: bool = True

    def home(self) -> str:
        """Return where the years are listed."""
        return url_for("public_place", place=self.place)

    def kind(self, year: int, kind: str) -> str:
        """Return where results or targets of a year are."""
        return url_for("public_kind", place=self.place, year=year, kind=kind)

    def department(self, year: int, kind: str, code: str) -> str:
        """Return where a department is."""
        return url_for("public_department", place=self.place, year=year, kind=kind, department=code)

    def project(self, year: int, code: str) -> str:
        """Return where a project is."""
        return url_for("public_project", place=self.place, year=year, code=code)


@dataclass(frozen=True)
class Files:
    """Addresses between files of one folder. here: the path of the file that links."""

    here: str = "index.html"
    searches: bool = False

    @property
    def style(self) -> str:
        """Return where the style sheet lies."""
        return self._to("public.css")

    def home(self) -> str:
        """Return where the years are listed."""
        return self._to("index.html")

    def kind(self, year: int, kind: str) -> str:
        """Return where results or targets of a year are."""
        return self._to(f"{year}/{kind}.html")

    def department(self, year: int, kind: str, code: str) -> str:
        """Return where a department is."""
        return self._to(f"{year}/{kind}/{named(code)}.html")

    def project(self, year: int, code: str) -> str:
        """Return where a project is."""
        return self._to(f"{year}/projects/{named(code)}.html")

    def _to(self, path: str) -> str:
        return quote(posixpath.relpath(path, posixpath.dirname(self.here) or "."))


def named(code: str) -> str:
    """Return a code as the name of a file: two codes never have one name."""
    return quote(code, safe="").replace("%", "=")


@dataclass(frozen=True)
class Site:
    """The pages of one place."""

    session: Session
    place: Place
    at: Addresses

    def home(self) -> str:
        """Return the page that lists the years."""
        return self._page("home")

    def kind(self, year: int, kind: str, wanted: str = "") -> str:
        """Return the page of a year: sums, departments, or what was searched for. Raises NotFound."""
        known = self._known(kind)
        departments, whole = reading.departments(self.session, known, self.place.id, year)
        if not departments:
            raise NotFound(MISSING, code="public.nothing")
        found = (
            reading.projects(self.session, known, self.place.id, year, like=wanted, most=MOST_FOUND + 1)
            if wanted
            else []
        )
        return self._page(
            kind,
            year=year,
            kind=kind,
            departments=departments,
            whole=whole,
            grades=self._grades(year) if known == RESULTS else [],
            wanted=wanted,
            found=found[:MOST_FOUND],
            more=len(found) > MOST_FOUND,
        )

    def department(self, year: int, kind: str, code: str) -> str:
        """Return the page of a department. Raises NotFound."""
        found = reading.projects(self.session, self._known(kind), self.place.id, year, department=code)
        if not found:
            raise NotFound(MISSING, code="public.nothing")
        return self._page(
            "department", year=year, kind=kind, projects=found, department=found[0]["department"]
        )

    def project(self, year: int, code: str) -> str:
        """Return the page of a project: five questions, and what was promised. Raises NotFound."""
        result, lines = reading.project(self.session, RESULTS, self.place.id, year, code)
        target, promised = reading.project(self.session, TARGETS, self.place.id, year, code)
        about = result or target
        if about is None:
            raise NotFound(MISSING, code="public.nothing")
        return self._page(
            "project",
            year=year,
            kind="results" if result else "targets",
            about=about,
            result=result,
            target=target,
            lines=telling.lines(lines),
            content=telling.satisfaction(lines),
            promised=telling.lines(promised),
        )

    def years(self) -> list[dict[str, Any]]:
        """Return what there is to read, the newest first."""
        words = {kind: word for word, kind in KINDS.items()}
        return [
            dict(row) | {"word": words[row["kind"]]} for row in reading.years(self.session, self.place.id)
        ]

    def _grades(self, year: int) -> list[tuple[str, int]]:
        counted = reading.grades(self.session, self.place.id, year)
        names = grade_names(self.session, self.place, year)
        return [(name, counted.get(name, 0)) for name in [*names, *(set(counted) - set(names))]]

    def _known(self, kind: str) -> str:
        if kind not in KINDS:
            raise NotFound(MISSING, code="public.nothing")
        return KINDS[kind]

    def _page(self, name: str, **shown: Any) -> str:
        common = {"site": self.at, "place": self.place, "years": self.years(), "telling": telling}
        return render_template(f"public/{name}.html", **common, **shown)
