"""A sealer that is meant to be killed: `python -m tests.integration.engine.sealing_worker OWNER_URL APP_URL SLOW`.

It seals in a loop, small seals; after each one, inside its transaction, it says so and waits SLOW seconds.
"""

import sys
import time
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url

from engine.sealing import sealer
from engine.storage.database import Database, Login
from host.composition import Bihuan
from host.settings import Settings

SMALL = 10


def main(owner_url: str, app_url: str, slow: str) -> None:
    """Seal until killed."""
    sealer.MOST_ENTRIES = SMALL
    settings = Settings.read({"BIHUAN_DATA_DIR": str(Path(gettempdir()) / "unused")})
    database = Database(Login(make_url(owner_url), make_url(app_url)))

    def linger(
        connection: Connection,
        cursor: object,
        statement: str,
        parameters: object,
        context: object,
        many: bool,
    ) -> None:
        if statement.startswith("INSERT INTO app.audit_seal"):
            print("link", flush=True)
            time.sleep(float(slow))

    event.listen(database.system_engine, "after_cursor_execute", linger)
    with Bihuan(settings, database=database) as bihuan:
        while True:
            with bihuan.unit_of_work() as uow:
                sealer.seal(uow)


if __name__ == "__main__":
    main(*sys.argv[1:])
