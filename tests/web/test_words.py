"""English is a complete second language of the pages."""

import re
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from host.settings import Settings
from host.web.application import create_app
from host.web.audit_words import ACTIONS
from host.web.day import WEEKDAYS
from host.web.words import english
from host.web.year.words import COLUMNS, KINDS, STATES
from ledger.roles import ROLES
from ledger.stage_names import STAGES

SENTENCE = re.compile(r"""\b_\(\s*(["'])(.*?)\1""")


def test_every_sentence_of_the_pages_has_its_english() -> None:
    folder = Path(str(files("host") / "web"))
    sources = [file for file in folder.rglob("*") if file.suffix in (".html", ".py")]
    said = {found[2] for file in sources for found in SENTENCE.finditer(file.read_text(encoding="utf-8"))}

    tables = (STAGES, ROLES, ACTIONS, KINDS, COLUMNS, STATES)
    assert not (said | set(WEEKDAYS) | {word for table in tables for word in table.values()}) - set(english())


def test_a_translation_fills_the_same_names() -> None:
    name = re.compile(r"\{\w+\}")

    assert not [one for one, other in english().items() if set(name.findall(one)) != set(name.findall(other))]


def test_every_line_of_the_interface_has_its_english() -> None:
    unstarted = cast(Any, SimpleNamespace(settings=Settings.read({})))
    app = create_app(unstarted, secret="none")
    spec = next(iter(app.extensions["flask-smorest"]["apis"].values()))["ext_obj"].spec.to_dict()
    operations = [one for path in spec["paths"].values() for one in path.values() if isinstance(one, dict)]
    parts = [[one, *one.get("parameters", ()), *one["responses"].values()] for one in operations]
    said = {part.get(name, "") for row in parts for part in row for name in ("summary", "description")}

    assert not {text for text in said if re.search("[\u4e00-\u9fff]", text)} - set(english())
