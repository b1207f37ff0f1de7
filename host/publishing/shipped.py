"""Forms and policy packs that come with the program, beside those that were published."""

from dataclasses import dataclass

from forms.errors import FormNotFound
from forms.library import FACTORY, load
from ledger.policy.entries import read_pack
from ledger.policy.pack import available, factory_folder


@dataclass(frozen=True)
class Shipped:
    """A form or a pack that comes with the program and was never published here."""

    key: str
    name: str
    content_hash: str
    xml: str
    version: int = 0
    published_at: None = None
    published_by: str = ""


def shipped_form(key: str) -> Shipped | None:
    """Return a form of the program; None if it has no such form."""
    try:
        found = load(key)
    except FormNotFound:
        return None
    text = (FACTORY / f"{key}.json").read_text(encoding="utf-8")
    return Shipped(key, found.title, found.content_hash, text)


def shipped_pack(key: str) -> Shipped | None:
    """Return a policy pack of the program; None if it has no such pack."""
    if key not in available():
        return None
    path = factory_folder() / f"{key}.toml"
    found = read_pack(path)
    return Shipped(key, found.name, found.hash, path.read_text(encoding="utf-8"))
