"""Say in a document which text is which figure, so that a page can lead from the text to the rows."""

from collections.abc import Iterator
from dataclasses import replace

from ledger.reports.annual import AnnualReport

BEGIN, NAMED, END = "\ue000", "\ue001", "\ue002"
"""Private characters around the key and the print of a figure; texts of people that hold some lead nowhere."""


def marked(report: AnnualReport) -> AnnualReport:
    """Return the report with its measured figures marked where they are printed."""
    measures = {
        key: {**entry, "printed": f"{BEGIN}{key}{NAMED}{entry['printed']}{END}"}
        for key, entry in report.measures.items()
        if not str(entry["query"]).startswith("policy:")
    }
    return replace(report, measures={**report.measures, **measures})


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text in order: what is printed, and the key of the figure it is, or nothing."""
    before, *rest = text.split(BEGIN)
    if before:
        yield before, ""
    for part in rest:
        key, named, tail = part.partition(NAMED)
        shown, _, after = tail.partition(END)
        yield (shown, key) if named else (part, "")
        if after:
            yield after, ""
