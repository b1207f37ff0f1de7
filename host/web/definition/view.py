"""A definition as its page shows it: its drawing, the same as text, and what is to be said at its elements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.bpmn import definition as bpmn
from engine.differences import Difference
from engine.dmn.drawing import drawing
from engine.errors import BihuanError
from engine.problems import Problem
from forms.definition import FormDefinition
from forms.reading import read as read_form
from host.web.definition.words import ELEMENTS
from host.web.words import translate as _
from ledger.policy.entries import PackFile, pack_of
from ledger.policy.file_showing import Stated, sections

NEW: Final = {"added": "新", "changed": "改"}


@dataclass(frozen=True)
class DefinitionView:
    """What the page prints. at: problems by element; of the others the one its kind has."""

    at: Mapping[str, Sequence[Problem]]
    steps: Sequence[bpmn.Element] = ()
    drawing: Any = None
    form: FormDefinition | None = None
    pack: PackFile | None = None
    groups: Mapping[str, Sequence[Stated]] = field(default_factory=dict)


def view_of(kind: str, text: str, problems: Sequence[Problem]) -> DefinitionView:
    """Return the view of a text; whatever cannot be read is not shown."""
    at: dict[str, list[Problem]] = {}
    for problem in problems:
        at.setdefault(problem.element_id, []).append(problem)
    try:
        if kind == "process":
            read = bpmn.read(text.encode())
            listed = [read.elements[name] for name in read.outline.order]
            return DefinitionView(at, [one for one in listed if one.kind in ELEMENTS])
        if kind == "decision":
            return DefinitionView(at, drawing=drawing(text.encode()))
        if kind == "policy":
            pack = pack_of(text, "", strict=False)
            return DefinitionView(at, pack=pack, groups=sections(pack))
        return DefinitionView(at, form=read_form(text, ""))
    except BihuanError:
        return DefinitionView(at)


def marks(problems: Sequence[Problem], differences: Sequence[Difference]) -> dict[str, Any]:
    """Return what is painted on a diagram: problems, and what is new or changed where there is no problem."""
    notes: dict[str, dict[str, str]] = {}
    for one in differences:
        if one.change in NEW:
            notes[one.element_id] = {"look": one.change, "text": _(NEW[one.change])}
    for problem in sorted(problems, key=lambda one: one.severity, reverse=True):
        word = _("错误") if problem.severity == "error" else _("提示")
        notes[problem.element_id] = {"look": problem.severity, "text": word, "title": problem.text}
    empty: dict[str, Any] = {name: {} for name in ("states", "returned", "words", "opens")}
    return {**empty, "walked": [], "back": [], "over": [], "notes": notes}
