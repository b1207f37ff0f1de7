"""How the text of a setting becomes a value; a ValueError says what was expected."""

import re
from collections.abc import Callable
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ADDRESS = re.compile(r"[^@\s<>\",;:\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
MOST_PER_MINUTE = 1_000_000
URL_FORM = "形如 postgresql://login:password@host:5432/database 的地址"
SHORTEST_SECRET = 32


def folder(value: str) -> Path:
    """Read an absolute folder."""
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise ValueError("绝对路径")
    return path


def database_url(value: str) -> str:
    """Read the address of a database."""
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError(URL_FORM) from None
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise ValueError(URL_FORM)
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def between(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range."""

    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"{least} 到 {most} 的整数")
        return int(value)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of one of these words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError("下列之一:" + "、".join(choices))
        return value

    return read


def host(value: str) -> str:
    """Read a name or address to listen on."""
    if any(character.isspace() or character in "/@" for character in value):
        raise ValueError("主机名或 IP 地址")
    return value


def yes_or_no(value: str) -> bool:
    """Read yes or no."""
    if value not in ("yes", "no"):
        raise ValueError("yes 或 no")
    return value == "yes"


def secret(value: str) -> str:
    """Read a secret that is long enough."""
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"至少 {SHORTEST_SECRET} 个随机字符")
    return value


def issuer(value: str) -> str:
    """Read the address of a sign-in service."""
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("https:// 开头的地址")
    return value


def networks(value: str) -> tuple[str, ...]:
    """Read networks, separated by commas."""
    try:
        return tuple(str(ip_network(one.strip())) for one in value.split(",") if one.strip())
    except ValueError:
        raise ValueError("逗号分隔的网段,如 10.1.0.0/16,192.168.3.7/32") from None


def codes(value: str) -> tuple[str, ...]:
    """Read codes of jurisdictions, separated by commas."""
    found = tuple(one.strip() for one in value.split(",") if one.strip())
    if any(not re.fullmatch(r"[A-Za-z0-9][\w-]*", one, re.ASCII) for one in found):
        raise ValueError("逗号分隔的地区代码,如 riverside")
    return found


def mailbox(value: str) -> str:
    """Read one mail address, perhaps with a name."""
    found = getaddresses([value])
    if len(found) != 1 or not ADDRESS.fullmatch(found[0][1]):
        raise ValueError("一个邮箱地址,如 闭环 <bihuan@example.gov.cn>")
    return value


def site(value: str) -> str:
    """Read the address people open."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("浏览器里打开本系统的地址,如 https://jixiao.example.gov.cn")
    return value.rstrip("/")


def schemes(value: str) -> tuple[str, ...]:
    """Read names of channels, separated by commas."""
    found = tuple(one.strip().lower() for one in value.split(",") if one.strip())
    if not all(SCHEME.fullmatch(one) for one in found):
        raise ValueError("逗号分隔的渠道名,如 ntfys,matrixs")
    return found


def file(value: str) -> str:
    """Read a file that is there."""
    if not Path(value).is_file():
        raise ValueError("存在的文件")
    return value
