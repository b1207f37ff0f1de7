"""docs/rest.md: its commands work as they stand there."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask
from sqlalchemy import select

from engine.model.tasks import UserTask
from host.accounts import tokens
from host.composition import Bihuan
from host.model.accounts import Account
from tests.integration.engine.stage import UNIT
from tests.web.desk import desk_on

DOCUMENT = Path(__file__).parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
PROGRAM = re.compile(r"```python\n(.*?)```", re.S)


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *given: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the pages in a thread; yield the address."""
    server = make_server("127.0.0.1", 0, app, handler_class=Silent)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing: apt-get install curl")
def test_the_commands_of_the_page_do_what_it_says(bihuan: Bihuan, tmp_path: Path) -> None:
    desk = desk_on(bihuan)
    client = desk.client("zhang")
    cookie = client.get_cookie("bihuan_session")
    form_token = client.get("/api/v1/me").json["form_token"]  # type: ignore[index]
    assert cookie is not None
    given = f'cookie = "bihuan_session={cookie.value}"\nheader = "X-Form-Token: {form_token}"\n'
    (tmp_path / "credentials").write_text(given)
    script = "set -euo pipefail\n" + "echo\n".join(BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")))

    with served(desk.app) as address:
        done = subprocess.run(
            ["bash", "-c", script],
            check=False,
            cwd=tmp_path,
            env={"BIHUAN": address, "PATH": "/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 0, done.stderr
    said = re.findall(r'"code":"(\w+\.\w+)"', done.stdout)
    assert said == ["task.wrong_state"], done.stdout
    assert done.stdout.count('"command":"task.complete"') == 2


def test_the_program_of_the_page_completes_what_it_finds(bihuan: Bihuan, tmp_path: Path) -> None:
    desk = desk_on(bihuan)
    with bihuan.unit_of_work() as uow:
        account_id = uow.session.scalars(select(Account.id).where(Account.login == "zhang")).one()
        token = tokens.make(uow, account_id, "client", ["view", "work"], 30, allowed=["view", "work"])
    (tmp_path / "client.py").write_text("".join(PROGRAM.findall(DOCUMENT.read_text(encoding="utf-8"))))

    with served(desk.app) as address:
        done = subprocess.run(
            [sys.executable, "client.py"],
            check=False,
            cwd=tmp_path,
            env={"BIHUAN": address, "BIHUAN_TOKEN": token},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("task.complete ")
    with bihuan.unit_of_work() as uow:
        assert not uow.session.scalars(
            select(UserTask.id).where(UserTask.status == "open", UserTask.organisation_id == UNIT)
        ).all()
