"""The page about calls is made from their schemas."""

from tests.architecture.sources import ROOT
from webhooks.inbound.page import page


def test_the_page_is_made_from_the_schemas() -> None:
    assert (ROOT / "docs" / "events-in.md").read_text(encoding="utf-8") == page()
