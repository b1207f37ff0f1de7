"""The pages for the public: without signing in, without a cookie, kept by caches; only of places that are switched on."""

from collections.abc import Callable
from hashlib import sha256

from flask import Flask, Response, current_app, redirect, render_template, request, url_for

from engine.errors import NotFound
from engine.scope import Scope
from engine.uow import UnitOfWork
from host.web.context import system
from host.web.public.site import Live, Site
from host.web.words import language, speak
from ledger.policies_in_force import Place, places

KEPT_SECONDS = 300
LONGEST_SEARCH = 60


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/public/", "public_places", listed)
    for spoken, here in (("zh", "/public/<place>/"), ("en", "/public/<place>/en/")):
        said = {"language": spoken}
        app.add_url_rule(here, "public_place", home, defaults=said)
        app.add_url_rule(f"{here}<int:year>/<kind>/", "public_kind", kind, defaults=said)
        address = f"{here}<int:year>/<kind>/<department>"
        app.add_url_rule(address, "public_department", department, defaults=said)
        app.add_url_rule(f"{here}<int:year>/projects/<code>", "public_project", project, defaults=said)


def listed() -> Response:
    """List the places that disclose here; the only one opens at once."""
    found = disclosing()
    if len(found) == 1:
        answer = redirect(url_for("public_place", place=found[0].code, language=language()))
        assert isinstance(answer, Response)
    else:
        answer = kept(render_template("public/places.html", places=found, style=style()))
    answer.vary.add("Accept-Language")
    return answer


def home(place: str, language: str) -> Response:
    """Show the years of a place."""
    return _shown(place, language, lambda site: site.home())


def kind(place: str, year: int, kind: str, language: str) -> Response:
    """Show the results or the targets of a year."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return _shown(place, language, lambda site: site.kind(year, kind, wanted))


def department(place: str, year: int, kind: str, department: str, language: str) -> Response:
    """Show a department."""
    return _shown(place, language, lambda site: site.department(year, kind, department))


def project(place: str, year: int, code: str, language: str) -> Response:
    """Show a project."""
    return _shown(place, language, lambda site: site.project(year, code))


def disclosing() -> list[Place]:
    """Return the places that are switched on by `BIHUAN_PUBLIC`."""
    switched_on = system().bihuan.settings.public
    if not switched_on:
        return []
    with system().bihuan.unit_of_work() as uow:
        return [one for one in places(uow.session) if one.code in switched_on]


def opened(uow: UnitOfWork, code: str) -> Place:
    """Return a place that is switched on. Raises NotFound: whether another exists is nobody's business."""
    found = next((one for one in places(uow.session) if one.code == code), None)
    if found is None or code not in system().bihuan.settings.public:
        raise NotFound("这里没有公开的内容;请核对地址。", code="public.off")
    return found


def style() -> str:
    """Return where the style sheet of these pages lies."""
    return str(current_app.jinja_env.globals["asset"]("dist/public.css"))  # type: ignore[operator]


def _shown(code: str, language: str, page: Callable[[Site], str]) -> Response:
    speak(language)
    with system().bihuan.unit_of_work() as uow:
        place = opened(uow, code)
    with system().bihuan.unit_of_work(Scope(place.id)) as uow:
        live = Live(place.code, style(), language)
        return kept(page(Site(uow.session, place.read_by(uow.session), live)))


def kept(body: str, content_type: str = "text/html; charset=utf-8") -> Response:
    """Return an answer that caches keep for a while and ask after by its tag."""
    tag = sha256(body.encode()).hexdigest()[:20]
    same = request.if_none_match.contains(tag) or request.if_none_match.contains(f"{tag}-gzip")
    answer = Response(status=304) if same else Response(body, content_type=content_type)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer
