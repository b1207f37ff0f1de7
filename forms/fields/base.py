"""What all field types share: absence, the label in sentences, refusal with a code."""

from collections.abc import Mapping
from typing import Any, NoReturn

from marshmallow import ValidationError, fields, missing

from forms.definition import FormField
from forms.messages import complaint


class Input(fields.Field[Any]):
    """Turn the raw value of one form field into its clean value, or refuse it.

    A subclass gives `read`; it returns None for a blank.
    """

    def __init__(self, form_field: FormField) -> None:
        super().__init__(allow_none=True, load_default=None)
        self.form_field = form_field
        self.label = form_field.label

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Read the value; a missing, null or blank one gives the default, or is refused when required."""
        if value is not missing and value is not None:
            clean = self.read(value)
            if clean is not None:
                return clean
        if self.form_field.is_required and not self.form_field.locked:
            self.refuse("required")
        default = self.form_field.default
        return list(default) if isinstance(default, tuple) else default

    def read(self, value: Any) -> Any:
        """Return the clean value, None for a blank; refuse what cannot be read."""
        raise NotImplementedError

    def refuse(self, code: str, **facts: Any) -> NoReturn:
        """Refuse the value with the sentence of `code`; a personal value is not repeated."""
        if self.form_field.personal and "found" in facts:
            facts["found"] = "（已隐去）"
        raise ValidationError([complaint(code, self.label, **facts)])
