"""Make the Flask application of a running system."""

from importlib.resources import files

from flask import Flask

from engine.explaining import spoken
from host.accounts.oidc import service_of
from host.composition import Bihuan
from host.health.leaving import Leaving
from host.health.tally import Tally
from host.health.watching import Watch
from host.web import assets, compressing, day, failing, guarding, observing, words
from host.web.context import System
from host.web.day import local
from host.web.due import due_of
from host.web.pages import (
    accounts,
    acting_for,
    annual_report,
    attaching,
    auditing,
    batch,
    budgets,
    calendar,
    calendars,
    congress,
    countersigning,
    definitions,
    directory,
    extensions,
    figures,
    filling,
    handing,
    health,
    heat,
    importing,
    inbox,
    inbox_views,
    incidents,
    jobs,
    keys,
    lateness,
    letters,
    manual,
    me,
    messages,
    my_factor,
    my_telling,
    my_tokens,
    papers,
    people,
    policy,
    project_lives,
    public,
    publishing,
    putting_off,
    receivers,
    receiving,
    robots,
    rounds,
    searching,
    sending_back,
    setting_up,
    sheets,
    signing_in,
    single_sign_on,
    sources,
    stages,
    substitutes,
    substituting_for,
    systems,
    taking_over,
    telling,
    where,
    year,
    years,
)
from host.web.permissions import ENDPOINTS
from host.web.rates import Rates
from host.web.refusals import difference
from host.web.rest import interface, routes
from ledger.policy.vocabulary import cited
from ledger.stage_names import STAGES

LARGEST_BODY = 1024 * 1024
PAGES = (
    signing_in,
    setting_up,
    inbox,
    inbox_views,
    batch,
    handing,
    putting_off,
    extensions,
    sending_back,
    countersigning,
    taking_over,
    telling,
    filling,
    where,
    year,
    heat,
    project_lives,
    searching,
    papers,
    rounds,
    attaching,
    sheets,
    keys,
    lateness,
    manual,
    single_sign_on,
    me,
    messages,
    my_factor,
    my_tokens,
    substitutes,
    acting_for,
    substituting_for,
    directory,
    people,
    accounts,
    importing,
    systems,
    receivers,
    sources,
    receiving,
    years,
    stages,
    budgets,
    calendars,
    incidents,
    jobs,
    health,
    auditing,
    policy,
    definitions,
    publishing,
    figures,
    annual_report,
    congress,
    public,
    my_telling,
    calendar,
    robots,
    letters,
)
PIECES = ("icon", "mark", "due", "token")


class RouteUnlisted(Exception):
    """A route without a line in the permission table, or a line without a route: a fault of the program."""


ROUTES = routes.__all__


def create_app(
    bihuan: Bihuan,
    *,
    secret: str,
    https: bool = False,
    demo: bool = False,
    tally: Tally | None = None,
    watch: Watch | None = None,
    leaving: Leaving | None = None,
    rates: Rates | None = None,
) -> Flask:
    """Return the application. secret: signs what the browser hands back; demo: show the demonstration's accounts; tally:
    where all processes of the server count; watch: who notices that no deadline is fired; leaving: raised when it stops;
    rates: how often who may come.
    """
    tally = tally or Tally((*ENDPOINTS, observing.UNKNOWN))
    static = str(files("host") / "static")
    app = Flask("host.web", static_folder=static, static_url_path="/static", template_folder="templates")
    app.config.update(SECRET_KEY=secret, MAX_CONTENT_LENGTH=LARGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.extensions["bihuan"] = System(
        bihuan, secret, https, demo, service_of(bihuan.settings), tally, watch, leaving or Leaving(), rates
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_=words.translate, due_of=due_of, stages=STAGES, difference=difference)
    app.jinja_env.globals.update(
        day_of=day.day_of, short_day=day.short, weekday=day.weekday, role_name=words.role_name
    )
    app.jinja_env.globals.update(local=local)
    app.jinja_env.filters.update(spoken=spoken, cited=cited)
    compressing.register(app)
    assets.register(app)
    pieces = app.jinja_env.get_template("_macros.html").module
    app.jinja_env.globals.update({name: getattr(pieces, name) for name in PIECES})
    observing.register(app)
    guarding.register(app)
    failing.register(app)
    for pages in PAGES:
        pages.register(app)
    interface.register(app)
    _require_listed(app)
    return app


def _require_listed(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != set(ENDPOINTS):
        raise RouteUnlisted(f"routes and permission table differ: {sorted(routes ^ set(ENDPOINTS))}")
