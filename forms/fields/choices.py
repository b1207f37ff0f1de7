"""Choices, yes or no, dates."""

import re
from datetime import date, datetime
from typing import Any

from forms.definition import FormField
from forms.fields.base import Input
from forms.fields.typed_number import normalised
from forms.messages import shown

LONGEST_OPTION = 200
MAX_CHOSEN = 500
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_YES = frozenset({"是", "true", "yes", "y", "1", "on", "√", "✓"})
_NO = frozenset({"否", "false", "no", "n", "0", "off", "×"})


class ChoiceInput(Input):
    """One of the options; options that come from the policy are checked later, against the context."""

    def __init__(self, form_field: FormField) -> None:
        super().__init__(form_field)
        self.known = known_answers(form_field)
        self.listed = "、".join(option.label for option in form_field.options)[:200]

    def read(self, value: Any) -> str | None:
        """Return the stored value of the option."""
        if not isinstance(value, str) or len(value) > LONGEST_OPTION:
            self.refuse("not_an_option", limit=self.listed or "所列选项", found=value)
        if value in self.known:
            return self.known[value]
        text = normalised(value)
        if not text:
            return None
        if not self.known:
            return self._printable(text)
        if text not in self.known:
            self.refuse("not_an_option", limit=self.listed, found=value)
        return self.known[text]

    def _printable(self, text: str) -> str:
        if not text.isprintable():
            self.refuse("bad_character")
        return text


class ChoicesInput(ChoiceInput):
    """Several of the options, each once; an empty list is an answer only where no row is demanded."""

    def read(self, value: Any) -> Any:
        """Return the stored values in the order given."""
        if not isinstance(value, (list, tuple)):
            self.refuse("not_a_list", found=value)
        if len(value) > MAX_CHOSEN:
            self.refuse("too_many_rows", limit=MAX_CHOSEN, found=len(value))
        chosen: list[str] = []
        for item in value:
            clean = super().read(item)
            if clean is None:
                continue
            if clean in chosen:
                self.refuse("repeated_option", found=clean)
            chosen.append(clean)
        if len(chosen) < self.form_field.min_rows:
            self.refuse(
                "too_few_rows" if chosen else "required", limit=self.form_field.min_rows, found=len(chosen)
            )
        return chosen


class BooleanInput(Input):
    """Yes or no."""

    def read(self, value: Any) -> bool | None:
        """Return True or False."""
        if isinstance(value, bool):
            return value
        if not isinstance(value, str) or len(value) > LONGEST_OPTION:
            self.refuse("not_a_boolean", found=value)
        text = normalised(value).lower()
        if text and text not in _YES and text not in _NO:
            self.refuse("not_a_boolean", found=value)
        return text in _YES if text else None


class DateInput(Input):
    """A local day."""

    def read(self, value: Any) -> date | None:
        """Read `2022-02-15`, `2022/2/15`, `2022年2月15日`, or a date; a moment in time is refused."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        text = normalised(value).replace(" ", "") if isinstance(value, str) and len(value) <= 40 else None
        if text == "":
            return None
        match = _DATE.fullmatch(text) if text else None
        day = _day(*match.groups()) if match else None
        if day is None:
            self.refuse("not_a_date", found=shown(value))
        return day


def known_answers(form_field: FormField) -> dict[str, str]:
    """Map everything a person may write for a fixed option to its stored value."""
    known: dict[str, str] = {}
    for option in form_field.options:
        for text in (option.value, option.label, *option.aliases):
            known.setdefault(text, option.value)
    return known


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None
