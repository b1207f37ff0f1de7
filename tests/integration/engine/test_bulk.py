"""One command for many things: a result for each, in order, and a poison one stops nothing."""

import pytest
from sqlalchemy import select

from engine import bulk
from engine.access import Actor
from engine.errors import InvalidInput
from engine.migrating import Passage
from engine.model.bulk import BulkItem
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import carry_out_batch
from host.workers.queueing import drain
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import PREPARER, open_task, published, started

OPERATOR = Actor(9, "运维员", system=True)


def test_each_target_has_its_result_in_the_order_given(uow: UnitOfWork) -> None:
    ids = [str(open_task(uow, started(uow, REVIEW)).id) for _ in range(2)]
    nobody = "00000000-0000-0000-0000-000000000000"

    found = bulk.run(uow, "claim", [ids[0], nobody, "不是编号", ids[0], ids[1]], {}, by=PREPARER)

    assert [one.status for one in found] == ["ok", "failed", "failed", "failed", "ok"]
    assert [one.code for one in found] == [None, "task.not_found", "bulk.bad_argument", "task.claimed", None]
    with pytest.raises(InvalidInput):
        bulk.run(uow, "complete", ids, {}, by=PREPARER)


def test_a_number_that_no_column_holds_fails_alone_and_is_no_error_of_the_program(uow: UnitOfWork) -> None:
    found = bulk.run(uow, "retry", ["9" * 30, "12345"], {"reason": "已核对"}, by=OPERATOR)

    assert [one.code for one in found] == ["bulk.bad_argument", "incident.not_found"]


def test_thousands_go_through_the_queue_and_nothing_is_done_twice(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        ids = [str(started(uow, REVIEW)) for _ in range(bulk.BATCH + 3)]
        published_hash = published(uow, REVIEW.replace("审核".encode(), "复核".encode()))
        broken = "update app.process_instance set image = '{broken' where id = %s"
        uow.connection().exec_driver_sql(broken, (ids[1],))
        more = {**Passage(published_hash).as_json(), "reason": "换版"}
        run_id = bulk.submit(uow, "migrate", ids, more, by=OPERATOR)
        assert bulk.progress(uow.session, run_id) == {"waiting": len(ids), "ok": 0, "failed": 0}

    drain(bihuan.queue)
    carry_out_batch(bihuan.unit_of_work, run_id, 0)

    with bihuan.unit_of_work() as uow:
        assert bulk.progress(uow.session, run_id) == {"waiting": 0, "ok": len(ids) - 1, "failed": 1}
        assert bulk.results(uow.session, run_id)[1].code == "image.damaged"
        hashes = uow.session.scalars(
            select(ProcessInstance.bundle_hash).where(
                ProcessInstance.id.in_([one for one in ids if one != ids[1]])
            )
        ).all()
    assert set(hashes) == {published_hash}


def test_a_target_that_kills_its_process_is_given_up_and_the_others_are_done(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        ids = [str(started(uow, REVIEW)) for _ in range(3)]
        run_id = bulk.submit(uow, "suspend", ids, {"reason": "审计"}, by=OPERATOR)
        died = [{"run_id": run_id, "position": 1}]
        for _ in range(bulk.ATTEMPTS):
            assert bulk.begin(uow, run_id, died[0]["position"])

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert [one.code for one in bulk.results(uow.session, run_id)] == [None, "bulk.died", None]
        assert uow.session.get_one(BulkItem, (run_id, 0)).attempts == 1
