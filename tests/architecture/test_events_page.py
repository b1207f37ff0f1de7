"""The catalogue of events is whole, and its page is its own."""

import ast
import re

from tests.architecture.sources import ROOT, sources
from webhooks.catalogue import TYPES
from webhooks.page import page

TELLERS = {"Event", "record", "_tell", "tell"}
TYPE = re.compile(r"[a-z]+\.[a-z_]+")


def recorded() -> set[str]:
    """Return every constant that names an event where one is recorded."""
    found = set[str]()
    for source in sources():
        if source.path.parts[-2:-1] and ("engine" in str(source) or "ledger" in str(source)):
            for node in source.nodes:
                if isinstance(node, ast.Call) and _name(node.func) in TELLERS:
                    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    found |= {one for one in texts[:1] if isinstance(one, str) and TYPE.fullmatch(one)}
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_every_event_that_is_recorded_stands_in_the_catalogue() -> None:
    assert len(recorded()) > 40
    assert sorted(recorded() - set(TYPES)) == []


def test_the_page_is_made_from_the_catalogue() -> None:
    assert (ROOT / "docs" / "events.md").read_text(encoding="utf-8") == page()
