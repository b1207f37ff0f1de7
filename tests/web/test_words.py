"""English is a complete second language of the pages."""

import re
from importlib.resources import files
from pathlib import Path

from host.web.day import WEEKDAYS
from host.web.stage_names import STAGES
from host.web.words import english
from ledger.roles import ROLES

SENTENCE = re.compile(r"""\b_\(\s*(["'])(.*?)\1""")


def test_every_sentence_of_the_pages_has_its_english() -> None:
    folder = Path(str(files("host") / "web"))
    sources = [file for file in folder.rglob("*") if file.suffix in (".html", ".py")]
    said = {found[2] for file in sources for found in SENTENCE.finditer(file.read_text(encoding="utf-8"))}

    assert not (said | {*WEEKDAYS, *STAGES.values(), *ROLES.values()}) - set(english())


def test_a_translation_fills_the_same_names() -> None:
    name = re.compile(r"\{\w+\}")

    assert not [one for one, other in english().items() if set(name.findall(one)) != set(name.findall(other))]
