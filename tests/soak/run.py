"""`make soak`: half an hour of mixed load on a county of its own while processes are killed; one JSON with the verdict.

Status 0: no wrong answer, nothing lost, nothing twice, memory flat. Status 1: `broken` lists what is not so. Progress on
standard error. Everything goes over loopback. What is killed and who visits follow the seed; what meets when does not.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from engine.sealing.sealer import seal
from engine.sealing.verifying import verify, witnessed
from engine.storage import postmaster
from host.composition import Bihuan
from host.settings import Settings
from tests.chaos import oracle
from tests.scratch import scratch
from tests.soak import county
from tests.soak.book import Book, as_json
from tests.soak.memory import Memory
from tests.soak.servers import Servers
from tests.soak.visitor import Visitor

VISITORS, PAUSE_SECONDS = 6, 0.35
KILL_SECONDS, READ_SECONDS, SAY_SECONDS = 25, 5, 30
SETTLES_SECONDS = 180
WARMING_SHARE = 0.2
JUDGED_SECONDS, MOST_MB_PER_HOUR = 900, 60
"""Memory is judged when it was watched for so long after warming."""
MOST_SHOWN = 20


def main(argv: list[str] | None = None) -> int:
    """Run the load; return the exit status."""
    asked = argparse.ArgumentParser(prog="soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--seed", default=str(time.time_ns() % 1_000_000))
    asked.add_argument("--kill-every", type=float, default=KILL_SECONDS, help="seconds between two kills")
    asked.add_argument("--keep", action="store_true", help="keep the county and what the servers said")
    wanted = asked.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="bihuan-soak-", dir=scratch()))
    folder.chmod(0o755)
    try:
        verdict = _play(folder, wanted)
    finally:
        if wanted.keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(as_json(verdict))
    return 1 if verdict["broken"] else 0


def _play(folder: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    environment = _environment(folder)
    os.environ |= environment
    settings, book, memory = Settings.read(), Book(folder), Memory(wanted.minutes * 60 * WARMING_SHARE)
    with ExitStack() as leaving:
        say(f"seed {wanted.seed}; a county is made")
        demo = county.made(settings, leaving)
        servers = Servers(folder, environment, book, Random(f"{wanted.seed}/kills"))
        leaving.callback(servers.end)
        servers.start()
        bihuan = county.opened(settings, demo, leaving)
        with bihuan.unit_of_work() as uow:
            logins = county.hire(uow)
        before = oracle.broken(bihuan)
        begun = time.monotonic()
        _load(servers, bihuan, logins, memory, wanted)
        seconds = time.monotonic() - begun
        _settle(bihuan, book)
        servers.stop()
        say("asking the oracle")
        found = [*oracle.findings(bihuan, folder, before), *_audit(bihuan)]
    return _verdict(book, servers, memory, found, {"seed": wanted.seed, "seconds": round(seconds)})


def _environment(folder: Path) -> dict[str, str]:
    """Return the settings of the servers; all visitors come from one address, so no limits by address."""
    return {
        "BIHUAN_DATA_DIR": str(folder / "data"),
        "BIHUAN_DATABASE_URL": "",
        "BIHUAN_WEB_WORKERS": "1",
        "BIHUAN_RATE_SIGN_IN": "0",
        "BIHUAN_RATE_ADDRESS": "0",
    }


def _load(
    servers: Servers, bihuan: Bihuan, logins: list[str], memory: Memory, wanted: argparse.Namespace
) -> None:
    left, knowing, rng = Event(), county.Knowing(bihuan), Random(f"{wanted.seed}/load")
    visitors = [
        Visitor(servers.proxy, servers.book, knowing, logins, Random(f"{wanted.seed}/{number}"), left, PAUSE_SECONDS)
        for number in range(VISITORS)
    ]  # fmt: skip
    threads = [Thread(target=one.work, daemon=True) for one in visitors]
    for one in threads:
        one.start()
    begun = kill_at = read_at = say_at = time.monotonic()
    until = begun + wanted.minutes * 60
    kill_at += wanted.kill_every
    while (now := time.monotonic()) < until:
        servers.watch()
        if now >= kill_at:
            servers.kill_one()
            kill_at = now + rng.uniform(0.5, 1.5) * wanted.kill_every
        if now >= read_at:
            _read(servers, memory)
            read_at = now + READ_SECONDS
        if now >= say_at:
            say(
                f"{now - begun:5.0f} s: {dict(servers.book.told)}, {servers.killed} killed, {servers.book.lost} lost"
            )
            say_at = now + SAY_SECONDS
        time.sleep(0.2)
    left.set()
    for one in threads:
        one.join(60)


def _read(servers: Servers, memory: Memory) -> None:
    for port, name in zip(servers.proxy.ports, ("lasting", "killed"), strict=True):
        for part, process in servers.parts(port).items():
            memory.read(f"{name} {part}", [process])
    memory.read("database", postmaster.processes(servers.folder / "data" / "postgres"))


def _settle(bihuan: Bihuan, book: Book) -> None:
    """Wait until nothing is due and no job is left."""
    until = time.monotonic() + SETTLES_SECONDS
    while True:
        state = oracle.counts(bihuan, bihuan.clock.now())
        left = {name: state[name] for name in ("due", "rungs", "pending", "jobs") if state[name]}
        if not left:
            return
        if time.monotonic() > until:
            book.blame(f"after {SETTLES_SECONDS} s there is still work that is due: {left}")
            return
        time.sleep(0.5)


def _audit(bihuan: Bihuan) -> list[str]:
    with bihuan.unit_of_work() as uow:
        seal(uow)
    with bihuan.unit_of_work() as uow:
        seen = witnessed(uow.session)
    with bihuan.unit_of_work() as uow:
        found = verify(uow, seals_seen=seen)
    return [] if found.is_whole else [f"the audit is not whole: {found.as_json()}"]


def _verdict(
    book: Book, servers: Servers, memory: Memory, found: list[str], about: Mapping[str, Any]
) -> dict[str, Any]:
    kinds, grown = book.figures(), memory.figures()
    growing = [
        f"memory of {role} grows by {one['mb_per_hour']} MB an hour"
        for role, one in grown.items()
        if role.startswith("lasting") and one["seconds"] >= JUDGED_SECONDS and (one["mb_per_hour"] or 0) > MOST_MB_PER_HOUR
    ]  # fmt: skip
    broken = [*book.broken(), *found, *growing]
    requests = sum(one["count"] for one in kinds.values())
    return {
        **about,
        "good": not broken,
        "broken": broken[:MOST_SHOWN],
        "broken_in_all": len(broken),
        "requests": requests,
        "requests_per_s": round(requests / about["seconds"], 1),
        "told_as_done": dict(book.told),
        "refused": dict(book.refused),
        "lost_and_sent_again": book.lost,
        "killed": servers.killed,
        "kinds": kinds,
        "memory": grown,
    }


def say(line: str) -> None:
    """Tell how far things are."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
