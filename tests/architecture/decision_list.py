"""Write docs/decisions.md from the tables themselves: `python -m tests.architecture.decision_list`."""

from pathlib import Path

from lxml import etree

from tests.architecture.sources import ROOT

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
PAGE = ROOT / "docs" / "decisions.md"
HEAD = """# Decisions

Generated from `workflows/decisions/` by `python -m tests.architecture.decision_list`; a test keeps it current. D-numbers are
those of the domain. Every table also sees `policy`, the year's pack. Rules in brackets are where a row comes from.
Tables that no diagram asks are asked by `bihuan whatif`, or wait for the screen or stage that will ask them. In the browser each stands
under 流程工坊 → 决策表 (`/studio/decisions`) with its versions, problems and askers; which rule matched, on the page of an instance.
"""


def page() -> str:
    """Return the page as it should be."""
    files = sorted(
        (ROOT / "workflows" / "decisions").glob("*.dmn"), key=lambda path: (number(path), path.stem)
    )
    return HEAD + "".join(part(path) for path in files)


def number(path: Path) -> str:
    """Return the D-number a table carries."""
    return description(etree.parse(str(path)).getroot())[:3]


def description(element: "etree._Element") -> str:
    return " ".join((element.findtext(f"{DMN}description") or "").split())


def users(key: str) -> str:
    """Return who asks a decision."""
    asked = f'bihuan:decision="{key}"'
    drawn = [
        f"`{path.stem}`"
        for path in sorted((ROOT / "workflows" / "processes").glob("*.bpmn"))
        if asked in path.read_text(encoding="utf-8")
    ]
    questions = (ROOT / "ledger" / "whatif" / "questions.py").read_text(encoding="utf-8")
    drawn += ["`bihuan whatif`"] if f'"{key}"' in questions else []
    return "、".join(drawn) or "no diagram yet"


def part(path: Path) -> str:
    """Return the section of one table."""
    root = etree.parse(str(path)).getroot()
    inputs = [f"`{one.get('name')}` {one.get('label')}" for one in root.iter(f"{DMN}inputData")]
    outputs = [f"`{one.get('name') or path.stem}` {one.get('label')}" for one in root.iter(f"{DMN}output")]
    rows = [f"- `{rule.get('id')}` {description(rule)}\n" for rule in root.iter(f"{DMN}rule")]
    return (
        f"\n## {number(path)} `{path.stem}` {root.get('name')}\n\n{description(root)[4:]}\n\n"
        f"In: {'、'.join(one for one in inputs if not one.startswith('`policy`'))}. "
        f"Out: {'、'.join(outputs) or root.get('name')}. Used by: {users(path.stem)}.\n\n" + "".join(rows)
    ).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
