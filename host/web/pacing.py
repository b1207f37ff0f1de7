"""How often a request may come: by address before anything is looked up, by account once it is known whose it is."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from math import ceil

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.errors import BihuanError
from host.web.context import OF_NOBODY, only_looks, somebody, system
from host.web.rates import Kind

GUESSED = frozenset(
    {"sign_in", "show_code", "set_up", "sign_in_oidc", "back_from_oidc", "change_password", "factor_off"}
)
"""Where somebody may guess a password, a code or a token."""
UPLOADS = frozenset(
    {
        "attach_file", "compare_sheet", "bring_in", "bring_in_projects", "offer_definition",
        "api.attach", "api.compare_sheet", "api.order_import", "api.order_year_import", "api.check_definition",
        "api.publish_version",
    }
)  # fmt: skip
HEAVY = frozenset(
    {
        "figures", "figures_file", "figures_rows", "figures_rows_file", "audit", "sheet", "import_passwords",
        "annual_report", "annual_lists", "annual_problems", "annual_report_docx", "annual_report_xlsx", "congress_file",
        "api.read_figures", "api.read_figure_rows", "api.read_annual_report", "api.read_annual_document",
        "api.read_annual_workbook",
        "api.read_congress_package", "api.read_sheet", "api.list_audit",
    }
)  # fmt: skip
"""What asks the database or the processor for much more than a page of one task."""
LARGEST_NETWORK = 64
"""How much of an IPv6 address names a house: its owner may choose the rest of it anew for each request."""


class TooOften(BihuanError):
    """More requests than an operator permits; nothing was done. seconds: until the next is taken."""

    code = "rate.limited"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"来得太频繁了，这一次没有办理；请过 {seconds} 秒再试。", retry_after=seconds)
        self.seconds = seconds


def register(app: Flask) -> None:
    """Believe as many proxies as the operator named. The guards call the rest."""
    proxies = app.extensions["bihuan"].bihuan.settings.proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]


def by_address() -> None:
    """Count a request of this address. Raises TooOften."""
    if request.endpoint in OF_NOBODY:
        return
    whom = _house(request.remote_addr or "")
    _count(Kind.ADDRESS, whom)
    if request.endpoint in GUESSED and not only_looks():
        _count(Kind.SIGN_IN, whom)


def by_account() -> None:
    """Count a request of this account, apart for each kind it belongs to. Raises TooOften."""
    who = somebody()
    if who is not None:
        for kind in _kinds(request.endpoint or ""):
            _count(kind, who.account_id)


def by_source(source_id: int) -> None:
    """Count a verified call of another system. Raises TooOften."""
    _count(Kind.CALLS, source_id)


def _kinds(endpoint: str) -> Iterator[Kind]:
    if endpoint.startswith("api."):
        yield Kind.REST
    if endpoint in UPLOADS:
        yield Kind.UPLOADS
    if endpoint in HEAVY:
        yield Kind.HEAVY


def _count(kind: Kind, whom: object) -> None:
    rates = system().rates
    wait = rates.wait(kind, whom) if rates else 0.0
    if wait:
        raise TooOften(ceil(wait))


def _house(address: str) -> str:
    """Return what stands for an address: all of an IPv4 one, the network of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, LARGEST_NETWORK), strict=False))
