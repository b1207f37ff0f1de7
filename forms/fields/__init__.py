"""One marshmallow field per form field type: a raw value as typed by people in, a clean value out."""
