"""The process administrator publishes: upload, problems and differences, then the next version; and the way back."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from flask import Flask, render_template, request, url_for

from engine.errors import BihuanError, InvalidInput
from host.publishing import offering
from host.publishing.kinds import kind_of
from host.web.answering import Answer, answered
from host.web.context import acting_now, system
from host.web.definition.view import marks, view_of
from host.web.definition.words import TITLES, WORDS
from host.web.failing import status_of
from host.web.pages import definitions
from host.web.pages.definitions import ALL
from host.web.refusals import said as refused


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule(f"{ALL}/offer", "offer_definition", offer, methods=["POST"])
    app.add_url_rule(f"{ALL}/publish", "publish_definition", publish, methods=["POST"])
    again = f"{ALL}/<key>/versions/<int:version>/publish"
    app.add_url_rule(again, "republish_definition", republish, methods=["POST"])


def offer(folder: str) -> Answer:
    """Show what an uploaded file would change, and what is wrong with it; nothing is published yet."""
    try:
        sent = request.files.get("file")
        data = sent.read() if sent is not None else b""
        if not data:
            raise InvalidInput("请选择要上传的文件。", code="definition.no_file")
        return _offered(folder, data)
    except BihuanError as error:
        return definitions.listed(folder, refused(error)), status_of(error)


def _offered(folder: str, data: bytes, fault: str = "") -> str:
    kind, operations = kind_of(folder), system().bihuan.operations.names()
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        found = offering.look(uow, kind, data, operations)
    text = found.data.decode(errors="replace")
    return render_template(
        "studio/offer.html",
        kind=kind,
        title=TITLES[folder],
        offer=found,
        content=b64encode(found.data).decode(),
        view=view_of(kind.code, text, found.problems),
        problems=found.problems,
        marks=marks(found.problems, found.differences),
        **WORDS,
        fault=fault,
        said="",
    )


def publish(folder: str) -> Answer:
    """Publish what was looked at as the next version."""
    try:
        data = b64decode(request.form.get("content", ""), validate=True)
    except NotBase64:
        data = b""
    kind, seen = kind_of(folder), request.form.get("seen", type=int)

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            names = system().bihuan.operations.names()
            made = offering.publish(uow, kind, data, names, seen=seen, by=acting_now().own)
        return url_for("definition", folder=folder, key=made.key, said="published")

    return answered(command, lambda fault: _offered(folder, data, fault))


def republish(folder: str, key: str, version: int) -> Answer:
    """Publish an older version again."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            offering.publish_again(uow, kind_of(folder), key, version, by=acting_now().own)
        return url_for("definition", folder=folder, key=key, said="published_again")

    return answered(command, lambda fault: definitions.show(folder, key, fault))
