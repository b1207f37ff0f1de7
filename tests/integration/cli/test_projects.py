"""`bihuan projects`: the template, an import that is tried, refused, done, and last year's projects."""

from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import insert

from host.cli.main import bihuan as command
from host.composition import Bihuan
from ledger.model.register import Organisation
from tests.integration.cli.conftest import Operate


def test_projects_come_in_at_a_terminal(bihuan: Bihuan, operate: Operate, tmp_path: Path) -> None:
    file = tmp_path / "projects.xlsx"
    assert operate("year", "place", "hill", "山丘县")[0] == 0
    with bihuan.unit_of_work() as uow:
        office = {"code": "D01", "name": "水利局", "kind": "department", "valid_from": "2020-01-01"}
        uow.session.execute(insert(Organisation).values(jurisdiction_id=1, **office))
    assert CliRunner().invoke(command, ["projects", "template", str(file)]).exit_code == 0
    book = load_workbook(file)
    book["项目"].append(("P-1", "河道清淤", "D01", 12.5))
    book.save(file)

    told = "新增 1 行,更新 0 行,没有变化 0 行,已有更新的数、保留不变 0 行。\n"
    assert operate("projects", "import", "hill", "2098", str(file), "--dry-run") == (0, f"项目:会{told}")
    assert operate("projects", "import", "hill", "2098", str(file)) == (0, f"项目:已{told}")
    assert operate("projects", "carry-over", "hill", "2099") == (0, "已把 1 个项目沿用到 2099 年度。\n")
    assert operate("projects", "carry-over", "hill", "2099")[0] == 1
    book["项目"].append(("P-2", "灌区", "NONE", 1))
    book.save(file)
    assert operate("projects", "import", "hill", "2098", str(file))[0] == 1
