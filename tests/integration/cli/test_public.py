"""`bihuan public`: pages for a portal and the package for the congress, of one place."""

from pathlib import Path
from zipfile import ZipFile

from host.composition import Bihuan
from tests.integration.cli.conftest import Operate
from tests.web.disclosed_county import disclose_one
from tests.web.results_county import settle_results
from tests.web.small_county import settle


def test_what_was_approved_leaves_as_files(bihuan: Bihuan, operate: Operate, tmp_path: Path) -> None:
    with bihuan.unit_of_work() as uow:
        settle(uow)
        settle_results(uow)
        disclose_one(uow)

    status, said = operate("public", "export", str(tmp_path / "portal"))
    assert status == 0 and "7 个页面" in said
    assert (tmp_path / "portal" / "2021" / "projects" / "N1.html").is_file()

    status, said = operate("public", "export", str(tmp_path / "english"), "--language", "en")
    assert status == 0 and "7 个页面" in said
    assert '<html lang="en">' in (tmp_path / "english" / "index.html").read_text("utf-8")

    package = tmp_path / "results.zip"
    status, said = operate("public", "congress", str(package), "--kind", "results", "--year", "2021")
    assert status == 0 and "1 个部门,2 个项目" in said and "水利局" in said
    with ZipFile(package) as packed:
        assert len(packed.namelist()) == 2
    assert operate("public", "congress", str(package), "--kind", "results", "--year", "2001")[0] == 1
    assert operate("public", "export", str(tmp_path / "other"), "--place", "nowhere")[0] == 1
