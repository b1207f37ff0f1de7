"""What the interface answers is what its description says: made-up requests of each operation, as several people."""

from typing import Any

import hypothesis
import pytest
import schemathesis
import schemathesis.specs.openapi.adapter.parameters  # not first by a thread: Python 3.11 must not parse in two at once
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.accounts import tokens
from host.composition import Bihuan
from host.model.accounts import Account
from host.web.permissions import MEANINGS
from tests.integration.engine.stage import UNIT
from tests.web.results_county import settle_results
from tests.web.serving import serve
from tests.web.small_county import PEOPLE, settle, task_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 3}
ROLES = ("preparer", "performance", "system", "process", "audit")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def known(uow: UnitOfWork) -> dict[str, Any]:
    """Return ids of what is there, by the names that addresses give them."""
    task_id = task_of(uow, UNIT)
    instance_id = uow.session.scalar(select(UserTask.instance_id).where(UserTask.id == task_id))
    return {
        "task_id": str(task_id),
        "instance_id": str(instance_id),
        "organisation_id": UNIT,
        "person_id": PEOPLE["expert"],
        "folder": "processes",
        "key": "review",
        "version": 1,
        "topic": "grades",
        "account_id": 3,
    }


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_is_a_fault_or_undescribed(bihuan: Bihuan, role: str) -> None:
    with bihuan.unit_of_work() as uow:
        settle(uow)
    with bihuan.unit_of_work() as uow:
        settle_results(uow)
        ids = known(uow)
    with bihuan.unit_of_work() as uow:
        account_id = uow.session.scalars(select(Account.id).where(Account.login == role)).one()
        token = tokens.make(uow, account_id, "conformance", list(MEANINGS), 30, allowed=list(MEANINGS))
    app = serve(bihuan)
    described = schemathesis.openapi.from_dict(app.extensions["bihuan.openapi"])
    described.app = app

    wrong = []
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]
        for mode, examples in EXAMPLES.items():
            fixed = {p.name: ids[p.name] for p in operation.path_parameters if p.name in ids}
            try:
                asked = operation.as_strategy(
                    mode, path_parameters=fixed if mode is GenerationMode.POSITIVE else None
                )
                send(asked, examples, token)
            except* Failure as failures:
                wrong += [f"{operation.label}: {one.title}: {one.message}" for one in failures.exceptions]  # type: ignore[union-attr]
    assert not wrong, "\n\n".join(wrong)


def send(asked: Any, examples: int, token: str) -> None:
    """Send some requests and hold each answer to the description."""

    @hypothesis.seed(1)
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=asked)
    def each(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}, checks=CHECKS
        )

    each()
