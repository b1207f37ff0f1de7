"""Commands, sealers and kills at the same time: every committed entry is sealed once, in the order of commits."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

import pytest

from engine.sealing import sealer
from host.composition import Bihuan
from host.workers import scheduler
from tests.integration.engine.sealed import (
    entry_ids,
    forget,
    newest_id,
    open_command,
    sealed,
    seals,
    verified,
    write,
)

ROOT = Path(__file__).parents[3]
COMMANDS, WRITERS = 40, 6
PATIENCE_SECONDS = 20


@pytest.fixture(autouse=True)
def nothing_yet(bihuan: Bihuan) -> None:
    """Each test begins with an empty audit."""
    forget(bihuan)


def sealed_ids(bihuan: Bihuan) -> list[int]:
    """Return the ids of the entries in the order of the chain."""
    return [entry_id for one in seals(bihuan) for entry_id in one.entry_ids]


def test_an_entry_that_commits_later_is_sealed_later_though_its_id_is_lower(bihuan: Bihuan) -> None:
    with open_command(bihuan, "slow") as slow:
        early = newest_id(slow)
        write(bihuan, 2)

        assert sealed(bihuan) == 2

    assert sealed(bihuan) == 1
    assert sealed_ids(bihuan) == [early + 1, early + 2, early]
    assert verified(bihuan).is_whole


def test_a_command_does_not_wait_for_a_sealer_in_the_middle_nor_the_sealer_for_a_command(
    bihuan: Bihuan,
) -> None:
    write(bihuan, 1)

    with open_command(bihuan, "slow"), bihuan.unit_of_work() as uow:
        uow.connection().exec_driver_sql("set local lock_timeout = '1ms'")
        assert sealer.seal(uow) == 1
        write(bihuan, 1)

    assert sealed(bihuan) == 2


def test_an_entry_that_was_rolled_back_leaves_a_gap_and_no_finding(bihuan: Bihuan) -> None:
    write(bihuan)
    with pytest.raises(ZeroDivisionError), open_command(bihuan, "lost"):
        raise ZeroDivisionError
    write(bihuan)
    sealed(bihuan)

    assert entry_ids(bihuan) == [1, 3]
    assert verified(bihuan).is_whole


def test_the_second_of_two_sealers_leaves_at_once(bihuan: Bihuan) -> None:
    write(bihuan, 3)

    with bihuan.unit_of_work() as first:
        assert sealer.seal(first) == 3
        assert sealed(bihuan) is None

    assert sealed(bihuan) == 0
    assert sealed_ids(bihuan) == [1, 2, 3]


@pytest.mark.slow
def test_sealers_and_verifiers_in_a_loop_miss_nothing_of_commands_that_overtake_each_other(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "MOST_ENTRIES", 7)
    done = Event()

    def command(seed: int) -> int:
        chance, rolled_back = Random(seed), 0
        for _ in range(COMMANDS):
            try:
                with open_command(bihuan, f"writer {seed}") as uow:
                    time.sleep(chance.random() * 0.02)
                    uow.audit("second", subject=str(seed))
                    if chance.random() < 0.2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                rolled_back += 1
        return rolled_back

    def seal_on() -> int:
        total = 0
        while not done.is_set():
            total += sealed(bihuan) or 0
        return total

    def verify_on() -> list[str]:
        wrong = []
        while not done.is_set():
            wrong += [one.text for one in verified(bihuan).findings]
        return wrong

    with ThreadPoolExecutor(WRITERS + 3) as threads:
        sealers = [threads.submit(seal_on) for _ in range(2)]
        verifier = threads.submit(verify_on)
        try:
            rolled_back = sum(threads.map(command, range(WRITERS)))
        finally:
            done.set()
        assert verifier.result() == []
        total = sum(one.result() for one in sealers) + (sealed(bihuan) or 0)

    ids = sealed_ids(bihuan)
    assert total == len(ids) == 2 * (WRITERS * COMMANDS - rolled_back)
    assert sorted(ids) == entry_ids(bihuan)
    assert ids != sorted(ids), "no command overtook another: the test proves nothing"
    assert (verified(bihuan).is_whole, verified(bihuan).unsealed) == (True, 0)


@pytest.mark.slow
def test_a_sealer_killed_in_the_middle_leaves_a_whole_chain_and_the_next_one_goes_on(bihuan: Bihuan) -> None:
    login = bihuan.database.login
    assert login.app_url is not None
    urls = [url.render_as_string(hide_password=False) for url in (login.owner_url, login.app_url)]
    command = [sys.executable, "-m", "tests.integration.engine.sealing_worker", *urls, "0.05"]
    with bihuan.unit_of_work() as uow:
        for place in range(1_000):
            uow.audit("many", subject=str(place))

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        told = [worker.stdout.readline() for _ in range(3)]
        busy = sealed(bihuan)
        worker.kill()

    assert (told, busy) == ([b"link\n"] * 3, None)
    assert sealed_ids(bihuan) == []
    assert verified(bihuan).is_whole
    until = time.monotonic() + PATIENCE_SECONDS
    while sealed(bihuan) is None:
        assert time.monotonic() < until
        time.sleep(0.01)  # until the server has noticed the death
    assert sealed_ids(bihuan) == entry_ids(bihuan)
    assert (verified(bihuan).is_whole, verified(bihuan).entries) == (True, 1_000)


def test_the_ticker_seals_by_itself_and_well_within_a_minute(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scheduler.SEAL_SECONDS <= 30
    monkeypatch.setattr(scheduler, "SEAL_SECONDS", 0.05)
    write(bihuan, 2)

    with scheduler.Ticker(bihuan):
        until = time.monotonic() + PATIENCE_SECONDS
        while not sealed_ids(bihuan) and time.monotonic() < until:
            time.sleep(0.01)

    assert sealed_ids(bihuan) == [1, 2]
