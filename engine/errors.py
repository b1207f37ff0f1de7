"""The one family of errors: every error we raise has a stable code and a sentence for people."""

from typing import Any


class BihuanError(Exception):
    """Base of all our errors.

    code: stable, for programs, e.g. `task.wrong_state`.
    text: one Chinese sentence for people: what was expected, what was found, what to do next.
    facts: details for logs and problem+json; no personal data and no form values.
    """

    code = "error"

    def __init__(self, text: str, *, code: str | None = None, **facts: Any) -> None:
        super().__init__(text)
        self.text = text
        self.code = code or type(self).code
        self.facts = facts


class NotFound(BihuanError):
    """A thing named by its id does not exist (or is outside the reader's scope)."""

    code = "not_found"


class NotAllowed(BihuanError):
    """The actor may not do this to this thing."""

    code = "not_allowed"


class WrongState(BihuanError):
    """The thing exists, but in a state in which the command makes no sense."""

    code = "wrong_state"


class Conflict(BihuanError):
    """Another session was faster, or the same key exists already."""

    code = "conflict"


class BusinessError(BihuanError):
    """A result an operation reports as an error of the business, not a fault: a diagram may catch it by its code."""

    code = "business_error"


class InvalidInput(BihuanError):
    """The input cannot be accepted; nothing was changed."""

    code = "invalid_input"
