"""What can go wrong with a form: its definition, its values, its context."""

from dataclasses import dataclass
from typing import Any

from engine.errors import BihuanError, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to correct, at one place.

    path: `executed_amount`, `lines[2].actual` (rows count from 0), or "" for the whole form.
    code: stable; a rule of the catalogue gives its id (`L33`).
    text: what, where, expected, found, what to do; rows count from 1.
    """

    path: str
    code: str
    text: str


class FormInvalid(InvalidInput):
    """The values typed into a form cannot be accepted; `errors` says each place."""

    code = "form.invalid"

    def __init__(self, form_key: str, title: str, errors: tuple[FieldError, ...]) -> None:
        text = f"《{title}》有 {len(errors)} 处需要修改。请按提示修改后再提交。"
        super().__init__(text, form=form_key, count=len(errors), codes=sorted({e.code for e in errors}))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One fault of a form definition; place: `sections[0].fields[2].options`."""

    place: str
    text: str


class DefinitionInvalid(InvalidInput):
    """A form definition cannot be used; `problems` says each place."""

    code = "form.definition_invalid"

    def __init__(self, source: str, problems: tuple[DefinitionProblem, ...]) -> None:
        first = problems[0]
        more = f"（另有 {len(problems) - 1} 处）" if len(problems) > 1 else ""
        super().__init__(
            f"表单定义 {source} 有误：{first.place}：{first.text}{more}",
            source=source,
            problems=[(p.place, p.text) for p in problems],
        )
        self.problems = problems


class FormNotFound(NotFound):
    """No form of this key is in the library."""

    code = "form.not_found"


class ContextMissing(BihuanError):
    """The caller did not hand over what the rules of the form read (a fault of the program, not of the clerk)."""

    code = "form.context_missing"

    def __init__(self, form_key: str, missing: list[str], **facts: Any) -> None:
        text = f"校验表单 {form_key} 需要上下文 {', '.join(missing)}，但没有提供。请联系系统管理员。"
        super().__init__(text, form=form_key, missing=missing, **facts)
