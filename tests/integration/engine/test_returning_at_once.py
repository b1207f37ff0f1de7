"""Two at once: one wins, the other is told who did what."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine import countersigning, returning, tasks
from engine.bpmn.run import Place
from engine.errors import BihuanError
from engine.model.journal import EventRow
from engine.model.returns import TaskReturn
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from host.composition import Bihuan
from tests.integration.engine.committee import MEMBERS, people, statements
from tests.integration.engine.office import Office, jobs, roles_of
from tests.integration.engine.stage import PREPARER, signed
from tests.unit.bpmn.diagrams import chain, diagram, ends, user

LINE = diagram("line", ends(), jobs("a", "b", "c"), chain("s", "a", "b", "c", "e"))
BALLOT = diagram(
    "ballot",
    ends(),
    jobs("a", "z"),
    user("sign", form="signature", countersign="any", signers=people(2)),
    chain("s", "a", "sign", "z", "e"),
)
ROUNDS = 5
Act = Callable[[UnitOfWork], object]


def told(bihuan: Bihuan, *acts: Act) -> list[str]:
    """Run acts at the same moment, each in a transaction of its own; return what each was told."""
    together = Barrier(len(acts))

    def attempt(act: Act) -> str:
        together.wait()
        try:
            with bihuan.unit_of_work() as uow:
                act(uow)
        except BihuanError as refused:
            return refused.text
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(attempt, acts))


def last(bihuan: Bihuan, xml: bytes = LINE, done: str = "a b", waiting: str = "c") -> tuple[Office, UUID]:
    """Start an instance and bring it to a task that is held."""
    with bihuan.unit_of_work() as uow:
        office = Office(uow, xml).do(done)
        return office, office.held(waiting)


def returns(task_id: UUID, place: Place) -> Act:
    return lambda uow: returning.send_back(uow, task_id, place, "x", by=PREPARER, roles_of=roles_of)


def happened(bihuan: Bihuan, instance_id: UUID, what: str) -> int:
    with bihuan.unit_of_work() as uow:
        rows = select(func.count()).where(EventRow.instance_id == instance_id, EventRow.type == what)
        return uow.session.scalars(rows).one()


@pytest.mark.parametrize("round", range(ROUNDS))
def test_of_a_return_and_a_completion_of_the_same_task_one_wins(bihuan: Bihuan, round: int) -> None:
    office, task_id = last(bihuan)

    said = told(
        bihuan,
        returns(task_id, office.place("a")),
        lambda uow: tasks.complete(uow, task_id, signed(), by=PREPARER),
    )

    assert said.count("done") == 1
    loser = next(one for one in said if one != "done")
    assert loser == f"任务“任务 c”刚由张三{'退回' if said[0] == 'done' else '办结'};请刷新待办列表。"
    ended = happened(bihuan, office.id, "task.returned") + happened(bihuan, office.id, "instance.completed")
    assert ended == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_of_two_returns_one_wins(bihuan: Bihuan, round: int) -> None:
    office, task_id = last(bihuan)

    said = told(bihuan, returns(task_id, office.place("a")), returns(task_id, office.place("b")))

    assert sorted(said)[0] == "done"
    assert sorted(said)[1] == "任务“任务 c”刚由张三退回;请刷新待办列表。"
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalar(select(func.count()).where(TaskReturn.instance_id == office.id)) == 1
        waiting = select(UserTask.element_id).where(
            UserTask.instance_id == office.id, UserTask.status == "open"
        )
        assert uow.session.scalars(waiting).all() == ["a" if said[0] == "done" else "b"]


def test_of_a_return_and_the_deciding_vote_one_wins(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        office = Office(uow, BALLOT).do("a")
        task_id = office.task("sign").id

    said = told(
        bihuan,
        lambda uow: returning.send_back(
            uow, task_id, office.place("a"), "x", by=PREPARER, roles_of=roles_of, oversight=("preparer",)
        ),
        lambda uow: countersigning.vote(uow, task_id, signed(), by=MEMBERS[0]),
        lambda uow: countersigning.vote(uow, task_id, signed(), by=MEMBERS[1]),
    )

    assert said.count("done") == 1, said
    assert all("刚由" in one for one in said if one != "done")


def test_of_a_withdrawal_and_a_return_of_the_next_task_one_wins(bihuan: Bihuan) -> None:
    office, task_id = last(bihuan, done="a", waiting="b")
    with bihuan.unit_of_work() as uow:
        filed = uow.session.scalars(
            select(UserTask.id).where(UserTask.instance_id == office.id, UserTask.element_id == "a")
        ).one()

    said = told(
        bihuan,
        returns(task_id, office.place("a")),
        lambda uow: withdraw(uow, filed, by=PREPARER),
    )

    assert said[0] == "done"
    assert said[1] != "done"


def test_a_return_is_one_commit_and_few_statements(bihuan: Bihuan) -> None:
    office, task_id = last(bihuan)
    with statements(bihuan, scopes=True) as seen, bihuan.unit_of_work() as uow:
        returns(task_id, office.place("a"))(uow)

    assert len(seen) <= 14, seen
