"""Chinese left on a page whose reader chose English, beside what bureaus wrote themselves."""

import json
import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Page

from host.demo.moments import chosen, usual
from host.web.words import english
from ledger.county.generating import generate
from ledger.policy.pack import load
from tests.browser.counties import ROOT

TYPED = re.compile(r'(?:fill\(|type\(|=|: )\s*"([^"]*[\u4e00-\u9fff][^"]*)"')
"""What tests write into the county: it is data when another test looks."""
NAMED = re.compile(r'name="([^"]+)"')
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
WRITTEN = ("forms/library", "workflows", "ledger/county", "host/simulation", "host/demo")
"""Where forms, diagrams, tables, packs, and the names and words of the made-up county come from."""
SHOWN = """() => {
  const found = new Set(), spoken = ["aria-label", "title", "placeholder", "alt", "data-words-pasted"];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement.closest("script, style, [lang]:not(html), textarea")) found.add(node.data.trim());
      continue;
    }
    for (const one of node.attributes)
      if (spoken.includes(one.name) || one.name.startsWith("data-words")) found.add(one.value.trim());
  }
  return [...found];
}"""


@cache
def county() -> dict[str, Any]:
    """Return the register the demonstration is made of."""
    pack = load(chosen()["policy"]).resolve(chosen()["year"])
    return generate(pack.values, pack.year, usual().projects, chosen()["seed"], pack.name)


@cache
def written() -> str:
    """Return everything that is data in the demonstration's county."""
    kinds = (".json", ".bpmn", ".dmn", ".toml", ".py")
    files = [one for place in WRITTEN for one in (ROOT / place).rglob("*") if one.suffix in kinds]
    typed = [
        word for one in (ROOT / "tests" / "browser").glob("*.py") for word in TYPED.findall(one.read_text())
    ]
    return str(county()) + "\n".join([*(one.read_text(encoding="utf-8") for one in files), *typed])


@cache
def labels() -> frozenset[str]:
    """Return the words of the forms and the names of diagrams, which may be those of the pages too."""
    forms = (ROOT / "forms" / "library").rglob("*.json")
    said = {text for one in forms for text in _strings(json.loads(one.read_text(encoding="utf-8")))}
    drawn = (one for kind in ("bpmn", "dmn") for one in (ROOT / "workflows").rglob(f"*.{kind}"))
    return frozenset(said.union(*(NAMED.findall(one.read_text(encoding="utf-8")) for one in drawn)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(one)


def untranslated(page: Page, names: Collection[str]) -> list[str]:
    """Return the texts of a page that are interface words, and still Chinese. names: of people and offices."""
    known = written() + "".join(names)
    texts = [text for text in page.evaluate(SHOWN) if text not in names and text not in labels()]
    return [text for text in texts if text in english() or _odd(text, known)]


def _odd(text: str, known: str) -> bool:
    for one in county()["projects"]:
        text = text.replace(one["name"], " ")
    return any(one not in known for one in CHINESE.findall(text))
