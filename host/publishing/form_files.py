"""Forms as files in UTF-8: checked, named, compared, published."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from engine import versions
from engine.access import Actor
from engine.differences import Difference
from engine.problems import Problem
from engine.uow import UnitOfWork
from engine.versions import Content, Published
from forms import definition_differences
from forms.definition import FormDefinition
from forms.errors import DefinitionInvalid
from forms.reading import read


def check(_session: Session, data: bytes) -> list[Problem]:
    """Return every fault of a form at its place."""
    try:
        _read(data)
    except DefinitionInvalid as error:
        return [Problem(one.place, "error", "form.definition", one.text) for one in error.problems]
    return []


def named(_session: Session, data: bytes) -> tuple[str, str]:
    """Return key and title of a form without faults."""
    found = _read(data)
    return found.key, found.title


def compare(old: str, new: str) -> Sequence[Difference]:
    """Return what differs between two forms without faults."""
    return definition_differences.differences(read(old, "原来的"), read(new, "现在的"))


def publish(uow: UnitOfWork, data: bytes, by: Actor) -> Published:
    """Publish a form as its next version. Raises DefinitionInvalid."""
    found = _read(data)
    content = Content("form", found.key, found.title, found.content_hash, data.decode())
    return versions.keep(uow, content, by=by, again=True)


def _read(data: bytes) -> FormDefinition:
    return read(data.decode(), "表单")
