"""Write a letter: what each notification says in the receiver's language, as mail or as a robot's message."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader

from engine.calendar.local_time import local_date
from host.telling.channels.mail import Mail
from host.telling.letters import InHand

FOLDER: Final = files("host.telling.words")
MOST_IN_A_GROUP: Final = 20
TEMPLATES = Environment(
    loader=FunctionLoader(lambda name: (FOLDER / name).read_text(encoding="utf-8")),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Line:
    """One notification in words; what does not apply is ""."""

    said: str
    about: str = ""
    due: str = ""
    text: str = ""
    link: str = ""


@cache
def words(language: str) -> Mapping[str, Any]:
    """Return the words of a language; Chinese if there are none."""
    name = "en.toml" if language == "en" else "zh.toml"
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def line_of(row: Any, language: str, address: str | None, today: date) -> Line:
    """Return the words for one notification. address: of the site, for a link; None: without. today: when it is read."""
    said = words(language)
    task, sender = row.task_name or "", row.sender_name or ""
    text = row.text or ""
    place = said["in_place"].format(name=row.in_place_of) if row.in_place_of else ""
    late = (today - local_date(row.due_at)).days if row.due_at else 0
    shape = said["line"].get(_shape_of(row.kind, late), said["other"])
    return Line(
        f"{shape.format(task=task, days=abs(late), name=sender)}{place}".strip(),
        row.project or row.title or "",
        said["due"].format(day=local_date(row.due_at).isoformat()) if row.due_at else "",
        said["said_by"].format(name=sender, text=text) if text and sender else text,
        f"{address}/inbox?task={row.task_id}" if address and row.task_id else "",
    )


def _shape_of(kind: str, late: int) -> str:
    """Return the words of a reminder or escalation by the day on which it is sent, which may be later than it was meant."""
    if kind not in ("reminder", "escalation"):
        return kind
    return "reminder" if late < 0 else "escalation" if late else "today"


def mail_of(letter: InHand, address: str | None) -> Mail:
    """Write a letter to a person."""
    language = letter.receiver.language or "zh"
    said = words(language)
    lines = [line_of(row, language, address, letter.today) for row in letter.lines]
    hello = said["hello"].format(name=letter.receiver.name)
    text, html = (
        TEMPLATES.get_template(name).render(
            language="en" if language == "en" else "zh-CN",
            subject=_subject(lines, said),
            hello=hello,
            lines=lines,
            open=said["open"],
            foot=said["foot"],
        )
        for name in ("mail.txt", "mail.html")
    )
    return Mail(
        str(letter.id), letter.receiver.email, letter.receiver.name, _subject(lines, said), text, html, letter.created_at
    )  # fmt: skip


def _subject(lines: Sequence[Line], said: Mapping[str, Any]) -> str:
    if len(lines) > 1:
        return str(said["subject_many"].format(count=len(lines)))
    return " ".join(said["subject_one"].format(line=lines[0].said).split())


def group_message(letter: InHand) -> tuple[str, str]:
    """Write a letter to a robot's group: title and text, no links and no more than twenty lines."""
    said = words(letter.receiver.language)
    lines = [line_of(row, letter.receiver.language, None, letter.today) for row in letter.lines]
    left = len(lines) - MOST_IN_A_GROUP
    shown = lines[:MOST_IN_A_GROUP]
    text = TEMPLATES.get_template("robot.txt").render(
        lines=shown, more=said["more"].format(count=left) if left > 0 else "", foot=said["foot_robot"]
    )
    return _subject(lines, said), text.strip()


def code_mail(id: str, to: str, name: str, code: str, language: str, at: Any) -> Mail:
    """Write the mail with the code for a new address."""
    said = words(language)
    text = said["code"].format(code=code)
    page = f"<!doctype html><p>{text}</p>"
    return Mail(id, to, name, said["code_subject"], text, page, at)
