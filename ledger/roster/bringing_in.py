"""Bring organisations and people in from xlsx: the whole file or nothing; a trial is the same, undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from engine.access import Actor
from engine.errors import BihuanError, InvalidInput
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Person, RoleAssignment
from ledger.roles import ROLES
from ledger.roster import organisations, people
from ledger.roster.columns import ORGANISATIONS, PEOPLE
from ledger.roster.organisations import KINDS, Entry
from ledger.roster.sheets import LIMITS, Fault, Line, place, read

COLUMN_OF = {
    "organisation.kind": "类别",
    "organisation.cycle": "上级编码",
    "organisation.not_found": "上级编码",
    "organisation.closed": "单位编码",
    "organisation.incomplete": "单位名称",
    "person.incomplete": "姓名",
    "person.name": "姓名",
    "role.unknown": "岗位",
    "role.dates": "结束日期",
    "role.left": "结束日期",
    "form.date": "开始日期",
}
"""Which column is meant by the code of a refusal; else the first of the sheet."""


@dataclass(frozen=True)
class Brought:
    """What became of one row. did: added, changed or same."""

    sheet: str
    row: int
    key: str
    name: str
    did: str


@dataclass
class Outcome:
    """What an import does, or would do. accounts: (person id, name, login, row) to be opened; faults: nothing is done."""

    added: dict[str, int] = field(default_factory=lambda: {ORGANISATIONS: 0, PEOPLE: 0, "岗位": 0})
    changed: dict[str, int] = field(default_factory=lambda: {ORGANISATIONS: 0, PEOPLE: 0})
    accounts: list[tuple[int, str, str, int]] = field(default_factory=list)
    rows: list[Brought] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def in_order(self) -> list[Fault]:
        """Return what is wrong as it stands in the file, the first ones only."""
        order = sorted(self.faults, key=lambda one: (one.sheet != ORGANISATIONS, one.row, one.column))
        return order[: LIMITS.errors]


def bring_in(uow: UnitOfWork, jurisdiction_id: int, data: bytes, *, by: Actor) -> Outcome:
    """Add what is new and change what is known, by its code or number. The caller undoes it if there are faults.

    Raises InvalidInput if the file cannot be read at all.
    """
    offices, staff, faults = read(data)
    found = Outcome(faults=faults)
    bringing = _Bringing(uow, jurisdiction_id, by, found)
    wrong = {(fault.sheet, fault.row) for fault in faults}
    for line in _parents_first(offices):
        if (line.sheet, line.number) not in wrong:
            bringing.row(line, bringing.office)
    for line in staff:
        if (line.sheet, line.number) not in wrong:
            bringing.row(line, bringing.person)
    return found


@dataclass
class _Bringing:
    uow: UnitOfWork
    place: int
    by: Actor
    found: Outcome
    seen: set[tuple[str, str]] = field(default_factory=set)

    def row(self, line: Line, bring: Callable[[Line], str]) -> None:
        key, name = ("单位编码", "单位名称") if line.sheet == ORGANISATIONS else ("工号", "姓名")
        with self._noting(line):
            if (line.sheet, line.get(key)) in self.seen:
                raise InvalidInput(f"“{line.get(key)}”在表里出现了两次;请删去一行。", code="directory.twice")
            self.seen.add((line.sheet, line.get(key)))
            with self.uow.savepoint():
                did = bring(line)
            self.found.rows.append(Brought(line.sheet, line.number, line.get(key), line.get(name), did))

    @contextmanager
    def _noting(self, line: Line) -> Iterator[None]:
        try:
            yield
        except BihuanError as error:
            first = "单位编码" if line.sheet == ORGANISATIONS else "工号"
            column = COLUMN_OF.get(error.code, first)
            if line.sheet == PEOPLE and column == "上级编码":
                column = "单位编码"
            self.found.faults.append(Fault(line.sheet, line.number, place(line.sheet, column), error.text))

    def office(self, line: Line) -> str:
        code, name, above = line.get("单位编码"), line.get("单位名称"), line.get("上级编码")
        parent = self._office(above, "organisation.not_found") if above else None
        kind = {title: key for key, title in KINDS.items()}.get(line.get("类别"))
        if kind is None:
            words = "、".join(KINDS.values())
            raise InvalidInput(f"类别应为:{words};请更正。", code="organisation.kind")
        known = self._known_office(code)
        if known is None:
            entry = Entry(code, name, kind, parent)
            organisations.add(self.uow, self.place, entry, by=self.by)
            self.found.added[ORGANISATIONS] += 1
            return "added"
        if known.kind != kind:
            raise InvalidInput(
                f"“{known.name}”的类别是{KINDS[known.kind]},不能改;请换一个编码新增。",
                code="organisation.kind",
            )
        if (known.name, known.parent_id) == (name, parent):
            return "same"
        organisations.change(self.uow, self.place, known.id, name, parent, by=self.by)
        self.found.changed[ORGANISATIONS] += 1
        return "changed"

    def person(self, line: Line) -> str:
        number, name, office = line.get("工号"), line.get("姓名"), self._office(line.get("单位编码"))
        wanted = select(Person).where(Person.jurisdiction_id == self.place, Person.code == number)
        known, did = self.uow.session.scalar(wanted), "same"
        if known is None:
            did = "added"
            person_id = people.add(self.uow, self.place, office, name, number, by=self.by)
            self.found.added[PEOPLE] += 1
        else:
            person_id = known.id
            if (known.name, known.organisation_id) != (name, office):
                did = "changed"
                people.change(self.uow, self.place, person_id, office, name, number, by=self.by)
                self.found.changed[PEOPLE] += 1
        for title in line.get("岗位").replace(",", "、").replace("，", "、").split("、"):
            if title.strip():
                self._role(line, person_id, title.strip(), office)
        if line.get("账号"):
            self.found.accounts.append((person_id, name, line.get("账号"), line.number))
        return did

    def _role(self, line: Line, person_id: int, title: str, office: int) -> None:
        role = {text: key for key, text in ROLES.items()}.get(title)
        if role is None:
            raise InvalidInput(f"没有“{title}”这个岗位;请照“岗位名称”工作表填写。", code="role.unknown")
        since = _day(line, "开始日期") or people.today(self.uow)
        until = _day(line, "结束日期")
        held = RoleAssignment
        same = select(held.id).where(
            held.person_id == person_id,
            held.role == role,
            held.organisation_id == office,
            or_(held.valid_to.is_(None), held.valid_to >= since),
        )
        if self.uow.session.scalar(same) is None:
            people.assign(self.uow, self.place, person_id, role, office, since, until, by=self.by)
            self.found.added["岗位"] += 1

    def _known_office(self, code: str) -> Organisation | None:
        wanted = select(Organisation).where(
            Organisation.jurisdiction_id == self.place, Organisation.code == code
        )
        return self.uow.session.scalar(wanted)

    def _office(self, code: str, refusal: str = "organisation.closed") -> int:
        known = self._known_office(code)
        if known is None:
            raise InvalidInput(f"没有编码为“{code}”的单位;请先在“单位”表里填写它。", code=refusal)
        return known.id


def _parents_first(lines: list[Line]) -> list[Line]:
    """Put each organisation behind the one above it; who lies in a circle comes last and is refused there."""
    left, done, order = list(lines), set[str](), list[Line]()
    listed = {line.get("单位编码") for line in lines}
    while left:
        ready = [line for line in left if line.get("上级编码") in done or line.get("上级编码") not in listed]
        if not ready:
            return order + left
        order += ready
        done |= {line.get("单位编码") for line in ready}
        left = [line for line in left if line not in ready]
    return order


def _day(line: Line, title: str) -> date | None:
    text = line.get(title)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        code = "form.date" if title == "开始日期" else "role.dates"
        raise InvalidInput(f"“{title}”应写作 2022-03-01 的样子;请更正。", code=code) from None
