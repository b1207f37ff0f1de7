"""`make chaos`: let a small county work while its processes and its database are killed, then ask the oracle.

Status 0: nothing was lost and nothing happened twice. Status 1: a plain list of what broke. Progress on standard error.
The seed fixes what is started, when timers are due, whom the killer picks and when; not what the processes do meanwhile.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from engine import campaigns
from engine.errors import BihuanError
from engine.storage import postmaster
from engine.storage.errors import StorageUnavailable
from host.composition import Bihuan
from host.settings import Settings
from tests.chaos import oracle
from tests.chaos.actors import Part, play
from tests.chaos.scene import SMALL, Scale, population, prepare

FORKS = get_context("forkserver")
DRAIN_SECONDS = 60
TAIL_SECONDS = 150


@dataclass
class Cast:
    """The living processes by their place, and how often each kind was killed."""

    folder: Path
    seed: str
    scale: Scale
    quick: bool
    living: dict[tuple[str, int], Any] = field(default_factory=dict)
    lives: int = 0
    killed: dict[str, int] = field(default_factory=dict)

    def places(self) -> list[tuple[str, int]]:
        """Return every place that has to be filled."""
        workers = [("worker", number) for number in range(self.scale.workers)]
        return [*workers, ("ticker", 0), *(("client", number) for number in range(self.scale.clients))]

    def enter(self, place: tuple[str, int]) -> None:
        """Start the process of a place."""
        role, number = place
        self.lives += 1
        pause = self.scale.clients * self.scale.seconds / self.scale.tasks * 0.7
        part = Part(self.folder, number, f"{self.seed}/{role}/{number}/{self.lives}", pause, self.quick)
        process = FORKS.Process(target=play, args=(role, part), name=f"{role}-{number}")
        process.start()
        self.living[place] = process

    def kill(self, place: tuple[str, int]) -> None:
        """Kill -9 the process of a place and start another."""
        self.living[place].kill()
        self.living[place].join()
        self.killed[place[0]] = self.killed.get(place[0], 0) + 1
        self.enter(place)

    def fallen(self) -> list[str]:
        """Return those that have ended by themselves, which nobody should; start them again."""
        gone = [place for place, process in self.living.items() if not process.is_alive()]
        told = [
            f"{role} {number} ended by itself ({self.living[role, number].exitcode})" for role, number in gone
        ]
        for place in gone:
            self.enter(place)
        return told

    def leave(self) -> list[str]:
        """Ask everybody to stop; return who did not end well or not in time."""
        for process in self.living.values():
            process.terminate()
        wrong = []
        until = time.monotonic() + DRAIN_SECONDS
        for (role, number), process in self.living.items():
            process.join(max(0.1, until - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                wrong.append(f"{role} {number} did not stop within {DRAIN_SECONDS} s")
            elif role != "client" and process.exitcode != 0:
                wrong.append(f"{role} {number} stopped with status {process.exitcode}")
        return wrong


class Killer:
    """Kills at random moments, counted out beforehand; freezes and thaws the worker that stopped itself."""

    def __init__(self, cast: Cast, bihuan: Bihuan, rng: Random) -> None:
        scale = cast.scale
        self.cast, self.bihuan = cast, bihuan
        self._data = cast.folder / "data" / "postgres"
        self._deaths = sorted(
            (rng.uniform(0, scale.seconds), cast.places()[rng.randrange(len(cast.places()))])
            for _ in range(scale.kills)
        )
        gap = scale.seconds / (scale.restarts + 1)
        self._restarts = [
            gap * (number + 1) + rng.uniform(-gap / 4, gap / 4) for number in range(scale.restarts)
        ]
        self._frozen: tuple[int, float] | None = None
        self.thawed = False
        self.restarted = 0

    @property
    def is_done(self) -> bool:
        """Tell whether everything has been done to them."""
        return not self._deaths and not self._restarts and self.thawed

    def strike(self, elapsed: float) -> None:
        """Do what is due at this moment of the play."""
        self._freeze(elapsed)
        while self._deaths and self._deaths[0][0] <= elapsed:
            _, place = self._deaths.pop(0)
            if self._frozen and self.cast.living[place].pid == self._frozen[0]:
                place = next(other for other in self.cast.places() if other[0] == place[0] and other != place)
            self.cast.kill(place)
        if self._restarts and self._restarts[0] <= elapsed:
            self._restarts.pop(0)
            pid = postmaster.recorded_pid(self._data)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.restarted += 1
                    say(f"killed the database ({self.restarted})")

    def _freeze(self, elapsed: float) -> None:
        marker = self.cast.folder / "frozen"
        if self._frozen is None and marker.exists() and marker.read_text():
            self._frozen = (int(marker.read_text()), elapsed)
            say("a worker is frozen in the middle of a transaction")
        elif self._frozen and not self.thawed and elapsed > self._frozen[1] + self.cast.scale.frozen_seconds:
            self.thawed = True
            with suppress(ProcessLookupError):
                os.kill(self._frozen[0], signal.SIGCONT)
            say("the worker is thawed")


def main(argv: list[str] | None = None) -> int:
    """Play, ask the oracle, print; return the exit status."""
    options = _options(argv)
    seed = options.seed or f"{Random().randrange(10**6):06}"
    scale = SMALL if options.small else Scale()
    if options.seconds:
        scale = replace(scale, seconds=options.seconds)
    say(f"seed {seed}; {scale}")
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o755)
    FORKS.set_forkserver_preload(["tests.chaos.actors"])
    try:
        wrong = _play(folder, seed, scale, quick=options.small)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if options.keep:
        say(f"kept {folder}")
    print("\n".join(wrong) or "nothing lost, nothing twice")
    return 1 if wrong else 0


def _options(argv: list[str] | None) -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--seed", help="repeat this order of events")
    parser.add_argument("--seconds", type=int, help="how long the killing lasts")
    parser.add_argument("--small", action="store_true", help="a minute instead of eight")
    parser.add_argument(
        "--keep", action="store_true", help="keep the database, the clients' papers and the log"
    )
    return parser.parse_args(argv)


def _play(folder: Path, seed: str, scale: Scale, *, quick: bool) -> list[str]:
    rng = Random(seed)
    os.environ["BIHUAN_DATA_DIR"] = str(folder / "data")
    with Bihuan(Settings.read()) as bihuan:
        begins = datetime.now(UTC) + timedelta(seconds=5 if quick else 30)
        campaign_id = prepare(bihuan, scale, rng, begins, say)
        cast = Cast(folder, seed, scale, quick)
        for place in cast.places():
            cast.enter(place)
        try:
            wrong = _disturb(cast, bihuan, rng, begins, campaign_id)
        finally:
            wrong_ends = cast.leave()
        say("asking the oracle")
        found = [*wrong, *wrong_ends, *oracle.findings(bihuan, folder), *_audit()]
        answers = oracle.told(folder)
        done = Counter(what for what, _ in answers.elements())
        say(f"{cast.killed} killed; clients were told done {dict(done)}; {_state(bihuan)}")
    return found


def _disturb(cast: Cast, bihuan: Bihuan, rng: Random, begins: datetime, campaign_id: int) -> list[str]:
    """Kill until all is done that was planned, then wait until the work is; return what went wrong meanwhile."""
    killer, wrong, opened = Killer(cast, bihuan, rng), [], False
    said = moved = 0.0
    before: dict[str, int] = {}
    while True:
        elapsed = (datetime.now(UTC) - begins).total_seconds()
        killer.strike(elapsed)
        wrong += cast.fallen()
        if not opened and elapsed > cast.scale.seconds / 3:
            opened = _open_stage(bihuan, campaign_id, cast.scale.members)
        state = _state(bihuan) if elapsed - said > 5 else None
        if state is not None:
            said = elapsed
            moved, before = (elapsed, state) if state != before else (moved, before)
            say(f"{elapsed:4.0f} s, {sum(cast.killed.values())} killed, {state}")
            left = state["due"] + state["open"] + state["rungs"] + state["pending"] + state["jobs"]
            if killer.is_done and opened and not left and elapsed > cast.scale.seconds:
                return wrong
        if elapsed - max(moved, cast.scale.seconds, cast.scale.frozen_seconds) > TAIL_SECONDS:
            return [*wrong, f"nothing has moved for {TAIL_SECONDS} s and the work is not done: {before}"]
        time.sleep(0.05)


def _state(bihuan: Bihuan) -> dict[str, int] | None:
    try:
        return oracle.counts(bihuan, datetime.now(UTC))
    except (SQLAlchemyError, StorageUnavailable):
        return None


def _open_stage(bihuan: Bihuan, campaign_id: int, members: int) -> bool:
    try:
        with bihuan.unit_of_work() as uow:
            campaigns.open_stage(uow, campaign_id, "member", population(members))
    except StorageUnavailable:
        return False
    except BihuanError as refused:
        return refused.code == "campaign.wrong_state"  # the first answer was lost
    except SQLAlchemyError:
        return False
    return True


def _audit() -> list[str]:
    """Seal and verify as an operator would."""
    command = str(Path(sys.executable).with_name("bihuan"))
    subprocess.run([command, "audit", "seal"], check=True, capture_output=True)
    verified = subprocess.run([command, "audit", "verify"], capture_output=True, text=True, check=False)
    say(verified.stdout.strip().replace("\n", " "))
    return (
        [] if verified.returncode == 0 else [f"the audit is not whole: {verified.stdout} {verified.stderr}"]
    )


def say(line: str) -> None:
    """Tell how far things are."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
