"""Counter-signing: one task, many signers; the deciding vote moves the instance, once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine import countersigning, instances, ladder, tasks
from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.deciding import ITEM
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import LadderRung, Notification
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from forms.library import load
from forms.validation import validate
from host.composition import Bihuan
from host.filing import file_task
from tests.integration.engine.committee import (
    MEMBERS,
    countersigned,
    happened,
    meeting,
    people,
    revision,
    statements,
    states,
    voting,
    where,
)
from tests.integration.engine.stage import BUREAU, PREPARER, REVIEWER, open_task, signed, started

EXPERTS = '[{role: "expert", party: "bureau"}, {role: "expert", party: "bureau"}, {role: "expert", party: "bureau"}]'


def test_all_must_agree_and_only_the_last_vote_moves_the_instance(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(3))

    told = voting(uow, task_id, "yy")

    assert (told, states(uow, task_id), revision(uow, instance_id)) == ([None, None], "yyo", 1)
    assert voting(uow, task_id, "y", first=2) == [True]
    assert (where(uow, instance_id), revision(uow, instance_id)) == ("well", 2)
    assert happened(uow, instance_id) == ["task.signed"] * 3 + ["task.decided", "task.completed"]


def test_one_no_ends_it_and_the_rest_is_void(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(4))

    assert voting(uow, task_id, "yn") == [None, False]

    assert (states(uow, task_id), where(uow, instance_id)) == ("ynvv", "again")


@pytest.mark.parametrize(
    ("rule", "votes", "told", "after"),
    [
        ("any", "ny", [None, True], "well"),
        ("any", "nnn", [None, None, False], "again"),
        ("first", "n", [False], "again"),
        ("share", "nyy", [None, None, True], "well"),
        ("share", "nn", [None, False], "again"),
    ],
)
def test_rules_as_offices_know_them(
    uow: UnitOfWork, rule: str, votes: str, told: list[bool | None], after: str
) -> None:
    more = {"share": "2/3"} if rule == "share" else {}
    instance_id, task_id = meeting(uow, rule, people(3), **more)

    assert voting(uow, task_id, votes) == told
    assert where(uow, instance_id) == after


def test_weights_decide_and_not_heads(uow: UnitOfWork) -> None:
    signers = "[{person: 300, weight: 0.333}, {person: 301, weight: 0.333}, {person: 302, weight: 0.334}]"
    _, task_id = meeting(uow, "weighted", signers, share="0.667")

    assert voting(uow, task_id, "yy") == [None, None], "0.666 is not 0.667: no rounding to cents"
    kept = select(ITEM.c.weight).where(ITEM.c.task_id == task_id)
    assert min(uow.session.scalars(kept)) == Decimal("0.333")
    assert voting(uow, task_id, "y", first=2) == [True]


def test_in_order_one_after_another(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "ordered", people(3))

    assert states(uow, task_id) == "oqq"
    with pytest.raises(WrongState) as refused:
        voting(uow, task_id, "y", first=1)
    assert refused.value.code == "sign.not_your_turn"
    assert voting(uow, task_id, "y") == [None]
    assert states(uow, task_id) == "yoq"
    assert voting(uow, task_id, "yy", first=1) == [None, True]
    assert where(uow, instance_id) == "well"


def test_a_rule_of_its_own_sees_counters_and_policy(uow: UnitOfWork) -> None:
    rules = {"passWhen": "yes * 2 > total", "failWhen": "no * 2 >= total", "vote": "form.agreed"}
    instance_id, task_id = meeting(uow, "own", people(4), **rules)

    assert voting(uow, task_id, "yynn") == [None, None, None, False]
    assert where(uow, instance_id) == "again"


def test_an_abstention_is_written_as_such(uow: UnitOfWork) -> None:
    said = 'if form.opinion = "弃权" then "abstained" else form.agreed'
    instance_id, task_id = meeting(uow, "all", people(2), vote=said)
    abstaining = validate(load("signature"), {"agreed": False, "opinion": "弃权"})

    countersigning.vote(uow, task_id, abstaining, by=MEMBERS[0])
    told = voting(uow, task_id, "y", first=1)

    assert (states(uow, task_id), told, where(uow, instance_id)) == ("ay", [True], "well")


def test_a_vote_nobody_can_read_is_refused_and_nothing_is_kept(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2), vote="form.nothing_of_that_name")

    with pytest.raises(InvalidInput) as refused, uow.savepoint():
        voting(uow, task_id, "y")

    assert (refused.value.code, states(uow, task_id)) == ("sign.vote_unclear", "oo")


def test_a_second_click_is_told_so_before_and_after_the_decision(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(2))
    for votes in ("y", "yy"):
        voting(uow, task_id, votes[-1], first=len(votes) - 1)
        with pytest.raises(Conflict) as refused:
            voting(uow, task_id, "n")
        assert refused.value.code == "sign.already_signed"

    assert (where(uow, instance_id), states(uow, task_id)) == ("well", "yy")


def test_who_comes_too_late_is_told_it_is_over(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "any", people(2))
    voting(uow, task_id, "y")

    with pytest.raises(WrongState) as refused:
        voting(uow, task_id, "y", first=1)

    assert refused.value.code == "task.wrong_state"


@pytest.mark.parametrize("actor", [REVIEWER, SYSTEM, MEMBERS[50]])
def test_nobody_else_signs(uow: UnitOfWork, actor: object) -> None:
    _, task_id = meeting(uow, "all", people(2))

    with pytest.raises(NotAllowed) as refused:
        countersigning.vote(uow, task_id, signed(), by=actor)  # type: ignore[arg-type]

    assert refused.value.code == "sign.not_signer"


def test_a_seat_of_a_role_goes_to_whoever_votes_first_and_each_votes_once(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", EXPERTS)

    voting(uow, task_id, "y")
    with pytest.raises(Conflict) as refused:
        voting(uow, task_id, "y")
    assert refused.value.code == "sign.already_signed", "three seats are not three votes"
    assert voting(uow, task_id, "yy", first=1) == [None, True]
    assert where(uow, instance_id) == "well"


def test_who_has_a_seat_of_his_own_does_not_also_use_his_roles(uow: UnitOfWork) -> None:
    signers = '[{role: "expert", party: "bureau"}, {person: 300}]'
    _, task_id = meeting(uow, "all", signers)

    voting(uow, task_id, "y")

    assert states(uow, task_id) == "oy"
    with pytest.raises(Conflict):
        voting(uow, task_id, "y")


def test_nobody_claims_or_completes_it_alone(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))

    with pytest.raises(WrongState) as claiming:
        tasks.claim(uow, task_id, by=REVIEWER)
    with pytest.raises(WrongState) as completing:
        tasks.complete(uow, task_id, signed(), by=SYSTEM)

    assert {claiming.value.code, completing.value.code} == {"task.countersigned"}


def test_every_signer_files_his_form_and_the_diagram_sees_them_all(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "share", people(3), share="2/3")
    voting(uow, task_id, "nyy")

    filed = select(SubmissionRow.actor_name, SubmissionRow.values).where(SubmissionRow.task_id == task_id)
    by_name = {
        name: values["agreed"] for name, values in uow.session.execute(filed.order_by(SubmissionRow.id))
    }
    assert by_name == {"委员0": False, "委员1": True, "委员2": True}
    image = instances_image(uow, instance_id)
    assert '"heard":{"␟n":"3"}' in image.replace(" ", "")
    assert '"last":true' in image.replace(" ", "")


def instances_image(uow: UnitOfWork, instance_id: object) -> str:
    return uow.session.get_one(ProcessInstance, instance_id, populate_existing=True).image


def test_another_form_is_refused(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))

    with pytest.raises(InvalidInput) as refused:
        countersigning.vote(uow, task_id, validate(load("opinion_reply"), {"agreed": True}), by=MEMBERS[0])

    assert refused.value.code == "task.wrong_form"


def test_an_ordinary_or_unknown_task_has_no_votes(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(1))
    voting(uow, task_id, "y")

    with pytest.raises(WrongState) as refused:
        voting(uow, open_task(uow, instance_id).id, "y")
    with pytest.raises(NotFound):
        voting(uow, uuid4(), "y")

    assert refused.value.code == "sign.none"


@pytest.mark.parametrize(
    ("rule", "signers", "share", "code"),
    [
        ("all", "[]", "1", "sign.signers_invalid"),
        ("all", "nobody_knows", "1", "sign.signers_invalid"),
        ("all", "[true]", "1", "sign.signers_invalid"),
        ("all", "[300, 300]", "1", "sign.signers_invalid"),
        ("all", "[{person: 300, weight: 0}]", "1", "sign.signers_invalid"),
        ("all", '[{party: "bureau"}]', "1", "sign.signers_invalid"),
        ("share", "[300]", "policy.unset", "sign.rule_invalid"),
        ("share", "[300]", "1.5", "sign.rule_invalid"),
    ],
)
def test_a_diagram_that_names_no_usable_signers_stops_at_once_and_says_so(
    uow: UnitOfWork, rule: str, signers: str, share: str, code: str
) -> None:
    with pytest.raises(InvalidInput, match="评议") as refused, uow.savepoint():
        meeting(uow, rule, signers, share=share)

    assert refused.value.code == code


def test_signers_may_be_written_as_numbers_and_role_codes(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", '[300, "preparer"]')

    rows = select(ITEM.c.person_id, ITEM.c.role, ITEM.c.organisation_id).where(ITEM.c.task_id == task_id)
    assert uow.session.execute(rows.order_by(ITEM.c.position)).all() == [
        (300, None, None),
        (None, "preparer", 11),
    ]
    countersigning.vote(uow, task_id, signed(), by=PREPARER)
    assert states(uow, task_id) == "oy"


def test_cancelling_the_instance_voids_the_open_seats(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(3))
    voting(uow, task_id, "y")

    instances.cancel(uow, instance_id, "取消", by=SYSTEM)

    assert states(uow, task_id) == "yvv"


def test_a_decision_of_several_is_not_taken_back_by_one(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", people(2))
    voting(uow, task_id, "yy")

    with pytest.raises(WrongState):
        withdraw(uow, task_id, by=MEMBERS[1])


def test_reminders_go_to_each_signer_who_is_still_asked(uow: UnitOfWork, clock: VirtualClock) -> None:
    signers = '[{person: 300}, {person: 301}, {role: "expert", party: "bureau"}]'
    _, task_id = meeting(uow, "all", signers)
    voting(uow, task_id, "y")
    rung = uow.session.scalars(
        select(LadderRung).where(LadderRung.task_id == task_id, LadderRung.offset_days == -10)
    ).one()
    clock.set(rung.at)

    ladder.send(uow, [rung.id])

    told = select(Notification.recipient, Notification.person_id, Notification.organisation_id)
    rows = uow.session.execute(told.where(Notification.task_id == task_id)).all()
    assert sorted(rows, key=str) == [("assignee", 301, BUREAU), ("expert", None, BUREAU)]


def test_what_was_typed_takes_the_same_way_as_any_form(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", people(1))

    file_task(uow, task_id, {"agreed": True}, by=MEMBERS[0])

    assert where(uow, instance_id) == "well"


def test_a_vote_is_six_statements_and_reads_no_image(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id, task_id = meeting(uow, "all", people(3))
        ordered, ordered_id = meeting(uow, "ordered", people(3))

    with statements(bihuan) as seen, bihuan.unit_of_work() as uow:
        voting(uow, task_id, "y")
    with statements(bihuan) as seen_in_order, bihuan.unit_of_work() as uow:
        voting(uow, ordered_id, "y")
    with bihuan.unit_of_work() as uow:
        voting(uow, task_id, "y", first=1)
    with statements(bihuan) as deciding, bihuan.unit_of_work() as uow:
        voting(uow, task_id, "y", first=2)

    assert len(seen) <= 6, seen
    assert len(seen_in_order) <= 7, seen_in_order
    assert not [one for one in (*seen, *seen_in_order) if "image" in one]
    assert len(deciding) <= 14, deciding
    with bihuan.unit_of_work() as uow:
        audited = select(AuditRow.action).where(AuditRow.subject == str(task_id))
        assert uow.session.scalars(audited).all() == ["task.sign"] * 3
        assert (revision(uow, instance_id), revision(uow, ordered)) == (2, 1)


def test_an_ordinary_task_knows_nothing_of_it(uow: UnitOfWork) -> None:
    instance_id = started(uow, countersigned("all", people(1)))
    voting(uow, open_task(uow, instance_id).id, "y")

    task = uow.session.get_one(UserTask, open_task(uow, instance_id).id)

    assert task.counter_sign is None
    assert (
        uow.connection()
        .exec_driver_sql(
            "select count(*) from app.user_task where counter_sign is null and id = %s", (str(task.id),)
        )
        .scalar()
        == 1
    ), "SQL null, not JSON null: the indexes and the inbox ask for it"
