"""Many sign at the same moment: every vote counts once, the decision falls once, the image is opened once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy import func, select

from engine import countersigning
from engine.access import Actor
from engine.adding_signers import add_signers
from engine.deciding import ITEM
from engine.errors import BihuanError
from engine.model.journal import EventRow
from engine.model.tasks import SubmissionRow
from engine.signers import Signer
from host.composition import Bihuan
from tests.integration.engine.committee import MEMBERS, meeting, people, revision, statements, states, where
from tests.integration.engine.stage import signed

HUNDRED, THREADS = 100, 4


def attempt(act: Callable[[], object]) -> str:
    try:
        act()
    except BihuanError as refused:
        return refused.code
    return "done"


def ballot(bihuan: Bihuan, task_id: UUID, by: Actor, agreed: bool = True) -> Callable[[], object]:
    def act() -> object:
        with bihuan.unit_of_work() as uow:
            return countersigning.vote(uow, task_id, signed(agreed), by=by)

    return act


def events(bihuan: Bihuan, instance_id: UUID, *types: str) -> Counter[str]:
    with bihuan.unit_of_work() as uow:
        rows = select(EventRow.type).where(EventRow.instance_id == instance_id, EventRow.type.in_(types))
        return Counter(uow.session.scalars(rows))


def test_a_hundred_signers_click_twice_from_four_threads(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id, task_id = meeting(uow, "all", people(HUNDRED))
    clicks = [ballot(bihuan, task_id, member) for member in MEMBERS for _ in range(2)]

    with statements(bihuan) as seen, ThreadPoolExecutor(THREADS) as threads:
        told = Counter(threads.map(attempt, clicks))

    assert told == {"done": HUNDRED, "sign.already_signed": HUNDRED}
    once = events(bihuan, instance_id, "task.signed", "task.decided", "task.completed")
    assert once == {"task.signed": HUNDRED, "task.decided": 1, "task.completed": 1}
    assert len([one for one in seen if "image" in one and one.startswith("SELECT")]) == 1
    with bihuan.unit_of_work() as uow:
        assert (revision(uow, instance_id), where(uow, instance_id)) == (2, "well")
        filed = select(func.count()).where(SubmissionRow.task_id == task_id)
        assert uow.session.scalar(filed) == HUNDRED


def test_votes_for_and_against_at_once_decide_once_and_count_nobody_afterwards(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id, task_id = meeting(uow, "share", people(20), share="0.5")
    clicks = [ballot(bihuan, task_id, member, number % 2 == 0) for number, member in enumerate(MEMBERS[:20])]

    with ThreadPoolExecutor(THREADS) as threads:
        told = Counter(threads.map(attempt, clicks))

    assert set(told) <= {"done", "task.wrong_state"}
    assert events(bihuan, instance_id, "task.decided", "task.completed").total() == 2
    with bihuan.unit_of_work() as uow:
        letters = Counter(states(uow, task_id))
        assert letters["y"] == 10 or letters["n"] == 11
        assert letters["y"] + letters["n"] == told["done"]
        assert letters["v"] == told["task.wrong_state"]


def test_signers_added_while_others_vote_are_heard_or_told_it_is_too_late(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id, task_id = meeting(uow, "all", people(10))

    def adding(number: int) -> Callable[[], object]:
        def act() -> None:
            with bihuan.unit_of_work() as uow:
                more = [Signer(MEMBERS[number + 50].person_id)]
                add_signers(uow, task_id, more, "after", "", by=MEMBERS[number])

        return act

    clicks = [
        act for number in range(10) for act in (ballot(bihuan, task_id, MEMBERS[number]), adding(number))
    ]
    with ThreadPoolExecutor(THREADS) as threads:
        told = list(threads.map(attempt, clicks))

    assert told[0::2] == ["done"] * 10
    assert set(told[1::2]) <= {"done", "sign.not_signer", "task.wrong_state"}
    added = told[1::2].count("done")
    with bihuan.unit_of_work() as uow:
        asked = select(ITEM.c.person_id).where(ITEM.c.task_id == task_id, ITEM.c.state == "open")
        waiting = uow.session.scalars(asked).all()
        assert len(waiting) == added
    late = [attempt(ballot(bihuan, task_id, MEMBERS[person - 300])) for person in waiting if person]
    assert late == ["done"] * added
    assert events(bihuan, instance_id, "task.decided") == {"task.decided": 1}


def test_of_two_last_votes_at_once_one_decides(bihuan: Bihuan) -> None:
    for _ in range(8):
        with bihuan.unit_of_work() as uow:
            instance_id, task_id = meeting(uow, "all", people(2))
        with ThreadPoolExecutor(2) as threads:
            told = list(threads.map(attempt, [ballot(bihuan, task_id, one) for one in MEMBERS[:2]]))
        assert told == ["done", "done"]
        assert events(bihuan, instance_id, "task.decided", "task.completed").total() == 2
