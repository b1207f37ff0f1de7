"""`bihuan tck`: a small kit of our own with a case that passes, one that fails, one that needs Java."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.unit.dmn.documents import NAMESPACE

CASES = "http://www.omg.org/spec/DMN/20160719/testcase"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'


def case(name: str, expected: str, given: str = "", attributes: str = "", result: str = "") -> str:
    return (
        f'<testCase id="{name}" {attributes}>{given}<resultNode name="{name}" {result}>'
        f"<expected>{expected}</expected></resultNode></testCase>"
    )


def decision(name: str, text: str) -> str:
    return (
        f'<decision name="{name}" id="{name}"><variable name="{name}"/>'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


JAVA = (
    '<decision name="java" id="java"><variable name="java"/><literalExpression><text>function(x: string) external '
    '{java: {class: "java.lang.Math", `method signature`: "abs(int)"}}</text></literalExpression></decision>'
)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "kit" / "0001-own"
    folder.mkdir(parents=True)
    model = (
        decision("sum", "a + 1")
        + decision("list", "[1, null, {x: true}]")
        + decision("days", 'duration("P1D")')
        + decision("wrong", "1")
        + decision("bad", "1 &lt; true")
        + JAVA
        + '<decision name="uses" id="uses"><variable name="uses"/><informationRequirement>'
        '<requiredDecision href="#java"/></informationRequirement>'
        "<literalExpression><text>java(1)</text></literalExpression></decision>"
    )
    (folder / "own.dmn").write_text(
        f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="urn:own">{model}</definitions>'
    )
    listed = (
        "<list><item><value xsi:type='xsd:decimal'>1</value></item><item><value xsi:nil='true'/></item>"
        "<item><component name='x'><value xsi:type='xsd:boolean'>true</value></component></item></list>"
    )
    given = "<inputNode name='a'><value xsi:type='xsd:decimal'>0.5</value></inputNode>"
    cases = [
        case("sum", "<value xsi:type='xsd:decimal'>1.5</value>", given),
        case("list", listed),
        case("days", "<value xsi:type='xsd:duration'>P1D</value>"),
        case("bad", "", result='errorResult="true"'),
        case("wrong", "<value xsi:type='xsd:decimal'>2</value>"),
        case("java", "<value xsi:type='xsd:decimal'>2</value>"),
        case("uses", "<value xsi:type='xsd:decimal'>2</value>"),
        "<!--" + case("gone", "").replace("--", "") + "-->",
    ]
    (folder / "own-test-01.xml").write_text(
        f'<testCases xmlns="{CASES}" {XSI}><modelName>own.dmn</modelName>{"".join(cases)}</testCases>'
    )
    return folder.parent


def test_the_last_line_counts_every_case(run: Run, kit: Path) -> None:
    ran = run("tck", kit)

    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[-2:] == ["0001-own: 4 passed, 1 failed, 2 skipped", "4 passed, 1 failed, 2 skipped"]
    assert [line for line in lines if "failed" in line and "#wrong" in line and "应为" in line]
    assert len([line for line in lines if line.startswith("  skipped") and "Java" in line]) == 2


def test_all_passing_is_a_good_end(run: Run, kit: Path) -> None:
    file = kit / "0001-own" / "own-test-01.xml"
    file.write_text(file.read_text().replace(">2<", ">1<", 1))

    ran = run("tck", kit / "0001-own", "--quiet")

    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "5 passed, 0 failed, 2 skipped"


@pytest.mark.parametrize("content", ["", "<other/>", "<testCases"])
def test_a_folder_without_cases_is_refused(run: Run, tmp_path: Path, content: str) -> None:
    if content:
        (tmp_path / "a.xml").write_text(content)

    ran = run("tck", tmp_path)

    assert ran.status == 1
    assert ran.code in ("tck.no_cases", "tck.unreadable")


def test_a_model_that_is_not_there_fails_its_cases(run: Run, kit: Path) -> None:
    (kit / "0001-own" / "own.dmn").unlink()

    ran = run("tck", kit)

    assert ran.status == 1
    assert ran.out.splitlines()[-1] == "0 passed, 7 failed, 0 skipped"
