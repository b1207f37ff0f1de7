"""A task that came back keeps the days of its return when due dates are worked out anew, and gets no more."""

from datetime import date, timedelta

from engine import definitions, migrating
from engine.access import SYSTEM, Actor
from engine.bpmn.fates import Crossing
from engine.calendar.local_time import end_of_day
from engine.clock import VirtualClock
from engine.migrating import Passage
from engine.model.instances import ProcessInstance
from engine.parameters import parameters
from engine.uow import UnitOfWork
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import BODY, chosen
from tests.unit.bpmn.diagrams import chain, diagram, ends

OPERATOR = Actor(9, "运维员", system=True)
TWO = diagram("two", ends(), jobs("a", "b"), chain("s", "a", "b", "e"))


def with_parameters(office: Office, due: str, limit: int) -> None:
    """Put an instance under other parameters and work out its dates anew; the diagram stays."""
    dates = {"review": {"opens": "2021-03-08", "due": due, "closes": "2021-04-30"}}
    year = parameters({**BODY, "dates": dates, "policy": {"limit": limit}})
    definitions.keep_parameters(office.uow, year)
    bundle = office.uow.session.get_one(ProcessInstance, office.id).bundle_hash
    passage = Passage(bundle, Crossing(recompute=True), year.hash)
    migrating.migrate(office.uow, office.id, passage, "改期限", by=OPERATOR)


def returned(uow: UnitOfWork) -> Office:
    office = Office(uow, TWO)
    office.do("a").send_back("b", "a")
    return office


def due(office: Office) -> date:
    found = office.task("a").due_at
    assert found is not None
    return found.date()


def test_a_new_date_needs_no_days_of_a_return(uow: UnitOfWork) -> None:
    office = returned(uow)

    with_parameters(office, "2021-04-15", 1)

    assert office.task("a").due_at == end_of_day(date(2021, 4, 15))


def test_a_return_after_that_adds_its_days_to_the_new_date(uow: UnitOfWork) -> None:
    office = returned(uow)
    with_parameters(office, "2021-04-15", 1)

    office.do("a").send_back("b", "a")

    days = chosen().return_days
    later = chosen().calendar.workdays_after(date(2021, 4, 15), days)
    assert office.task("a").due_at == end_of_day(later)


def test_a_date_that_stays_is_not_put_off_again_by_the_days_since_the_return(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    unchanged = "2021-03-31"
    clock.set(clock.now() + timedelta(days=60))
    office = returned(uow)
    before = due(office)
    clock.set(clock.now() + timedelta(days=14))

    with_parameters(office, unchanged, 1)

    assert due(office) == before


def test_a_step_that_was_done_under_its_old_name_may_be_returned_to_under_its_new_one(
    uow: UnitOfWork,
) -> None:
    three = diagram("two", ends(), jobs("a", "m", "b"), chain("s", "a", "m", "b", "e"))
    office = Office(uow, three).do("a m")
    renamed = diagram("two", ends(), jobs("fill", "m", "b"), chain("s", "fill", "m", "b", "e"))
    definitions.publish_process(uow, renamed, by=SYSTEM)
    passage = Passage(definitions.bind(uow, "two", {}), Crossing(mapped={"two/a": "fill"}))

    migrating.migrate(uow, office.id, passage, "改名", by=OPERATOR)
    office.send_back("b", "fill")

    assert (office.open, office.task("fill").round, office.task("fill").assignee_id) == ("fill", 2, 101)
