"""The sealed audit: what was changed afterwards is found and named."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import ProgrammingError

from engine.clock import VirtualClock
from engine.errors import InvalidInput
from engine.model.base import table_of
from engine.model.journal import AuditRow
from engine.sealing import sealer
from engine.sealing.anchors import Anchor, anchors
from engine.sealing.digests import ENTRY_COLUMNS, epoch_text, seal_hash
from host.composition import Bihuan
from tests.integration.engine.sealed import (
    chain,
    entry_ids,
    forget,
    found,
    sealed,
    seals,
    tamper,
    verified,
    write,
)

FORGE = (
    "insert into app.audit_entry (id, at, actor_name, action, subject, data) overriding system value values "
)


@pytest.fixture(autouse=True)
def nothing_yet(bihuan: Bihuan) -> None:
    """Each test spoils the audit and begins with an empty one."""
    forget(bihuan)


def test_an_audit_nobody_touched_is_whole_and_says_how_long_its_tail_is(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    chain(bihuan, seals=3, each=2)
    write(bihuan, 2)
    clock.set(clock.now() + timedelta(seconds=40))

    outcome = verified(bihuan)

    assert (outcome.is_whole, outcome.entries, outcome.seals) == (True, 6, 3)
    assert (outcome.unsealed, outcome.oldest_unsealed_seconds) == (2, 40)
    assert sealed(bihuan) == 2
    assert (verified(bihuan).unsealed, verified(bihuan).oldest_unsealed_at) == (0, None)


def test_an_empty_audit_is_whole(bihuan: Bihuan) -> None:
    assert sealed(bihuan) == 0
    assert verified(bihuan).is_whole


def test_every_column_of_an_entry_is_hashed_but_the_label_of_who_may_read_it() -> None:
    assert [*ENTRY_COLUMNS] == [key for key in table_of(AuditRow).columns.keys() if key != "jurisdiction_id"]  # noqa: SIM118


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "actor_id = null",
        "actor_name = '李四'",
        "action = 'task.claim'",
        "instance_id = gen_random_uuid()",
        "subject = ''",
        "data = data || '{\"place\": 99}'",
    ],
)
def test_an_edited_entry_is_found(bihuan: Bihuan, change: str) -> None:
    chain(bihuan)

    tamper(bihuan, f"update app.audit_entry set {change} where id = 5")

    assert found(bihuan) == [("entry.edited", 5, 2)]


def test_an_entry_removed_from_the_middle_is_found(bihuan: Bihuan) -> None:
    chain(bihuan)

    tamper(bihuan, "delete from app.audit_entry where id = 8")

    assert found(bihuan) == [("entry.removed", 8, 3)]


def test_entries_cut_off_at_the_end_are_found(bihuan: Bihuan) -> None:
    chain(bihuan)

    tamper(bihuan, "delete from app.audit_entry where id > 10")

    assert found(bihuan) == [("entry.removed", 11, 4), ("entry.removed", 12, 4)]


def test_entries_cut_off_together_with_their_seals_are_found(bihuan: Bihuan) -> None:
    chain(bihuan)

    tamper(bihuan, "delete from app.audit_entry where id > 6", "delete from app.audit_seal where number > 2")

    assert found(bihuan) == [("seal.cut_off", None, 3)]


def test_an_entry_removed_before_it_was_sealed_is_found_and_does_not_stop_the_sealer(bihuan: Bihuan) -> None:
    write(bihuan, 3)

    tamper(bihuan, "delete from app.audit_entry where id = 2")

    assert sealed(bihuan) == 2
    assert found(bihuan) == [("entry.removed", 2, None)]


@pytest.mark.parametrize("entry_id", [7, 500])
def test_an_entry_inserted_past_the_commands_is_found_and_never_sealed(bihuan: Bihuan, entry_id: int) -> None:
    write(bihuan, 6)
    tamper(bihuan, "alter table app.audit_entry alter column id restart with 8")
    chain(bihuan)

    tamper(bihuan, FORGE + f"({entry_id}, now(), '张三', 'task.complete', '', '{{}}')")
    sealed(bihuan)

    assert found(bihuan) == [("entry.inserted", entry_id, None)]


def test_two_entries_that_change_places_are_found(bihuan: Bihuan) -> None:
    chain(bihuan)

    tamper(
        bihuan,
        "update app.audit_entry set id = -1 where id = 4",
        "update app.audit_entry set id = 4 where id = 5",
        "update app.audit_entry set id = 5 where id = -1",
    )

    assert found(bihuan) == [("entry.edited", 4, 2), ("entry.edited", 5, 2)]


@pytest.mark.parametrize(
    "change",
    [
        "entry_ids = '{4,6,5}'",
        "entry_ids = '{{4},{5},{6}}'",
        "digests = overlay(digests placing '\\x00' from 1)",
        "digests = ''",
        "sealed_at = 'infinity'",
        "sealed_at = sealed_at - interval '1 hour'",
    ],
)
def test_an_edited_seal_is_found(bihuan: Bihuan, change: str) -> None:
    chain(bihuan)

    tamper(bihuan, f"update app.audit_seal set {change} where number = 2")

    assert ("seal.edited", None, 2) in found(bihuan)


def test_a_seal_rewritten_to_fit_an_edited_entry_is_found_by_the_next_one(bihuan: Bihuan) -> None:
    chain(bihuan)
    second = seals(bihuan)[1]
    own = seal_hash(2, second.previous_hash, epoch_text(second.sealed_at), [4], second.digests[:32])

    tamper(
        bihuan,
        "delete from app.audit_entry where id in (5, 6)",
        "update app.audit_seal set entry_ids = '{4}', digests = substring(digests from 1 for 32), "
        f"hash = '{own}' where number = 2",
    )

    assert found(bihuan) == [("seal.unlinked", None, 3)]


def test_a_removed_seal_is_found(bihuan: Bihuan) -> None:
    chain(bihuan)

    tamper(bihuan, "delete from app.audit_seal where number = 2")

    assert found(bihuan)[0] == ("seal.removed", None, 2)
    assert found(bihuan)[1:] == [("entry.inserted", entry_id, None) for entry_id in (4, 5, 6)]


def days_of_work(bihuan: Bihuan, clock: VirtualClock, days: int) -> list[Anchor]:
    for _ in range(days):
        chain(bihuan, seals=2, each=1)
        clock.set(clock.now() + timedelta(days=1))
    sealed(bihuan)
    with bihuan.unit_of_work() as uow:
        return list(anchors(uow.session))


def test_the_last_seal_of_every_day_is_anchored(bihuan: Bihuan, clock: VirtualClock) -> None:
    kept = days_of_work(bihuan, clock, 3)

    days = [date(2021, 3, 1), date(2021, 3, 2), date(2021, 3, 3)]
    assert [(one.sealed_on, one.number) for one in kept] == list(zip(days, (2, 4, 6), strict=True))
    assert [one.hash for one in kept] == [one.hash for one in seals(bihuan)[1::2]]
    assert found(bihuan, *kept) == []


def test_a_clock_that_was_set_back_a_day_leaves_the_chain_whole(
    bihuan: Bihuan, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = clock.now()
    for day in (0, 1, 0, 1, 2, 0, 3):
        monkeypatch.setattr(clock, "_now", first + timedelta(days=day))
        chain(bihuan, seals=2)

    assert found(bihuan) == []


def test_a_removed_or_edited_anchor_is_found(bihuan: Bihuan, clock: VirtualClock) -> None:
    days_of_work(bihuan, clock, 3)

    tamper(bihuan, "delete from app.audit_anchor where seal_number = 2")
    tamper(bihuan, "update app.audit_anchor set hash = repeat('0', 64) where seal_number = 4")

    assert found(bihuan) == [("anchor.removed", None, 2), ("anchor.differs", None, 4)]


def test_a_chain_rewritten_from_the_beginning_is_found_by_a_printed_line(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    printed = Anchor.read(str(days_of_work(bihuan, clock, 2)[0]))

    tamper(
        bihuan,
        "delete from app.audit_seal",
        "delete from app.audit_anchor",
        "update app.audit_entry set actor_name = '李四' where id = 1",
        "insert into app.audit_tail select id from app.audit_entry",
        "select setval('app.audit_seal_head', 0)",
    )
    sealed(bihuan)

    assert found(bihuan) == []
    assert found(bihuan, printed) == [("anchor.unmatched", None, 2)]


def test_a_printed_line_copied_wrongly_is_refused() -> None:
    with pytest.raises(InvalidInput, match="锚定行"):
        Anchor.read("2021-03-01 2 0123abcd")


@pytest.mark.parametrize(
    "statement",
    [
        "update app.audit_entry set subject = ''",
        "delete from app.audit_entry",
        "truncate app.audit_entry",
        FORGE + "(1, now(), '', '', '', '{}')",
        "update app.audit_tail set entry_id = entry_id + 1",
        "update app.audit_seal set number = number",
        "delete from app.audit_seal",
        "update app.audit_anchor set hash = ''",
        "delete from app.audit_anchor",
    ],
)
def test_the_application_itself_can_only_add(bihuan: Bihuan, statement: str) -> None:
    with (
        bihuan.database.engine.connect() as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.exec_driver_sql(statement)


def test_a_long_tail_is_sealed_in_one_pass_by_several_seals(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "MOST_ENTRIES", 10)
    write(bihuan, 25)

    assert sealed(bihuan) == 25

    assert [len(one.entry_ids) for one in seals(bihuan)] == [10, 10, 5]
    assert verified(bihuan).is_whole


def test_entry_ids_of_the_audit_are_given_in_order_of_the_commands(bihuan: Bihuan) -> None:
    chain(bihuan, seals=1, each=3)

    assert seals(bihuan)[0].entry_ids == entry_ids(bihuan) == [1, 2, 3]
