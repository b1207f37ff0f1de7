"""`bihuan doctor`: what is wrong and what to do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from engine import versions
from engine.access import SYSTEM
from engine.model.definitions import ProcessDefinition
from engine.versions import Content
from host.composition import Bihuan

Operate = Callable[..., tuple[int, str]]


def swept(bihuan: Bihuan) -> None:
    """Let somebody have looked for what is due just now, and a worker live."""
    with bihuan.unit_of_work() as uow:
        word = "insert into app.sweep values (1, :at) on conflict (id) do update set at = excluded.at"
        uow.session.execute(text(word), {"at": datetime.now(UTC)})
        uow.session.execute(text("insert into queue.procrastinate_workers default values"))


def test_an_installation_without_a_worker_is_told_to_start_one(bihuan: Bihuan, operate: Operate) -> None:
    status, said = operate("doctor")

    assert status == 1
    assert "✗ 没有进程在看到期的事" in said and "scheduler.still" in said
    assert "→ 启动 bihuan worker" in said


def test_one_that_is_well_is_told_so(bihuan: Bihuan, operate: Operate) -> None:
    swept(bihuan)

    status, said = operate("doctor")

    assert (status, said.strip()) == (0, "✓ 设置、文件、数据库、时钟和工作进程都没有发现问题。")


def test_a_warning_alone_is_no_failure_and_programs_read_it(
    bihuan: Bihuan, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(bihuan)
    monkeypatch.setenv("BIHUAN_HOST", "0.0.0.0")

    status, said = operate("doctor", "--json")

    assert status == 0
    [found] = json.loads(said)
    assert (found["code"], found["weight"]) == ("settings.http", "warn")


def test_a_secret_that_others_may_read_is_named(
    bihuan: Bihuan, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(bihuan)
    monkeypatch.setattr(
        "host.health.examining.NAME", "secret-of-this-test"
    )  # others look for theirs meanwhile
    secret: Path = bihuan.settings.data_dir / "secret-of-this-test"
    secret.touch()
    secret.chmod(0o644)

    status, said = operate("doctor")

    secret.unlink()
    assert status == 1 and f"chmod 600 {secret}" in said


def test_a_published_pack_that_no_longer_reads_is_named_with_its_key(
    bihuan: Bihuan, operate: Operate
) -> None:
    swept(bihuan)
    old = '[pack]\nid = "far-away"\nname = "远方"\nextends = "cn-default"\n[gone.key]\nvalue = 1\n'
    with bihuan.unit_of_work() as uow:
        versions.keep(uow, Content("policy", "far-away", "远方", "0" * 64, old), by=SYSTEM)

    status, said = operate("doctor")

    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProcessDefinition).where(ProcessDefinition.key == "far-away"))
    assert status == 1 and "政策包“far-away”不能用" in said and "gone.key" in said


def test_a_server_that_does_not_answer_is_told_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., object]
) -> None:
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    said = run("doctor")

    assert said.status == 1  # type: ignore[attr-defined]
    assert "database.unreachable" in said.out  # type: ignore[attr-defined]
    assert "BIHUAN_DATABASE_URL" in said.out  # type: ignore[attr-defined]


def test_a_folder_of_attachments_that_is_closed_and_a_place_that_is_not_there_are_named(
    bihuan: Bihuan, operate: Operate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    swept(bihuan)
    monkeypatch.setenv("BIHUAN_ATTACHMENTS_DIR", str(tmp_path / "papers"))
    monkeypatch.setenv("BIHUAN_PUBLIC", "nowhere")
    monkeypatch.setattr("host.health.examining.os.access", lambda folder, _how: folder != tmp_path)

    status, said = operate("doctor")

    assert status == 1
    assert "attachments.closed" in said and str(tmp_path / "papers") in said
    assert "“nowhere”不是登记过的地区" in said and "settings.public" in said
