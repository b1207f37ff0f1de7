"""docs/feel.md names every warning and error of expressions and decisions, and no other."""

import re

from tests.architecture.sources import ROOT

ROOMS = ("engine/feel", "engine/dmn", "host/conformance")
WARNING = re.compile(r'\bwarn\(\s*"([a-z_]+)"')
CODE = re.compile(r'"((?:feel|dmn|xml|tck|decision)\.[a-z_]+)"')


def codes() -> set[str]:
    """Return every code that stands in the sources of these rooms."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    files += [ROOT / "engine" / "xml.py", ROOT / "engine" / "definitions.py"]
    found: set[str] = set()
    for path in files:
        text = path.read_text(encoding="utf-8")
        found.update(CODE.findall(text))
        found.update(f"feel.{name}" for name in WARNING.findall(text))
    return found


def test_the_page_names_every_code() -> None:
    page = (ROOT / "docs" / "feel.md").read_text(encoding="utf-8").split("## Codes")[1]

    assert set(re.findall(r"`((?:feel|dmn|xml|tck|decision)\.[a-z_]+)`", page)) == codes()
