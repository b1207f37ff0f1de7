"""Tables: rows of columns, each row read by one cached schema."""

from typing import Any

from marshmallow import Schema, ValidationError

from forms.definition import FormField
from forms.fields.base import Input
from forms.messages import complaint


class TableInput(Input):
    """Rows; the errors of a row come back under its number."""

    def __init__(self, form_field: FormField, row_schema: Schema) -> None:
        super().__init__(form_field)
        self.row_schema = row_schema

    def read(self, value: Any) -> list[dict[str, Any]]:
        """Return clean rows."""
        if not isinstance(value, (list, tuple)):
            self.refuse("not_a_list", found=value)
        table = self.form_field
        if len(value) > table.max_rows:
            self.refuse("too_many_rows", limit=table.max_rows, found=len(value))
        if len(value) < table.min_rows:
            self.refuse("too_few_rows", limit=table.min_rows, found=len(value))
        rows: list[dict[str, Any]] = self.row_schema.load(value, many=True)
        if table.key:
            self._refuse_repeated_keys(rows, table.column_map[table.key])
        return rows

    def _refuse_repeated_keys(self, rows: list[dict[str, Any]], key: FormField) -> None:
        seen = set()
        for index, row in enumerate(rows):
            found = row[key.name]
            if found in seen:
                text = complaint("repeated_row", self.label, limit=key.label, found=found)
                raise ValidationError({index: {key.name: [text]}})
            seen.add(found)
