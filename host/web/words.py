"""Words in the reader's language: Chinese stands in the source, English in `languages/en.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from flask import g, has_request_context, request

from host.web.context import somebody
from ledger.roles import ROLES

LANGUAGES = {"zh": "zh-CN", "en": "en"}


@lru_cache(maxsize=1)
def english() -> Mapping[str, str]:
    """Return the English of every Chinese sentence of the pages."""
    return tomllib.loads((files("host.web.languages") / "en.toml").read_text(encoding="utf-8"))


def speak(language: str) -> None:
    """Answer this request in a language, whoever reads it: its address says so."""
    g.language = language


def language() -> str:
    """Return the reader's language: of the address, the account, else of the browser; Chinese if in doubt."""
    if "language" in g:
        return str(g.language)
    who = somebody()
    if who is not None:
        return who.language
    return request.accept_languages.best_match(["zh", "en"]) or "zh"


def translate(sentence: str, **values: Any) -> str:
    """Return a sentence in the reader's language with its `{names}` filled."""
    if has_request_context() and language() == "en":
        sentence = english().get(sentence, sentence)
    return sentence.format(**values) if values else sentence


def role_name(role: str) -> str:
    """Return a role in the reader's language; a role of the site's own as it is written."""
    return translate(ROLES[role]) if role in ROLES else role
