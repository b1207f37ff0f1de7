"""Two processes return and complete the same task: one wins, the other is told what happened."""

from datetime import datetime
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.clock import VirtualClock
from engine.errors import BihuanError
from engine.model.journal import EventRow
from engine.model.returns import TaskReturn
from engine.model.tasks import UserTask
from engine.storage.database import Database, Login
from host.composition import Bihuan
from tests.chaos.commands import COMMANDS
from tests.chaos.killed import living

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.killed"])
ROUNDS = 20
PATIENCE_SECONDS = 60
pytestmark = pytest.mark.slow


def compete(
    login: Login, folder: str, now: datetime, name: str, subjects: list[Any], together: Any, answers: Any
) -> None:
    """Do one command to each subject at the same moment as the other process; tell what one was told."""
    bihuan = living(Database(login), folder, VirtualClock(now))
    for subject in subjects:
        together.wait(PATIENCE_SECONDS)
        try:
            COMMANDS[name].act(bihuan, subject)
        except BihuanError as refused:
            answers.put((subject, name, refused.code, refused.text))
        else:
            answers.put((subject, name, "done", ""))


def test_of_two_processes_that_return_and_complete_a_task_one_wins_and_the_other_learns_why(
    bihuan: Bihuan,
) -> None:
    rivals = {"return": "task.returned", "complete a check": "task.completed"}
    subjects = [COMMANDS["return"].prepare(bihuan) for _ in range(ROUNDS)]
    together, answers = FORKS.Barrier(len(rivals)), FORKS.Queue()
    place = (bihuan.database.login, str(bihuan.settings.data_dir), bihuan.clock.now())

    processes = [
        FORKS.Process(target=compete, args=(*place, name, subjects, together, answers)) for name in rivals
    ]
    for process in processes:
        process.start()
    told = [answers.get(timeout=PATIENCE_SECONDS) for _ in range(ROUNDS * len(rivals))]
    for process in processes:
        process.join(PATIENCE_SECONDS)

    assert [process.exitcode for process in processes] == [0, 0]
    with bihuan.unit_of_work() as uow:
        for subject in subjects:
            mine = {name: (code, text) for one, name, code, text in told if one == subject}
            winner = next(name for name, (code, _) in mine.items() if code == "done")
            loser = next(name for name in rivals if name != winner)
            code, text = mine[loser]
            assert (code, "刚由赵六" + ("退回" if winner == "return" else "办结") in text) == (
                "task.wrong_state",
                True,
            )
            ended = select(EventRow.type).where(EventRow.task_id == subject)
            kinds = set(uow.session.scalars(ended)) & set(rivals.values())
            assert kinds == {rivals[winner]}
            returned = select(func.count()).where(TaskReturn.task_id == subject)
            assert uow.session.scalar(returned) == (winner == "return")
            status = uow.session.get_one(UserTask, subject).status
            assert status == ("cancelled" if winner == "return" else "completed")
