"""The other systems: who is told what happens here, and who may call."""

from flask import Flask, render_template
from sqlalchemy import select

from host.web.answering import said
from host.web.context import system
from host.web.ground import ground
from ledger.model.register import Jurisdiction
from webhooks import showing
from webhooks.catalogue import FAMILIES, of_family
from webhooks.inbound import quarantine
from webhooks.inbound.messages import TYPES


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/systems", "systems", shown)


def shown(fault: str = "") -> str:
    """List them; forms add one."""
    with system().bihuan.unit_of_work() as uow:
        now = uow.now()
        receivers = showing.endpoints(uow)
        return render_template(
            "manage/systems.html",
            receivers=[(one, showing.is_closed(one, now)) for one in receivers],
            places=uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all(),
            place=ground(uow),
            sources=quarantine.sources(uow),
            waiting=quarantine.waiting(uow),
            call_types=TYPES,
            families=FAMILIES,
            of_family=of_family,
            fault=fault,
            said=said(),
        )
