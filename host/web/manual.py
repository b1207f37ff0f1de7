"""The manual's chapters as the pages show them (`host/manual`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from markdown_it import MarkdownIt

CHAPTERS = (
    "start",
    "preparer",
    "unit_head",
    "reviewer",
    "evaluators",
    "leading_group",
    "year",
    "public",
    "administrators",
)
"""In the order they are read."""
STATIC = "../static/"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Chapter:
    """One chapter. title: its first heading; text: Markdown, with that heading."""

    name: str
    title: str
    text: str

    def html(self, asset: Callable[[str], str]) -> str:
        """Return it as HTML. asset: where the browser finds a static file."""
        tokens = MARKDOWN.parse(self.text)
        for token in tokens:
            for child in token.children or ():
                if child.type == "image":
                    name = str(child.attrs["src"]).removeprefix(STATIC)
                    child.attrs |= {"src": asset(name), "loading": "lazy"}
        return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


@lru_cache(maxsize=1)
def chapters() -> Mapping[str, Chapter]:
    """Return all chapters by name, in reading order."""
    return {name: _read(name) for name in CHAPTERS}


def _read(name: str) -> Chapter:
    text = (files("host.manual") / f"{name}.md").read_text(encoding="utf-8")
    return Chapter(name, text.partition("\n")[0].removeprefix("# "), text)
