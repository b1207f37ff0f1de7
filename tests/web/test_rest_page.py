"""docs/rest.md: its commands work as they stand there."""

import re
import shutil
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from host.composition import Bihuan
from tests.web.desk import desk_on

DOCUMENT = Path(__file__).parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.S)


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *given: object) -> None:
        """Say nothing."""


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
    server = make_server("127.0.0.1", 0, desk.app, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    try:
        environment = {
            "BIHUAN": f"http://127.0.0.1:{server.server_port}",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }
        done = subprocess.run(
            ["bash", "-c", script],
            check=False,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        server.shutdown()
        server.server_close()

    assert done.returncode == 0, done.stderr
    said = re.findall(r'"code":"(\w+\.\w+)"', done.stdout)
    assert said == ["task.wrong_state"], done.stdout
    assert done.stdout.count('"command":"task.complete"') == 2
