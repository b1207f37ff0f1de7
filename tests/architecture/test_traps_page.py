"""The page of traps names tests that exist."""

import re

from tests.architecture.sources import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_trap_has_the_test_it_names() -> None:
    lines = (ROOT / "docs" / "traps.md").read_text(encoding="utf-8").splitlines()
    traps = [line for line in lines if line.startswith("| ") and not line.startswith(("| trap |", "| **"))]
    missing = []
    for line in traps:
        found = NAMED.search(line)
        if found is None or not _defines(*found.groups()):
            missing.append(line)

    assert len(traps) > 30
    assert not missing


def _defines(module: str, name: str) -> bool:
    file = ROOT / "tests" / module
    return file.exists() and f"def {name}(" in file.read_text(encoding="utf-8")
