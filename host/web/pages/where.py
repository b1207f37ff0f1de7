"""Where is it? One instance: a sentence, the live diagram, the same as text, reminders, decisions, the story."""

from uuid import UUID

from flask import Flask, Response, render_template, request, url_for

from engine.history import entries
from engine.library import drawings
from engine.telling import may_urge
from engine.uow import UnitOfWork
from engine.whereabouts import whereabouts
from host.web.context import acting_now, system
from host.web.day import today
from host.web.definition.words import HIT_POLICIES
from host.web.story_words import lines
from host.web.where.ladder import ladders
from host.web.where.view import WhereView, view_of
from host.web.words import translate as _
from ledger import directory


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/instances/<uuid:instance_id>", "where", show)
    app.add_url_rule("/instances/<uuid:instance_id>/diagrams/<key>", "diagram", diagram)


def show(instance_id: UUID) -> str:
    """Show where an instance stands; `chart` chooses the diagram, `story=all` shows every event."""
    everything = request.args.get("story") == "all"
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        view = seen(uow, instance_id)
        story = entries(uow.session, instance_id, view.element_names)
        instance = view.where.instance
        project = directory.project(uow, instance.subject_id) if instance.subject_kind == "project" else None
        decisions = [one.data for one in story if one.kind == "decision.evaluated"]
        papers = drawings(uow.session, [one["hash"] for one in decisions if one.get("hash")])
    chart = view.where.chart(request.args.get("chart") or view.where.charts[0].key)
    marks = view.marks(chart)
    marks["opens"] = {
        name: url_for("where", instance_id=instance_id, chart=key, _anchor="diagram")
        for name, key in marks["opens"].items()
    }
    return render_template(
        "where/show.html",
        view=view,
        where=view.where,
        instance=instance,
        project=project,
        chart=chart,
        marks=marks,
        ladders=ladders(view.where),
        ladders_over=ladders(view.where, over=True),
        decisions=decisions,
        papers=papers,
        hit_policies=HIT_POLICIES,
        lines=lines(story, everything=everything),
        everything=everything,
        mine=next((task for task in view.where.live if _may_open(task)), None),
        urged=next((task for task in view.where.live if may_urge(task, instance, acting_now().actor)), None),
        said=_("已催办") if request.args.get("did") == "urged" else "",
    )


def diagram(instance_id: UUID, key: str) -> Response:
    """Return a diagram of an instance as BPMN, in the version the instance is bound to."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = whereabouts(uow, instance_id).chart(key)
    return Response(found.definition.xml, mimetype="application/xml")


def seen(uow: UnitOfWork, instance_id: UUID) -> WhereView:
    """Return where an instance stands, for whoever is signed in."""
    return view_of(uow, whereabouts(uow, instance_id), acting_now().actor, today().day)


def _may_open(task: object) -> bool:
    actor = acting_now().actor
    holder, role, place = (getattr(task, name) for name in ("assignee_id", "role", "organisation_id"))
    return holder == actor.person_id if holder is not None else actor.may_act(role, place)
