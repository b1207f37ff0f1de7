"""The pages for the public and their addresses: the same pages live, and as files that link to each other."""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import quote

from flask import render_template, url_for
from sqlalchemy.orm import Session

from engine.errors import NotFound
from host.web.words import speak
from ledger.disclosing import reading, telling
from ledger.disclosing.reading import RESULTS, TARGETS
from ledger.policies_in_force import Place, grade_names

KINDS: Mapping[str, str] = {"results": RESULTS, "targets": TARGETS}
OTHER: Mapping[str, str] = {"zh": "en", "en": "zh"}
MOST_FOUND = 50
MISSING = "这里没有公开的内容;请从首页选择已经公开的年度。"


class Addresses(Protocol):
    """Where the pages of a place lie, in one language."""

    @property
    def language(self) -> str:
        """Which language: zh or en."""
        ...

    @property
    def other(self) -> "Addresses | None":
        """The same in the other language; None if it is not written."""
        ...

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
    language: str = "zh"
    searches: bool = True

    @property
    def other(self) -> "Live":
        """Return the addresses in the other language."""
        return replace(self, language=OTHER[self.language])

    def home(self) -> str:
        """Return where the years are listed."""
        return self._of("public_place")

    def kind(self, year: int, kind: str) -> str:
        """Return where results or targets of a year are."""
        return self._of("public_kind", year=year, kind=kind)

    def department(self, year: int, kind: str, code: str) -> str:
        """Return where a department is."""
        return self._of("public_department", year=year, kind=kind, department=code)

    def project(self, year: int, code: str) -> str:
        """Return where a project is."""
        return self._of("public_project", year=year, code=code)

    def _of(self, page: str, **named: Any) -> str:
        return url_for(page, place=self.place, language=self.language, **named)


@dataclass(frozen=True)
class Files:
    """Addresses between files of one folder. here: the path of the file that links; roots: where each language lies."""

    here: str = "index.html"
    language: str = "zh"
    roots: Mapping[str, str] = field(default_factory=lambda: {"zh": ""})
    searches: bool = False

    @property
    def other(self) -> "Files | None":
        """Return the addresses in the other language, if it is written too."""
        other = OTHER[self.language]
        return replace(self, language=other) if other in self.roots else None

    @property
    def style(self) -> str:
        """Return where the style sheet lies."""
        return self._link("public.css")

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
        return self._link(self.roots[self.language] + path)

    def _link(self, path: str) -> str:
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
        return self._page("home", lambda at: at.home())

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
        asked = f"?q={quote(wanted)}" if wanted else ""
        return self._page(
            kind,
            lambda at: at.kind(year, kind) + asked,
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
            "department",
            lambda at: at.department(year, kind, code),
            year=year,
            kind=kind,
            projects=found,
            department=found[0]["department"],
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
            lambda at: at.project(year, code),
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

    def _page(self, name: str, here: Callable[[Addresses], str], **shown: Any) -> str:
        speak(self.at.language)
        both = {one.language: here(one) for one in (self.at, self.at.other) if one is not None}
        common = {
            "site": self.at,
            "place": self.place,
            "years": self.years(),
            "telling": telling,
            "both": both,
        }
        return render_template(f"public/{name}.html", **common, **shown)
