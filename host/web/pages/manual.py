"""The manual: what to do, for each kind of work, with pictures."""

from flask import Flask, render_template

from engine.errors import NotFound
from host.web.manual import CHAPTERS, chapters


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/help", "manual", manual)
    app.add_url_rule("/help/<chapter>", "manual_chapter", manual)


def manual(chapter: str = CHAPTERS[0]) -> str:
    """Show a chapter, the first one if none is named."""
    found = chapters().get(chapter)
    if found is None:
        raise NotFound("手册里没有这一章;请从目录里选。", code="manual.not_found", name=chapter)
    return render_template("manual.html", chapter=found, chapters=chapters().values())
