"""Read the kit's test files: what goes in, what should come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from engine.errors import InvalidInput
from engine.xml import XmlRejected, parse
from host.conformance.values import CASES, value_of


@dataclass(frozen=True, slots=True)
class Expected:
    """One result: its name (a decision, or an output of a service), the value, or that it must be an error."""

    name: str
    value: Any
    is_error: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One `<testCase>`. kind: `decision`, `decisionService` or `bkm`; invocable: what of these is called."""

    id: str
    kind: str
    invocable: str
    inputs: dict[str, Any]
    results: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One test file: the model it is about, and its cases."""

    path: Path
    model: Path
    cases: tuple[Case, ...]


def case_files(folder: Path) -> list[CaseFile]:
    """Return every test file at or below a folder, by path. Raises InvalidInput if there is none, or one is broken."""
    if not folder.is_dir():
        raise InvalidInput(f"找不到文件夹 {folder};请给出一致性测试用例所在的文件夹。", code="tck.no_folder")
    found = [read for path in sorted(folder.rglob("*.xml")) if (read := _read(path)) is not None]
    if not found:
        raise InvalidInput(
            f"文件夹 {folder} 里没有一致性测试用例(根元素为 testCases 的 .xml);请核对路径。",
            code="tck.no_cases",
        )
    return found


def _read(path: Path) -> CaseFile | None:
    try:
        root = parse(path.read_bytes())
    except XmlRejected as error:
        raise InvalidInput(f"用例文件 {path} 读不出来:{error.text}", code="tck.unreadable") from error
    if root.tag != f"{CASES}testCases":
        return None
    model = root.findtext(f"{CASES}modelName", "").strip()
    return CaseFile(path, path.parent / model, tuple(_cases(root)))


def _cases(root: Any) -> Iterator[Case]:
    for case in root.iter(f"{CASES}testCase"):
        yield Case(
            id=case.get("id", ""),
            kind=case.get("type", "decision"),
            invocable=case.get("invocableName", ""),
            inputs={node.get("name"): value_of(node) for node in case.iter(f"{CASES}inputNode")},
            results=tuple(_expected(node) for node in case.iter(f"{CASES}resultNode")),
        )


def _expected(node: "etree._Element") -> Expected:
    wanted = node.find(f"{CASES}expected")
    value = None if wanted is None else value_of(wanted)
    return Expected(str(node.get("name")), value, node.get("errorResult", "false").strip() == "true")
