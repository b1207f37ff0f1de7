"""Write a document as a Word file; the same document gives the same bytes."""

from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE

from ledger.reports.document import Annex, Block, Document, Heading, Items, Paragraph, Table, line
from ledger.reports.docx_styles import ANNEX, ITEM, dress, page_number
from ledger.reports.docx_tables import add_table

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip file can state; ours states no other."""


def as_docx(document: Document, *, dated: datetime) -> bytes:
    """Return the Word file. dated: the moment its properties name as created and modified."""
    word = docx.Document()
    dress(word)
    page_number(word)
    _properties(word, document.title, dated)
    word.add_paragraph(line(document.title), style="Title")
    for block in document.blocks:
        _add(word, block)
    raw = BytesIO()
    word.save(raw)
    return undated(raw)


def _add(word: Word, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_paragraph(line(block.text), style=f"Heading {block.level}")
    elif isinstance(block, Annex):
        word.add_paragraph(line(block.text), style=ANNEX)
    elif isinstance(block, Paragraph):
        word.add_paragraph(line(block.text), style="Body Text")
    elif isinstance(block, Items):
        for number, text in enumerate(block.texts, 1):
            word.add_paragraph(f"{number}. {line(text)}", style=ITEM)
    elif isinstance(block, Table):
        add_table(word, block)


def _properties(word: Word, title: str, dated: datetime) -> None:
    """Name the report and no person; drop the picture that the empty file brings along."""
    known = word.core_properties
    known.title, known.language, known.revision = line(title), "zh-CN", 1
    known.author = known.last_modified_by = known.comments = known.keywords = known.subject = ""
    known.created = known.modified = dated
    package: Any = word.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.rels.pop(name)


def undated(raw: BytesIO) -> bytes:
    """Return the same zip file with the same moment on every part."""
    packed = BytesIO()
    with ZipFile(raw) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            entry = ZipInfo(part.filename, EARLIEST)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(part))
    return packed.getvalue()
