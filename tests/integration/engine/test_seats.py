"""A seat for a role among several signers: taken by one person, given back, named when it is gone."""

from uuid import UUID

import pytest

from engine import countersigning, seats
from engine.errors import BihuanError, Conflict, NotAllowed
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.committee import CHIEF, MEMBERS, happened, meeting, statements, states
from tests.integration.engine.stage import STRANGER, signed
from tests.integration.engine.test_faults import at_once

ROLES = '[{role: "expert", party: "bureau"}, {role: "expert", party: "bureau"}, {role: "performance", party: "bureau"}]'


def refusal(uow: UnitOfWork, task_id: UUID, by: object) -> BihuanError:
    with pytest.raises(BihuanError) as refused, uow.savepoint():
        countersigning.vote(uow, task_id, signed(), by=by)  # type: ignore[arg-type]
    return refused.value


def test_a_seat_that_was_taken_is_signed_by_nobody_else(uow: UnitOfWork) -> None:
    instance_id, task_id = meeting(uow, "all", ROLES)
    first, second, third = MEMBERS[:3]

    seats.claim_seat(uow, task_id, by=first)
    seats.claim_seat(uow, task_id, by=second)

    with pytest.raises(Conflict, match="委员0、委员1"):
        seats.claim_seat(uow, task_id, by=third)
    assert refusal(uow, task_id, third).code == "sign.not_signer"
    countersigning.vote(uow, task_id, signed(), by=first)
    countersigning.vote(uow, task_id, signed(), by=CHIEF)
    assert states(uow, task_id) == "yoy"
    seats.release_seat(uow, task_id, by=second)
    countersigning.vote(uow, task_id, signed(), by=third)
    assert happened(uow, instance_id)[:2] == ["task.seat_claimed"] * 2


def test_a_person_takes_one_seat_and_only_one_of_his_role(uow: UnitOfWork) -> None:
    _, task_id = meeting(uow, "all", ROLES)
    seats.claim_seat(uow, task_id, by=MEMBERS[0])

    with pytest.raises(Conflict) as refused:
        seats.claim_seat(uow, task_id, by=MEMBERS[0])
    assert refused.value.code == "sign.already_signer"
    for stranger in (STRANGER,):
        with pytest.raises(NotAllowed):
            seats.claim_seat(uow, task_id, by=stranger)
        with pytest.raises(NotAllowed):
            seats.release_seat(uow, task_id, by=stranger)


def test_who_comes_after_the_signature_of_his_role_is_told_whose_it_is(uow: UnitOfWork) -> None:
    _, task_id = meeting(
        uow, "all", '[{role: "expert", party: "bureau"}, {role: "performance", party: "bureau"}]'
    )
    countersigning.vote(uow, task_id, signed(), by=MEMBERS[0])

    refused = refusal(uow, task_id, MEMBERS[1])

    assert refused.code == "sign.signed_by_other"
    assert "委员0" in refused.text


def test_of_two_who_take_the_last_seat_one_gets_it(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", '[{role: "expert", party: "bureau"}]')

    def taking(number: int) -> None:
        with bihuan.unit_of_work() as uow:
            seats.claim_seat(uow, task_id, by=MEMBERS[number])

    with statements(bihuan) as sent:
        said = at_once([lambda: taking(0), lambda: taking(1)])

    assert sorted(said) == ["done", "sign.seat_taken"]
    assert len(sent) <= 12
