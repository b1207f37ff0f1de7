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


def conforms(kind: FeelType, to: FeelType) -> bool:
    """Say whether every value of one type is of the other (10.3.2.9.2); functions take more and give less."""
    if to.name == "Any" or kind.name == "Null":
        return True
    if kind.name != to.name:
        return False
    if kind.name == "context":
        return all(
            name in kind.members and conforms(kind.members[name], to.members[name]) for name in to.members
        )
    pairs = list(zip(kind.arguments, to.arguments, strict=False))
    if kind.name == "function" and pairs:
        *taken, given = pairs
        same_number = len(kind.arguments) == len(to.arguments)
        return same_number and all(conforms(two, one) for one, two in taken) and conforms(*given)
    return all(conforms(one, two) for one, two in pairs)


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
