"""Write a document as Markdown, by a sandboxed template."""

import re
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ledger.reports.document import Document, line

MARKS = re.compile(r"([\\`*\[\]<>|~]|^[#+-](?= ))")


def as_markdown(document: Document) -> str:
    """Return the document as Markdown; a text of the ledger cannot become markup."""
    return _environment().get_template("annual.md.j2").render(document=document)


def escaped(text: str) -> str:
    """Return text as one line in which nothing is a mark of Markdown."""
    return MARKS.sub(r"\\\1", line(text))


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["md"] = escaped
    return environment
