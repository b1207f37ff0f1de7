"""`bihuan simulate`: what it refuses, in words and with a code, leaving nothing behind; and one good year."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.storage.database import Database
from host.settings import Settings
from host.simulation.simulate import Order, simulate
from ledger.county.generating import generate
from ledger.importing.reading import accept
from ledger.policy.pack import load
from tests.integration.cli.conftest import Ran, Run

Names = Callable[[], set[str]]
POLICY, YEAR = "shawan", 2021


@pytest.fixture(scope="session")
def county() -> dict[str, Any]:
    """A county of five projects with few special ones."""
    pack = load(POLICY).resolve(YEAR)
    made = generate(pack.values, YEAR, 5, 2, pack.name)
    for name in ("direct", "rural", "ssf", "ppp", "bond", "pre_eval", "excluded"):
        made[name] = made[name][:1]
    for row in made["projects"][1:]:
        row.pop("key_eval", None)
    made["bond_monitor_units"] = 1
    return made


@pytest.fixture
def ledger(county: dict[str, Any], tmp_path: Path) -> Callable[..., Path]:
    """Write the county, changed by `change`, to a file."""

    def write(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Path:
        body = json.loads(json.dumps(county))
        change(body)
        path = tmp_path / "county.json"
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def asked(ledger: object, *more: object, report: object = "out/report.json") -> tuple[object, ...]:
    return ("simulate", "--policy", POLICY, "--ledger", ledger, "--report", report, *more)


def refused(ran: Ran, code: str, *words: str) -> None:
    """Require status 1, nothing on standard output, the stable code, a Chinese sentence with these words."""
    told = [line for line in ran.err_lines if "%" not in line and "━" not in line]
    assert (ran.status, ran.out) == (1, "")
    assert f"{code}: " in ran.err or f" {code} " in ran.err
    assert any("\u4e00" <= sign <= "\u9fff" for sign in "".join(told))
    assert [word for word in words if word not in ran.err] == []
    assert "Traceback" not in ran.err


@pytest.fixture
def nothing_left(databases: Names, tmp_path: Path) -> Callable[[], list[str]]:
    """Return what a command left: databases, files and folders besides the ledger."""
    before = databases()

    def left() -> list[str]:
        files = {path.name for path in tmp_path.rglob("*")}
        return sorted(databases() - before) + sorted(files - {"county.json", "taken"})

    return left


Left = Callable[[], list[str]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "ledger.no_file"),
        (b"", "ledger.not_json"),
        (b'{"year": 2021,', "ledger.not_json"),
        (b"[]", "ledger.not_object"),
        (b'{"year": 2021, "budget": NaN}', "ledger.not_a_number"),
        (b"\xff\xfe\x00", "ledger.not_utf8"),
        (b"PK\x03\x04 torn", "ledger.not_xlsx"),
        (b"{}", "ledger.missing_field"),
    ],
    ids=["missing", "empty", "cut", "list", "nan", "bytes", "xlsx", "object"],
)
def test_a_file_that_is_no_ledger_is_refused(
    run: Run, tmp_path: Path, nothing_left: Left, data: bytes | None, code: str
) -> None:
    if data is not None:
        (tmp_path / "county.json").write_bytes(data)

    ran = run(*asked("county.json"))

    refused(ran, code)
    assert nothing_left() == []


def _weight(body: dict[str, Any]) -> None:
    body["projects"][0]["indicators"][0]["weight"] += 100


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (lambda body: body["projects"][0].update(budget=-1), "ledger.negative", "projects[0]"),
        (lambda body: body["projects"][2].update(budget=1.5), "ledger.wrong_type", "projects[2]"),
        (_weight, "ledger.weight_sum", "9100"),
        (
            lambda body: body["projects"][1].update(id=body["projects"][0]["id"]),
            "ledger.duplicate_id",
            "projects[1]",
        ),
        (lambda body: body["projects"][0].update(dept="999"), "ledger.unknown_department", "999"),
        (lambda body: body.update(year="soon"), "ledger.wrong_type", "soon"),
        (lambda body: body.update(year=1900), "policy.invalid", "1900"),
    ],
    ids=["negative", "fraction", "weights", "twice", "department", "word", "long ago"],
)
def test_a_ledger_with_a_wrong_row_is_refused_with_its_place(
    run: Run, ledger: Callable[..., Path], nothing_left: Left, change: Any, code: str, place: str
) -> None:
    ran = run(*asked(ledger(change)))

    refused(ran, code, place)
    assert nothing_left() == []


def test_every_wrong_row_is_told_at_once(run: Run, ledger: Callable[..., Path]) -> None:
    def change(body: dict[str, Any]) -> None:
        for row in body["projects"][:3]:
            row["budget"] = -1

    ran = run(*asked(ledger(change)))

    refused(ran, "ledger.invalid", "3 处")
    assert ran.err.count("ledger.negative") == 3


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--set", "grading.band=[]"), "policy.unknown_key", ("grading.bands",)),
        (("--set", "grading.bands=[["), "policy.invalid", ("JSON",)),
        (("--set", "grading.bands=5"), "policy.invalid", ("grading.bands", "5")),
        (("--set", 'grading.bands=[["A",50,100]]'), "policy.invalid", ("0–100",)),
        (("--set", "dept_eval.min_amount_share=much"), "policy.invalid", ("much",)),
        (("--set", "nonsense"), "policy.invalid", ("KEY=JSON", "nonsense")),
        (("--rows", "self_eval.cont=x.csv"), "measure.not_found", ("self_eval.cont",)),
        (("--rows", "self_eval.count"), "rows.form", ("self_eval.count",)),
        (("--rows", "self_eval.count=taken/x.csv"), "report.not_written", ("taken",)),
        (("--keep", "postgres"), "storage.database_exists", ("postgres",)),
        (("--policy", "atlantis"), "policy.not_found", ("atlantis", POLICY)),
        (("--policy", "../shawan"), "policy.not_found", ("../shawan",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and value[0].startswith("--") else "",
)
def test_a_wrong_wish_is_refused_before_anything_is_run(
    run: Run,
    ledger: Callable[..., Path],
    tmp_path: Path,
    nothing_left: Left,
    more: tuple[str, ...],
    code: str,
    words: tuple[str, ...],
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")

    ran = run(*asked(ledger(), *more))

    refused(ran, code, *words)
    assert nothing_left() == []


@pytest.mark.parametrize("report", ["out.txt", "taken/report.json", "/proc/nowhere/report.json"])
def test_a_place_where_no_report_can_be_written_is_refused_first(
    run: Run, ledger: Callable[..., Path], tmp_path: Path, nothing_left: Left, report: str
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")

    ran = run(*asked(ledger(), report=report))

    refused(ran, "report.not_written", Path(report).name)
    assert nothing_left() == []


class Stopped(Exception):
    """Somebody pulled the plug."""


@pytest.mark.slow
def test_a_year_that_is_broken_off_leaves_no_database(
    own_server: Database, own_folder: Path, databases: Names, county: dict[str, Any]
) -> None:
    before = databases()
    seen: list[set[str]] = []

    def progress(text: str, part: float) -> None:
        seen.append(databases() - before)
        if "已办结" in text:
            raise Stopped

    with pytest.raises(Stopped):
        simulate(
            Settings.read({"BIHUAN_DATA_DIR": str(own_folder)}),
            Order(accept(county), load(POLICY).resolve(YEAR)),
            progress,
        )

    assert len(seen[-1]) == 1, "there was one while it ran"
    assert databases() - before == set()


@pytest.mark.slow
def test_a_good_year_writes_its_report_and_its_rows_and_leaves_no_database(
    run: Run, ledger: Callable[..., Path], databases: Names, own_server: Database, tmp_path: Path
) -> None:
    before = databases()

    ran = run(
        *asked(ledger(), "--seed", 7, "--set", "result.deduct_below_score=75"),
        *("--rows", "self_eval.count=rows/self.csv", "--rows", "target.count=rows/target.csv"),
    )

    assert (ran.status, "Traceback" in ran.err) == (0, False)
    assert "100%" in ran.err
    names = ["out/report.json", "out/report.md", "out/report.docx", "rows/self.csv", "rows/target.csv"]
    assert [name for name in names if not (tmp_path / name).stat().st_size] == []
    assert [Path(line.split()[-1]).as_posix() for line in ran.out.splitlines()] == names
    report = json.loads((tmp_path / "out/report.json").read_text("utf-8"))
    assert report["policy"]["overrides"] == {"result.deduct_below_score": 75}
    with (tmp_path / "rows/self.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) - 1 == report["measures"]["self_eval.count"]["rows"] == 5
    assert databases() == before
