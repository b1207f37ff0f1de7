"""Compose the annual report: overview, work by stage, consequences, problems, lists, next steps, annexes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ledger.reports.annexes import annexes
from ledger.reports.annual import AnnualReport
from ledger.reports.document import Block, Document, Heading, Items, Table, chinese_number, line
from ledger.reports.next_steps import next_steps
from ledger.reports.open_items import open_items
from ledger.reports.overview import opening, overview
from ledger.reports.problems import problems
from ledger.reports.sentences import punctuated
from ledger.reports.stage_sections import consequences, work

Part = tuple[str, Callable[[AnnualReport], Iterator[Block]]]
PARTS: tuple[Part, ...] = (
    ("总体情况", overview),
    ("各环节工作开展情况", work),
    ("评价结果应用情况", consequences),
    ("存在的问题", problems),
    ("逾期、缺报和免办事项", open_items),
    ("下一步工作安排", next_steps),
)
MEASURED, WENT, BROKE = PARTS[1:3], (PARTS[0], PARTS[4]), (PARTS[3], PARTS[5])
"""Parts that are made of figures; of counts and lists of what was done; of the rules that were broken."""


def compose(report: AnnualReport) -> Document:
    """Return the document; parts with nothing to say are left out and not counted."""
    blocks = [*opening(report), *parts(report, PARTS), *annexes(report)]
    return Document(line(report.title), [punctuated_block(block) for block in blocks])


def parts(report: AnnualReport, chosen: Sequence[Part]) -> Iterator[Block]:
    """Yield the chosen parts that have something to say, numbered."""
    number = 0
    for title, part in chosen:
        found = list(part(report))
        if found:
            number += 1
            yield Heading(f"{chinese_number(number)}、{title}")
            yield from found


def punctuated_block(block: Block) -> Block:
    """Return a block with Chinese punctuation in what we wrote; table cells hold names and codes and stay."""
    if isinstance(block, Items):
        return replace(block, texts=[punctuated(text) for text in block.texts])
    if isinstance(block, Table):
        header = [punctuated(text) for text in block.header]
        return replace(block, caption=punctuated(block.caption), header=header)
    return replace(block, text=punctuated(block.text))
