"""The types of FEEL, for `instance of`, declared parameters and item definitions."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: `arguments` of a list, range or function, `members` of a context.

    allowed: for item definitions, the unary tests a value must pass (checked by engine.dmn).
    """

    name: str
    arguments: tuple["FeelType", ...] = ()
    members: dict[str, "FeelType"] = field(default_factory=dict, hash=False)


ANY = FeelType("Any")
SIMPLE = {
    "Any": "Any",
    "Null": "Null",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "list": "list",
    "context": "context",
    "range": "range",
    "function": "function",
}
