"""Another process that uses an embedded server: `python -m tests.integration.storage.asking FOLDER`.

It says its server's postmaster, waits for a line on its standard input, leaves and ends.
"""

import sys
from pathlib import Path

import psycopg

from engine.storage.embedded import EmbeddedServer

if __name__ == "__main__":
    with EmbeddedServer(Path(sys.argv[1])) as server:
        url = server.url("postgres")
        with psycopg.connect(host=str(url.query["host"]), dbname="postgres", user=url.username) as connection:
            row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
        print(str(row[0]).split("\n")[0] if row else "none", flush=True)
        sys.stdin.readline()
