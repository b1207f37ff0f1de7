"""The application over a system: its routes, templates and description are made once per process, for they name no system."""

from copy import copy
from dataclasses import replace
from typing import Any

from flask import Flask

from host.accounts.oidc import service_of
from host.composition import Bihuan
from host.health.leaving import Leaving
from host.health.tally import Tally
from host.web.application import create_app
from host.web.observing import UNKNOWN
from host.web.permissions import ENDPOINTS
from tests.web.small_county import SECRET

_MADE: list[Flask] = []


def serve(bihuan: Bihuan, **how: Any) -> Flask:
    """Return an application of this system alone. how: what else of `context.System` differs."""
    if bihuan.settings.proxies:  # they are believed where the application is made
        return create_app(bihuan, secret=SECRET, **how)
    if not _MADE:
        _MADE.append(create_app(bihuan, secret=SECRET))
    app = copy(_MADE[0])
    own = {"oidc": service_of(bihuan.settings), "tally": Tally((*ENDPOINTS, UNKNOWN)), "leaving": Leaving()}
    served = replace(app.extensions["bihuan"], bihuan=bihuan, **own, **how)
    app.extensions = {**app.extensions, "bihuan": served}
    return app
