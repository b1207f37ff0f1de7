"""Forms in force: the version an administrator published last, else the form that comes with the program."""

from collections.abc import Mapping

from sqlalchemy import ScalarSelect, SQLColumnExpression, select
from sqlalchemy.orm import Session

from engine import library, versions
from engine.library import Shelf
from engine.versions import KEPT
from forms.definition import FormDefinition
from forms.library import keys, load
from forms.reading import read

FORM = "form"
_published: Shelf[FormDefinition] = Shelf(200)


def in_force(key: SQLColumnExpression[str | None]) -> ScalarSelect[str]:
    """Return the subquery of the content that was published last under the key in a column."""
    mine = select(KEPT.c.content_hash).where(KEPT.c.kind == FORM, KEPT.c.key == key)
    return mine.order_by(KEPT.c.version.desc()).limit(1).scalar_subquery()


def form_at(session: Session, key: str, content_hash: str | None) -> FormDefinition:
    """Return a form. content_hash: of what `in_force` gave. Raises FormNotFound, DefinitionInvalid."""
    if content_hash is None:
        return load(key)
    return _published.get(content_hash, lambda: read(library.text(session, content_hash), key))


def form_of(session: Session, key: str) -> FormDefinition:
    """Return a form by its key; a unit of work asks once what is in force. Raises FormNotFound, DefinitionInvalid."""
    return form_at(session, key, _all_in_force(session).get(key))


def form_keys(session: Session) -> list[str]:
    """Return the keys of all forms."""
    return sorted({*keys(), *_all_in_force(session)})


def _all_in_force(session: Session) -> Mapping[str, str]:
    found: Mapping[str, str] | None = session.info.get(FORM)
    if found is None:
        found = session.info[FORM] = {row.key: row.content_hash for row in versions.newest(session, FORM)}
    return found
