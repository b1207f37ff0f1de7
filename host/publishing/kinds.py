"""What an administrator may publish: how each kind is checked, compared with what is in force, and published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from engine import definitions
from engine.access import Actor
from engine.bpmn import definition as bpmn
from engine.bpmn import differing as diagrams
from engine.differences import Difference
from engine.dmn import checking as dmn
from engine.dmn import differing as tables
from engine.dmn.reading import read as read_decisions
from engine.errors import InvalidInput, NotFound
from engine.problems import Problem
from engine.uow import UnitOfWork
from engine.versions import Published
from engine.xml import parse
from forms.library import keys as form_keys
from host.publishing import form_files, policy_files
from host.publishing.shipped import Shipped, shipped_form, shipped_pack
from ledger.packs_in_force import KIND as PACK
from ledger.policy.pack import available


@dataclass(frozen=True)
class Kind:
    """A kind of definition. folder: where its files lie and what its pages are called; ending: of its files.

    Files are UTF-8. check: every problem of a file; named: key and name of one without errors; compare: old text, new text.
    shipped: what comes with the program under a key, of those in shipped_keys.
    """

    code: str
    folder: str
    ending: str
    media_type: str
    check: Callable[[Session, bytes], list[Problem]]
    named: Callable[[Session, bytes], tuple[str, str]]
    compare: Callable[[str, str], Sequence[Difference]]
    publish: Callable[[UnitOfWork, bytes, Actor], Published]
    shipped: Callable[[str], Shipped | None] = lambda _key: None
    shipped_keys: Callable[[], Sequence[str]] = tuple


def _check_decision(session: Session, data: bytes) -> list[Problem]:
    try:
        imports = definitions.offered_to(session, data)
    except InvalidInput as error:
        return [Problem("-", "error", error.code, error.text)]
    return dmn.check(data, imports)


def _named_decision(session: Session, data: bytes) -> tuple[str, str]:
    found = read_decisions(data, definitions.offered_to(session, data))
    return found.key, found.name


def _named_process(_session: Session, data: bytes) -> tuple[str, str]:
    found = bpmn.read(data)
    return found.key, found.name


def _compare_processes(old: str, new: str) -> Sequence[Difference]:
    """Compare two diagrams; an old one that today's checks would refuse can still be compared."""
    before, after = (bpmn.definition_of(parse(text.encode())) for text in (old, new))
    return diagrams.differences(before, after)


PROCESS: Final = Kind(
    "process",
    "processes",
    "bpmn",
    "application/xml",
    lambda _session, data: bpmn.check(data),
    _named_process,
    _compare_processes,
    lambda uow, data, by: definitions.publish_process(uow, data, by=by, again=True),
)
DECISION: Final = Kind(
    "decision",
    "decisions",
    "dmn",
    "application/xml",
    _check_decision,
    _named_decision,
    lambda old, new: tables.differences(old.encode(), new.encode()),
    lambda uow, data, by: definitions.publish_decision(uow, data, by=by, again=True),
)
FORM: Final = Kind(
    "form",
    "forms",
    "json",
    "application/json",
    form_files.check,
    form_files.named,
    form_files.compare,
    form_files.publish,
    shipped_form,
    form_keys,
)
POLICY: Final = Kind(
    PACK,
    "policies",
    "toml",
    "application/toml",
    policy_files.check,
    policy_files.named,
    policy_files.compare,
    policy_files.publish,
    shipped_pack,
    available,
)
KINDS: Final[Mapping[str, Kind]] = {one.folder: one for one in (DECISION, FORM, PROCESS, POLICY)}
"""By folder, in the order in which they are imported: what others need comes first."""


def kind_of(folder: str) -> Kind:
    """Return a kind by its folder. Raises NotFound."""
    if folder not in KINDS:
        raise NotFound("只有流程、决策、表单和政策包;请从导航里选择。", code="definition.kind")
    return KINDS[folder]
