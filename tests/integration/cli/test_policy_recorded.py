"""`bihuan policy show --recorded`: what the bureau has confirmed in the database."""

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert

from engine.access import SYSTEM
from engine.model.definitions import ProcessDefinition
from host.cli.main import bihuan as command
from host.composition import Bihuan
from host.publishing import policy_files
from ledger import confirmations
from ledger.model.register import Jurisdiction
from ledger.policy.pack import factory_folder, load

PACK = load("cn-default").resolve(2022)


def test_what_is_confirmed_in_the_database_is_said(bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))
    key = next(iter(PACK.inferred))
    with bihuan.unit_of_work() as uow:
        uow.session.execute(insert(Jurisdiction).values(id=7, code=PACK.id, name="示范县"))
        confirmations.confirm(uow, 7, PACK, key, "纪要 3 号", by=SYSTEM)

    def shown(*more: str) -> str:
        arguments = ["policy", "show", PACK.id, "--year", "2022", "--key", key, *more]
        return CliRunner().invoke(command, arguments).output

    assert "1 个待财政局确认" in shown() and "【待财政局确认】" in shown()
    said = shown("--recorded", "--database", bihuan.database.name)
    assert "0 个待财政局确认" in said and "【已确认】系统" in said and "纪要 3 号" in said


def test_a_published_version_is_shown_with_its_values(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))
    text = (factory_folder() / "wuhai.toml").read_text(encoding="utf-8")
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProcessDefinition).where(ProcessDefinition.key == "wuhai"))
        policy_files.publish(uow, f"{text}\n[meta.note]\nvalue = '新的'\n".encode(), SYSTEM)

    arguments = ["policy", "show", "wuhai", "--recorded", "--database", bihuan.database.name]
    said = CliRunner().invoke(command, arguments).output

    assert "(wuhai)第 1 版" in said and "= 新的" in said
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProcessDefinition).where(ProcessDefinition.key == "wuhai"))
