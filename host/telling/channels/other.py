"""Other channels through apprise, where it is installed and the site lists their schemes (BIHUAN_APPRISE_SCHEMES)."""

from collections.abc import Collection
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

from host.telling.outcome import Outcome


def is_installed() -> bool:
    """Tell whether apprise is there: `pip install bihuan[apprise]`."""
    return find_spec("apprise") is not None


def is_listed(address: str, schemes: Collection[str]) -> bool:
    """Tell whether the site allows addresses of this scheme."""
    return urlsplit(address).scheme.lower() in schemes


def send(schemes: Collection[str], address: str, title: str, text: str) -> Outcome:
    """Tell through apprise; it says yes or no, and not why."""
    if not is_listed(address, schemes):
        return Outcome(False, "这种渠道没有写入 BIHUAN_APPRISE_SCHEMES;请系统管理员核对。")
    if not is_installed():
        return Outcome(False, "服务器上没有安装 apprise;请系统管理员安装后重发。")
    apprise = import_module("apprise")
    told = apprise.Apprise()
    if not told.add(address):
        return Outcome(False, "apprise 不认识这个地址;请核对后重填。", refused=True)
    sent = bool(told.notify(body=text, title=title))
    return Outcome(sent, "apprise 已发出" if sent else "apprise 没有发出")
