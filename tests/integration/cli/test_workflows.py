"""`bihuan workflows`: definitions out of the database as files, and back as the next versions, all or none."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from engine import versions
from engine.model.definitions import ProcessDefinition
from forms.library import FACTORY
from host.cli.main import bihuan as command
from host.composition import Bihuan
from host.publishing.moving import ImportRefused
from ledger.packs_in_force import Packs
from ledger.policy.pack import available
from tests.integration.engine.test_deciding import GRADE, limits
from tests.unit.bpmn.diagrams import call, chain, diagram, ends, users

Run = Callable[..., str]
OUTER = diagram("outer", ends(), call("inner_call", "zz_inner"), chain("s", "inner_call", "e"))
SIGNATURE = (FACTORY / "signature.json").read_text(encoding="utf-8")
INNER = diagram("zz_inner", ends(), users("u"), chain("s", "u", "e")).replace(b'"form"', b'"signature"')


@pytest.fixture(autouse=True)
def _nothing_published(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProcessDefinition))


@pytest.fixture
def run(bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))

    def invoke(*arguments: object) -> str:
        typed = ["workflows", *map(str, arguments), "--database", bihuan.database.name]
        return CliRunner().invoke(command, typed, catch_exceptions=False).output

    return invoke


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in {
        "decisions/a_grade.dmn": GRADE,
        "decisions/limits.dmn": limits(60),
        "processes/outer.bpmn": OUTER,
        "processes/zz_inner.bpmn": INNER,
        "forms/signature.json": SIGNATURE.replace("同意报送", "同意上报").encode(),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def in_force(bihuan: Bihuan) -> dict[str, int]:
    with bihuan.unit_of_work() as uow:
        return {row.key: row.version for kind in versions.KINDS for row in versions.newest(uow.session, kind)}


def test_a_folder_is_imported_whatever_needs_what_and_nothing_twice(
    bihuan: Bihuan, run: Run, folder: Path
) -> None:
    said = run("import", folder)

    assert in_force(bihuan) == {"grade": 1, "limits": 1, "outer": 1, "zz_inner": 1, "signature": 1}
    assert "5 个文件,已发布 5 个新版本" in said and "called.unknown" not in said
    assert "已发布 0 个新版本" in run("import", folder)


def test_a_changed_file_is_the_next_version_and_says_what_differs(
    bihuan: Bihuan, run: Run, folder: Path
) -> None:
    run("import", folder)
    (folder / "decisions/limits.dmn").write_bytes(limits(80))

    tried = run("import", folder, "--dry-run")
    before = in_force(bihuan)["limits"]
    said = run("import", folder)

    assert before == 1 and "会发布 1 个新版本" in tried
    assert in_force(bihuan)["limits"] == 2
    assert "算法由“60”改为“80”" in tried and "算法由“60”改为“80”" in said


def test_nothing_is_published_if_one_file_has_an_error(bihuan: Bihuan, run: Run, folder: Path) -> None:
    (folder / "processes/outer.bpmn").write_bytes(
        OUTER.replace(b"</bpmn:process>", b"<bpmn:task id='t'/></bpmn:process>")
    )
    (folder / "forms/signature.json").write_text("{", encoding="utf-8")

    with pytest.raises(ImportRefused) as refused:
        run("import", folder)

    assert in_force(bihuan) == {}
    assert {line.split(" ")[0].rpartition("/")[2] for line in refused.value.lines} == {
        "outer.bpmn",
        "signature.json",
    }


def test_what_was_exported_is_what_was_imported(
    bihuan: Bihuan, run: Run, folder: Path, tmp_path: Path
) -> None:
    run("import", folder)
    out = tmp_path / "out"

    run("export", out)

    assert (out / "decisions" / "grade.dmn").read_bytes() == GRADE
    assert len(list((out / "forms").iterdir())) == len(list(FACTORY.glob("*.json")))
    assert "已发布 0 个新版本" in run("import", out / "processes", out / "decisions")


def test_an_older_version_is_published_again(bihuan: Bihuan, run: Run, folder: Path) -> None:
    run("import", folder)
    (folder / "decisions/limits.dmn").write_bytes(limits(80))
    run("import", folder)

    said = run("publish", "decisions", "limits", 1)

    assert "已把第 1 版重新发布为第 3 版" in said
    listed = json.loads(run("list", "--kind", "decisions", "--json"))
    assert {row["key"]: row["version"] for row in listed} == {"grade": 1, "limits": 3}


def test_what_comes_with_the_program_is_published_only_when_it_was_changed(
    bihuan: Bihuan, run: Run, tmp_path: Path
) -> None:
    run("export", tmp_path)
    assert "已发布 0 个新版本" in run("import", tmp_path)

    pack = tmp_path / "policies" / "cn-default.toml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(
        text.replace("[rectification.days]\nvalue = 10", "[rectification.days]\nvalue = 20"), "utf-8"
    )
    said = run("import", tmp_path)

    assert "policy cn-default 第 1 版\n  “整改期限(工作日)”取值由“10”改为“20”。\n" in said
    with bihuan.unit_of_work() as uow:
        assert Packs(uow.session).load("cn-default").resolve(2022).values["rectification.days"] == 20
    listed = {row["key"]: row["version"] for row in json.loads(run("list", "--kind", "policies", "--json"))}
    assert listed == {one: int(one == "cn-default") for one in available()}
    assert "随程序提供" in run("list", "--kind", "policies")
    assert "已把随程序提供的重新发布为第 2 版" in run("publish", "policies", "cn-default", 0)


def test_a_pack_with_faults_is_refused_with_key_and_line(bihuan: Bihuan, run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "policies" / "elsewhere.toml"
    pack.parent.mkdir()
    head = '[pack]\nid = "elsewhere"\nname = "别处"\nextends = "cn-default"\n'
    pack.write_text(head + "[rectification.days]\nvalue = 0\n[rectification.dais]\nvalue = 1\n", "utf-8")

    with pytest.raises(ImportRefused) as refused:
        run("import", tmp_path)

    first, second = refused.value.lines
    assert "rectification.days error policy.invalid 第 5 行:" in first
    assert "rectification.dais error policy.invalid 第 7 行:" in second and "rectification.days" in second
    assert in_force(bihuan) == {}


def test_the_factory_can_be_imported(bihuan: Bihuan, run: Run) -> None:
    assert re.search(r"(\d\d) 个文件,会发布 \1 个新版本", run("import", "--factory", "--dry-run"))
