"""What a return costs does not grow with the returns before it."""

from datetime import timedelta

from sqlalchemy import text, update

from engine import earlier
from engine.clock import VirtualClock
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from tests.integration.engine.office import Office, jobs
from tests.unit.bpmn.diagrams import chain, diagram, ends

TWO = diagram("two", ends(), jobs("a", "b"), chain("s", "a", "b", "e"))
READ = text(
    "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables"
    " where schemaname = 'app' and relname = 'submission'"
)


def filings_read(office: Office) -> int:
    """Ask who did what before; return how many filed forms that looked at."""
    office.uow.session.execute(text("set local enable_seqscan = off"))
    before = office.uow.session.scalar(READ)
    earlier.done(office.uow, office.id)
    return int(office.uow.session.scalar(READ) - before)


def test_who_did_a_step_is_found_without_looking_at_every_round_before(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, TWO)
    read = []
    for _ in range(12):
        clock.set(clock.now() + timedelta(minutes=1))
        office.do("a").send_back("b", "a")
        read.append(filings_read(office))

    assert read[1:] == [read[1]] * 11


def test_a_step_that_was_done_last_without_a_person_belongs_to_who_did_it_before(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    office = Office(uow, TWO)
    office.do("a").send_back("b", "a")
    clock.set(clock.now() + timedelta(minutes=1))
    office.do("a")
    newest = uow.session.query(SubmissionRow).order_by(SubmissionRow.submitted_at.desc()).limit(1).one()
    uow.session.execute(update(SubmissionRow).where(SubmissionRow.id == newest.id).values(actor_id=None))

    done = earlier.done(uow, office.id)[office.place("a")]

    assert (done.round, [name for _, name in done.people]) == (1, ["张三"])
