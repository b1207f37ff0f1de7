"""Bring organisations, people and accounts in from a file: try it, order it, carry it out as a job.

Passwords are made ready first, which takes long and can be watched; then everything is written in one transaction.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from sqlalchemy import update

from engine.access import Actor
from engine.errors import BihuanError
from engine.uow import UnitOfWork
from engine.vault import Vault
from host.accounts import administering, making, passwords
from host.accounts.one_time import good_until, one_time_password
from host.imports.life import Act, Done, Opening, Ordered
from host.model.directory_import import DirectoryImport
from host.undoing import Undone
from ledger.roster.bringing_in import Outcome, bring_in
from ledger.roster.columns import PEOPLE
from ledger.roster.sheets import Fault, place

KIND = "directory"
AT_ONCE = 10


@dataclass(frozen=True)
class Words:
    """One-time passwords by login, and what is stored of them."""

    plain: dict[str, str] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)

    def prepare(self, login: str) -> str:
        """Make a password for a login ready; return what is stored of it."""
        self.plain[login] = one_time_password()
        self.stored[login] = passwords.hashed(self.plain[login])
        return self.stored[login]


def trial(opening: Opening, jurisdiction_id: int, data: bytes, *, by: Actor) -> Outcome:
    """Do everything but making the passwords, and undo it. Raises InvalidInput if the file cannot be read."""
    found = Outcome()
    with suppress(Undone), opening() as uow:
        found = _brought(uow, jurisdiction_id, data, by=by)
        raise Undone
    return found


def _brought(
    uow: UnitOfWork,
    jurisdiction_id: int,
    data: bytes,
    *,
    by: Actor,
    hours: int = 0,
    words: Words | None = None,
) -> Outcome:
    """Bring the file in and open its accounts. words: None for a trial, which only looks whether it could."""
    uow.actor = by
    found = bring_in(uow, jurisdiction_id, data, by=by)
    wanted, found.accounts = found.accounts, []
    for person_id, name, login, row in wanted:
        if administering.of_person(uow, person_id) is not None:
            continue
        try:
            making.require_free(uow, login, taken=[one for _, _, one, _ in found.accounts])
            if words is not None:
                until = good_until(uow.now(), hours)
                stored = words.stored.get(login) or words.prepare(login)
                making.make(uow, login, name, person_id=person_id, stored=stored, one_time_until=until)
        except BihuanError as error:
            found.faults.append(Fault(PEOPLE, row, place(PEOPLE, "账号"), error.text))
            continue
        found.accounts.append((person_id, name, login, row))
    return found


def begun(opening: Opening, vault: Vault, hours: int, ordered: Ordered) -> Act:
    """Make the passwords ready, which can be watched; return what writes everything."""
    where, data, by = ordered.jurisdiction_id, ordered.data, ordered.by
    words = _prepared(opening, ordered.id, trial(opening, where, data, by=by))

    def act(uow: UnitOfWork) -> Done:
        found = _brought(uow, where, data, by=by, hours=hours, words=words)
        uow.audit("directory.import", data={**found.added, "accounts": len(found.accounts)})
        return _told(found, {login: vault.lock(word) for login, word in words.plain.items()})

    return act


def _prepared(opening: Opening, import_id: int, found: Outcome) -> Words:
    words = Words()
    for number, (_, _, login, _) in enumerate(found.accounts, start=1):
        words.prepare(login)
        if number % AT_ONCE == 0 or number == len(found.accounts):
            with opening() as uow:
                mine = update(DirectoryImport).where(DirectoryImport.id == import_id)
                uow.session.execute(mine.values(prepared=number, total=len(found.accounts)))
    return words


def _told(found: Outcome, locked: Mapping[str, str]) -> Done:
    opened = {row: login for _, _, login, row in found.accounts}
    rows = [
        {**asdict(one), "login": opened.get(one.row, "") if one.sheet == PEOPLE else ""} for one in found.rows
    ]
    summary = {"added": found.added, "changed": found.changed}
    return Done(found.in_order(), rows, summary, {login: locked[login] for login in opened.values()})


def taken_words(
    uow: UnitOfWork, import_id: int, account_id: int, vault: Vault, *, by: Actor
) -> Mapping[str, str]:
    """Return the one-time passwords by login, to whom ordered the import, and forget them: they are shown once."""
    one = uow.session.get(DirectoryImport, import_id, with_for_update=True)
    if one is None or one.account_id != account_id or one.words is None:
        return {}
    found = {login: vault.unlock(text) for login, text in one.words.items()}
    one.words = None
    uow.audit("directory.show_passwords", by=by, subject=str(import_id), data={"accounts": len(found)})
    return found
