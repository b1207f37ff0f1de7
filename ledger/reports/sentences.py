"""Fill sentence patterns with figures: each place takes its own measure, with its unit."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ledger.reports.annual import AnnualReport
from ledger.reports.stage_plan import StageSection

PLACE = re.compile(r"\{([^{}]+)\}")
NOTHING = "—"
GRADES = "grades:"
HAN = "\u2e80-\u9fff\uff00-\uffef“”、。《》〔〕%"
OPEN, CLOSE = "\uff08", "\uff09"
FULL_WIDTH = str.maketrans(",:;()?!", "\uff0c\uff1a\uff1b\uff08\uff09\uff1f\uff01")
BESIDE_HAN = re.compile(rf"(?<=[{HAN}])[,:;()?!]|[,:;()?!](?=[{HAN}])")
CLOSING = re.compile(rf"{OPEN}([^(){OPEN}{CLOSE}]*)\)")
OPENING = re.compile(rf"\(([^(){OPEN}{CLOSE}]*){CLOSE}")
SPACED = re.compile("([\uff0c\uff1a\uff1b\uff08\uff09]) +")


def paragraph(report: AnnualReport, section: StageSection) -> list[str]:
    """Return the printable sentences of a stage; only the `none` sentence for an empty population."""
    entry = report.figure(section.count) if section.count else None
    if entry is not None and entry["value"] == 0:
        return [fill(report, section.none)]
    return [text for options in section.sentences if (text := first(report, options))]


def first(report: AnnualReport, options: Iterable[str]) -> str:
    """Return the first pattern all of whose figures the report has, filled; empty if there is none."""
    return next((fill(report, pattern) for pattern in options if printable(report, pattern)), "")


def printable(report: AnnualReport, pattern: str) -> bool:
    """Tell whether the report has every figure a pattern names."""
    return all(_known(report, name) for name in PLACE.findall(pattern))


def fill(report: AnnualReport, pattern: str) -> str:
    """Return the pattern with figures in its places."""
    return punctuated(PLACE.sub(lambda place: _text(report, place[1]), pattern))


def shown(entry: Any) -> str:
    """Return a figure with its unit, a day as people write it, a dash for no value."""
    if entry["value"] is None:
        return NOTHING
    return (
        day(str(entry["printed"])) if entry["unit"] in ("date", "month") else entry["printed"] + entry["unit"]
    )


def day(text: str) -> str:
    """Return an ISO day (or month, or month and day) as people write it."""
    numbers = [str(int(part)) for part in text.split("-")]
    marks = "月日" if len(numbers) == 2 and len(text) == 5 else "年月日"
    return "".join(number + mark for number, mark in zip(numbers, marks, strict=False))


def grade_keys(report: AnnualReport, prefix: str) -> list[str]:
    """Return the keys of the grades of a stage, best first."""
    return [f"{prefix}.grade.{band[0]}" for band in report.grades]


def band(grades: Sequence[Sequence[Any]], place: int) -> str:
    """Return the scores of a grade: `90分(含)—100分`, `70分以下`."""
    lowest, highest = grades[place][1], grades[place][2]
    if place and place == len(grades) - 1:
        return f"{highest:g}分以下"
    return f"{lowest:g}分(含)—{highest:g}分"


def punctuated(text: str) -> str:
    """Return the text with full-width punctuation beside Chinese characters; brackets change in pairs."""
    before = ""
    while before != text:
        before = text
        text = BESIDE_HAN.sub(lambda mark: mark[0].translate(FULL_WIDTH), text)
        text = CLOSING.sub(f"{OPEN}\\1{CLOSE}", OPENING.sub(f"{OPEN}\\1{CLOSE}", text))
    return SPACED.sub(r"\1", text)


def _known(report: AnnualReport, name: str) -> bool:
    if name == "year":
        return True
    if name.startswith(GRADES):
        return all(key in report.measures for key in grade_keys(report, name.removeprefix(GRADES)))
    return report.figure(name) is not None


def _text(report: AnnualReport, name: str) -> str:
    if name == "year":
        return str(report.year)
    if name.startswith(GRADES):
        keys = grade_keys(report, name.removeprefix(GRADES))
        return ",".join(
            f"{report.grades[place][0]}({band(report.grades, place)}){shown(report.measures[key])}"
            for place, key in enumerate(keys)
        )
    entry = report.figure(name)
    return NOTHING if entry is None else shown(entry)
