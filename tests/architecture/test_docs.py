"""What the documents promise is there: links lead somewhere, lists of names are complete."""

import re
from pathlib import Path

import click

from engine.bpmn.names import ATTRIBUTES, EXTENSIONS
from host.cli.main import bihuan
from tests.architecture.sources import ROOT

DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as the usual viewers make them."""
    words = (re.sub(r"[^\w\- ]", "", heading.strip().lower()) for heading in HEADING.findall(text(path)))
    return {word.replace(" ", "-") for word in words}


def commands(group: click.Group, above: str) -> list[str]:
    """Return every command below `group` as people type it."""
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        typed = f"{above} {name}"
        found += commands(command, typed) if isinstance(command, click.Group) else [typed]
    return found


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for document in DOCUMENTS:
        for link in LINK.findall(text(document)):
            if "://" in link:
                continue
            path, _, anchor = link.partition("#")
            target = (document.parent / path).resolve() if path else document
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{document.relative_to(ROOT)}: {link}")

    assert not broken


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, border = set[Path](), [ROOT / "README.md"]
    while border:
        document = border.pop()
        if document not in reached and document.suffix == ".md" and document.exists():
            reached.add(document)
            links = (link.partition("#")[0] for link in LINK.findall(text(document)) if "://" not in link)
            border += [(document.parent / link).resolve() for link in links if link]

    decisions = ROOT / "docs" / "adr"  # linked as a folder

    assert not [str(one) for one in DOCUMENTS if one not in reached and one.parent != decisions]


def test_the_page_of_commands_names_every_command() -> None:
    page = text(ROOT / "docs" / "commands.md")

    assert not [typed for typed in commands(bihuan, "bihuan") if f"`{typed}" not in page]


def test_the_vocabulary_of_diagrams_is_documented() -> None:
    page = text(ROOT / "docs" / "diagrams.md")

    missing = [name for name in ATTRIBUTES if f"`bihuan:{name}`" not in page]
    missing += [name for name in EXTENSIONS if f"`<bihuan:{name}>`" not in page]

    assert not missing


def test_every_process_and_decision_is_documented() -> None:
    page = text(ROOT / "docs" / "diagrams.md")
    files = [*(ROOT / "workflows").rglob("*.bpmn"), *(ROOT / "workflows").rglob("*.dmn")]

    assert not [one.stem for one in files if f"`{one.stem}`" not in page]


def test_a_decision_record_says_why_on_one_page() -> None:
    heads = ("**Context.**", "**Decision.**", "**Consequences.**", "**Rejected.**")
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(record.name[:4]) for record in records]

    assert numbers == list(range(1, len(numbers) + 1))
    assert not [record.name for record in records if not all(head in text(record) for head in heads)]
    assert not [record.name for record in records if text(record).count("\n") > 60]
