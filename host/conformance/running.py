"""Run the cases of the kit: one model is compiled once, each case decides anew."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine.dmn.decisions import Decisions, Outcome
from engine.dmn.reading import compiled
from engine.errors import BihuanError
from engine.problems import Problem
from engine.xml import XmlRejected, parse
from host.conformance.cases import Case, CaseFile, Expected
from host.conformance.values import same


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case. outcome: `passed`, `failed` or `skipped`; text: why, unless it passed."""

    file: Path
    case: str
    outcome: str
    text: str = ""


@dataclass(frozen=True)
class Model:
    """A compiled model. external: by name, what needs code of others, and why its failing cases are skipped."""

    decisions: Decisions | None
    problems: list[Problem]
    external: dict[str, str]


def run(file: CaseFile) -> Iterator[Verdict]:
    """Run every case of a file. Nothing that a model or a case holds makes this raise."""
    try:
        model = _model(file.model)
    except (OSError, BihuanError) as error:
        for case in file.cases:
            yield Verdict(file.path, case.id, "failed", f"模型 {file.model.name} 打不开:{error}")
        return
    for case in file.cases:
        yield _verdict(file, case, model)


def _verdict(file: CaseFile, case: Case, model: Model) -> Verdict:
    wrong = _wrong(case, model)
    if not wrong:
        return Verdict(file.path, case.id, "passed")
    for name in (case.invocable, *(result.name for result in case.results)):
        if name in model.external:
            return Verdict(file.path, case.id, "skipped", model.external[name])
    return Verdict(file.path, case.id, "failed", wrong)


def _wrong(case: Case, model: Model) -> str:
    if model.decisions is None:
        return "；".join(problem.text for problem in model.problems) or "模型读不出来"
    for result in case.results:
        try:
            outcome = _ask(model.decisions, case, result)
        except BihuanError as error:
            if result.is_error:
                continue
            return f"{result.name}: {error.text}"
        if result.is_error:
            if outcome.value is not None:
                return f"{result.name}: 应为错误,得到 {outcome.value!r}"
        elif not same(outcome.value, result.value):
            return f"{result.name}: 应为 {result.value!r},得到 {outcome.value!r}"
    return ""


def _ask(decisions: Decisions, case: Case, result: Expected) -> Outcome:
    if case.kind == "decisionService":
        outcome = decisions.call_service(case.invocable or result.name, case.inputs)
        named = isinstance(outcome.value, dict) and result.name in outcome.value
        return Outcome(outcome.value[result.name], [], {}) if named and len(case.results) > 1 else outcome
    if case.kind == "bkm":
        return decisions.call_knowledge(case.invocable or result.name, case.inputs)
    return decisions.decide(result.name, case.inputs, now=datetime.now(UTC))


@cache
def _model(path: Path) -> Model:
    data = path.read_bytes()
    others = [other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other != path]
    decisions, problems = compiled(data, imports=others)
    return Model(decisions, problems, _external(data))


def _external(data: bytes) -> dict[str, str]:
    """Return by name the decisions and knowledge models that an external function takes part in, and why to skip them."""
    try:
        root = parse(data)
    except XmlRejected:
        return {}
    reasons = _reasons()
    found: dict[str, str] = {}
    drawn: list[Any] = [one for one in root if isinstance(one.tag, str) and one.get("name")]
    for element in drawn:
        kinds = {str(one.get("kind")) for one in element.iter("{*}functionDefinition") if one.get("kind")}
        texts = " ".join(text.text or "" for text in element.iter("{*}text"))
        for kind, reason in reasons.items():
            if kind in kinds or (
                " external" in f" {texts}" and f"{kind.lower()}:" in texts.lower().replace(" ", "")
            ):
                found[str(element.get("name"))] = reason
    while more := {
        str(element.get("name")): found[used]
        for element in drawn
        for used in _required(element, drawn)
        if used in found and element.get("name") not in found
    }:
        found |= more
    return found


def _required(element: Any, drawn: list[Any]) -> list[str]:
    names = {f"#{one.get('id')}": str(one.get("name")) for one in drawn}
    hrefs = [one.get("href") for one in element.iter() if isinstance(one.tag, str) and one.get("href")]
    return [names[href] for href in hrefs if href in names]


@cache
def _reasons() -> dict[str, str]:
    text = (files("host.conformance") / "skips.toml").read_text(encoding="utf-8")
    return {one["function_kind"]: one["reason"] for one in tomllib.loads(text)["skip"]}
