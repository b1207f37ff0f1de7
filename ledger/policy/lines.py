"""On which line of a pack's text a key is written."""

import re

_HEADER = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}\s*(?:#.*)?$")
_NAME = re.compile(r"\s*([\w.-]+)\s*=")


def line_of(text: str, key: str) -> int | None:
    """Return the line of a section or a dotted key, the first of several, or of what it is written in; else None."""
    found: dict[str, int] = {}
    section, inside = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside:
            header, name = _HEADER.match(line), _NAME.match(line)
            section = header[1] if header else section
            place = section if header else f"{section}.{name[1]}".strip(".") if name else ""
            found.setdefault(place, number)
        inside ^= (line.count('"""') + line.count("'''")) % 2 == 1
    while key and key not in found:
        below = [number for place, number in found.items() if place.startswith(f"{key}.")]
        if below:
            return min(below)
        key = key.rpartition(".")[0]
    return found.get(key) if key else None
