"""Check a DMN document without running it."""

from engine.dmn.reading import compiled
from engine.problems import Problem


def check(xml: bytes) -> list[Problem]:
    """Return every problem of a document; never raises for bad input."""
    return compiled(xml)[1]
