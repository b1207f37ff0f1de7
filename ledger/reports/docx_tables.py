"""Tables of the Word file: full width, ruled, with a header row repeated on every page."""

from typing import Any

from docx.document import Document as Word
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from ledger.reports.document import Table, line
from ledger.reports.docx_styles import CELL, CELL_DENSE

LINE_WIDTH = Mm(156)
ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
SHADE = "F2F2F2"
TOGETHER = 12
"""A table of up to so many rows is not torn between pages."""


def add_table(word: Word, block: Table) -> None:
    """Add caption, header row and rows."""
    word.add_paragraph(line(block.caption), style="Caption")
    grid: Any = word.add_table(rows=1 + len(block.rows), cols=len(block.header), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    total = sum(block.widths)
    widths = [int(LINE_WIDTH * part / total) for part in block.widths]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    style = word.styles[CELL_DENSE if block.dense else CELL]
    rows = grid._tbl.tr_lst
    for number, (row, texts) in enumerate(zip(rows, [block.header, *block.rows], strict=True)):
        _row(row, texts, "c" * len(texts) if number == 0 else block.align, style, head=number == 0)
        if len(block.rows) <= TOGETHER and number < len(block.rows):
            for cell in row.tc_lst:
                cell.p_lst[0].get_or_add_pPr().keepNext_val = True
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
    word.add_paragraph(style=style)


def _row(row: Any, texts: Any, align: str, style: Any, *, head: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, text, mark in zip(row.tc_lst, texts, align, strict=True):
        if head:  # before the alignment: the schema fixes the order
            _shade(cell)
        cell.get_or_add_tcPr().vAlign_val = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.p_lst[0]
        paragraph.style = style.style_id
        paragraph.get_or_add_pPr().jc_val = ALIGN[mark]
        run = paragraph.add_r()
        run.text = line(text)
        if head:
            run.get_or_add_rPr().append(OxmlElement("w:b"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell.get_or_add_tcPr().append(shade)
