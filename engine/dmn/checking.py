"""Check a DMN document without running it."""

from collections.abc import Iterable

from engine.dmn.analysis import analyse
from engine.dmn.documents import spoken
from engine.dmn.reading import compiled
from engine.problems import Problem
from engine.xml import XmlRejected, parse


def check(xml: bytes, imports: Iterable[bytes] = ()) -> list[Problem]:
    """Return every problem of a document, and of each of its tables as a whole; never raises for bad input."""
    decisions, problems = compiled(xml, imports)
    if decisions is None:
        return problems
    try:
        root = parse(xml)
    except XmlRejected:
        return problems
    names = spoken(root)
    return problems + [
        problem for table in root.iter("{*}decisionTable") for problem in analyse(table, names)
    ]
