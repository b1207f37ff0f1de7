"""Robots of organisations' groups, as the system administrator keeps them; addresses go in and never come out."""

from typing import Any

from flask import Flask, render_template, request, url_for

from engine.errors import NotFound
from host.telling import robots
from host.telling.channels.other import is_installed
from host.telling.contacts import KINDS
from host.web.answering import Answer, answered, number, said
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.message_words import KINDS as WORDS
from ledger.roster.tree import tree as tree_of

ACTIONS = {"pause": robots.pause, "resume": robots.resume, "remove": robots.remove, "test": robots.test}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/robots", "robots", show)
    app.add_url_rule("/manage/robots", "add_robot", add, methods=["POST"])
    app.add_url_rule("/manage/robots/<int:robot_id>/<action>", "change_robot", change, methods=["POST"])


def show(fault: str = "") -> str:
    """Show the robots, the mail server, and the form for a new robot, or for the one that is to be changed (`?edit=`)."""
    chosen = (request.view_args or {}).get("robot_id") or request.args.get("edit", type=int)
    postman = system().bihuan.postman()
    with system().bihuan.unit_of_work() as uow:
        place = ground(uow)
        channels = {
            code: name
            for code, name in robots.CHANNELS.items()
            if code != "apprise" or (postman.schemes and is_installed())
        }
        rows = robots.listed(uow, place)
        return render_template(
            "manage/robots.html",
            rows=rows,
            one=next((row for row in rows if row.id == chosen), None),
            tree=tree_of(uow, place),
            names=robots.CHANNELS,
            signs=robots.SIGNS,
            channels=channels,
            schemes=postman.schemes,
            mailer=postman.mailer,
            kinds=[(kind, WORDS[kind][1]) for kind in KINDS if kind != "substitution"],
            words={kind: word for kind, (_icon, word) in WORDS.items()},
            fault=fault,
            said=said(),
        )


def add() -> Answer:
    """Add a robot."""
    form, postman, by = request.form, system().bihuan.postman(), acting_now().own
    whose: dict[str, Any] = {"organisation_id": number("organisation"), "channel": form.get("channel", "")}

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            robots.add(uow, postman.vault, postman.schemes, **whose, **_written(), by=by)
        return url_for("robots", said="added")

    return answered(command, show)


def change(robot_id: int, action: str) -> Answer:
    """Change a robot, pause it, let it go on, test it, remove it."""
    if action != "change" and action not in ACTIONS:
        raise NotFound("没有这项操作;请回到机器人列表。", code="robot.action")
    postman, by = system().bihuan.postman(), acting_now().own

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            if action == "change":
                robots.change(uow, postman.vault, postman.schemes, robot_id, **_written(), by=by)
            else:
                ACTIONS[action](uow, robot_id, by=by)
        words = {"remove": "removed", "test": "test_planned"}
        return url_for("robots", said=words.get(action, "changed"))

    return answered(command, show)


def _written() -> dict[str, Any]:
    """Return what the form says of a robot, new or changed."""
    form = request.form
    said: dict[str, Any] = {one: form.get(one, "") for one in ("name", "address", "secret", "language")}
    return {**said, "kinds": form.getlist("kind")}
