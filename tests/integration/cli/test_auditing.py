"""`bihuan audit`: exit status and output of the command itself."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from engine.clock import VirtualClock
from host.cli.main import bihuan as command
from host.composition import Bihuan
from tests.integration.engine.sealed import chain, forget, tamper, write


@pytest.fixture
def run(bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Run the command against the module's database, with an audit of three seals over two days."""
    forget(bihuan)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))
    return Run(bihuan)


class Run:
    def __init__(self, bihuan: Bihuan) -> None:
        self._name = bihuan.database.name

    def __call__(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, ["audit", *arguments, "--database", self._name])
        return done.exit_code, done.stdout


def test_a_whole_audit_exits_with_0_and_tells_its_tail(run: Run, bihuan: Bihuan) -> None:
    chain(bihuan, seals=2, each=2)
    write(bihuan, 3)

    status, told = run("verify", "--json")

    outcome = json.loads(told)
    assert (status, outcome["whole"], outcome["entries"], outcome["seals"]) == (0, True, 4, 2)
    assert outcome["unsealed"]["rows"] == 3
    assert outcome["unsealed"]["oldest_seconds"] > 0
    assert run("seal") == (0, "已封印 3 条审计记录。\n")
    assert "尚未封印 0 条" in run("verify")[1]


def test_an_edited_entry_exits_with_1_and_is_named(run: Run, bihuan: Bihuan) -> None:
    chain(bihuan, seals=2, each=2)
    tamper(bihuan, "update app.audit_entry set actor_name = '李四' where id = 3")

    status, told = run("verify", "--json")

    outcome = json.loads(told)
    assert (status, outcome["whole"], outcome["findings_total"]) == (1, False, 1)
    assert (outcome["findings"][0]["code"], outcome["findings"][0]["entry_id"]) == ("entry.edited", 3)
    status, told = run("verify")
    assert status == 1
    assert told.startswith("entry.edited: 审计记录 3(封印 2)")


def test_a_printed_line_of_another_chain_exits_with_1(run: Run, bihuan: Bihuan, clock: VirtualClock) -> None:
    chain(bihuan, seals=1)
    clock.set(clock.now() + timedelta(days=1))
    chain(bihuan, seals=1)

    line = run("anchors")[1].strip()

    assert line.startswith("2021-03-01 1 ")
    assert run("verify", "--anchor", line)[0] == 0
    assert run("verify", "--anchor", line[:-8] + "00000000")[0] == 1
