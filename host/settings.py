"""The settings: every BIHUAN_ variable is read here, once, into one frozen value."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import BihuanError

ADDRESS = re.compile(r"[^@\s<>\",;:\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
MOST_PER_MINUTE = 1_000_000
URL_FORM = "形如 postgresql://login:password@host:5432/database 的地址"


class SettingInvalid(BihuanError):
    """A variable has a value that cannot be used; nothing was started."""

    code = "settings.invalid"


def _folder(value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise ValueError("绝对路径")
    return path


def _database_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError(URL_FORM) from None
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
        raise ValueError(URL_FORM)
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"{least} 到 {most} 的整数")
        return int(value)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError("下列之一:" + "、".join(choices))
        return value

    return read


def _host(value: str) -> str:
    if any(character.isspace() or character in "/@" for character in value):
        raise ValueError("主机名或 IP 地址")
    return value


def _yes_or_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("yes 或 no")
    return value == "yes"


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"至少 {SHORTEST_SECRET} 个随机字符")
    return value


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("https:// 开头的地址")
    return value


def _networks(value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(one.strip())) for one in value.split(",") if one.strip())
    except ValueError:
        raise ValueError("逗号分隔的网段,如 10.1.0.0/16,192.168.3.7/32") from None


def _codes(value: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in value.split(",") if one.strip())
    if any(not re.fullmatch(r"[A-Za-z0-9][\w-]*", one, re.ASCII) for one in found):
        raise ValueError("逗号分隔的地区代码,如 riverside")
    return found


def _mailbox(value: str) -> str:
    found = getaddresses([value])
    if len(found) != 1 or not ADDRESS.fullmatch(found[0][1]):
        raise ValueError("一个邮箱地址,如 闭环 <bihuan@example.gov.cn>")
    return value


def _site(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("浏览器里打开本系统的地址,如 https://jixiao.example.gov.cn")
    return value.rstrip("/")


def _schemes(value: str) -> tuple[str, ...]:
    found = tuple(one.strip().lower() for one in value.split(",") if one.strip())
    if not all(SCHEME.fullmatch(one) for one in found):
        raise ValueError("逗号分隔的渠道名,如 ntfys,matrixs")
    return found


def _file(value: str) -> str:
    if not Path(value).is_file():
        raise ValueError("存在的文件")
    return value


@dataclass(frozen=True)
class Settings:
    """How this installation runs. Each field is one variable; `docs/settings.md` tells them to operators."""

    data_dir: Path
    database_url: str | None
    database_app_url: str | None
    database_system_url: str | None
    database_pool: int
    worker_concurrency: int
    log_level: str
    log_format: str
    metrics_token: str | None
    host: str
    port: int
    web_workers: int
    drain_seconds: int
    https: bool
    proxies: int
    rate_sign_in: int
    rate_rest: int
    rate_uploads: int
    rate_heavy: int
    rate_address: int
    secret: str | None
    one_time_hours: int
    webhook_networks: tuple[str, ...]
    webhook_authorities: str | None
    attachments_dir: Path | None
    attachment_years: int | None
    public: tuple[str, ...]
    address: str | None
    smtp_host: str | None
    smtp_port: int
    smtp_security: str
    smtp_from: str | None
    smtp_login: str | None
    smtp_password: str | None
    smtp_authorities: str | None
    apprise_schemes: tuple[str, ...]
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None
    oidc_claim: str | None
    oidc_name: str

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment. Raises SettingInvalid naming the first wrong variable, what it expects and holds."""
        environment = os.environ if environment is None else environment
        found = cls(**{field.name: _value(field.name, environment) for field in fields(cls)})
        if found.smtp_host and not found.smtp_from:
            raise SettingInvalid(
                "设置了 BIHUAN_SMTP_HOST,就必须写明用哪个邮箱发信;请设置 BIHUAN_SMTP_FROM 后重新启动。",
                variable="BIHUAN_SMTP_FROM",
            )
        return found

    def __repr__(self) -> str:
        """Show the values, but no secret."""
        shown = {
            f.name: "***" if variable(f.name) in SECRETS else getattr(self, f.name) for f in fields(self)
        }
        return f"Settings({shown})"


def _default_data_dir(environment: Mapping[str, str]) -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/bihuan")
    base = environment.get("XDG_DATA_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return folder / "bihuan"


@dataclass(frozen=True)
class _Rule:
    """How the text of a variable becomes a value, and what holds when it is absent."""

    read: Callable[[str], Any]
    default: Callable[[Mapping[str, str]], Any]


RULES = {
    "data_dir": _Rule(_folder, _default_data_dir),
    "database_url": _Rule(_database_url, lambda _: None),
    "database_app_url": _Rule(_database_url, lambda _: None),
    "database_system_url": _Rule(_database_url, lambda _: None),
    "database_pool": _Rule(_between(1, 100), lambda _: 10),
    "worker_concurrency": _Rule(_between(1, 64), lambda _: 1),
    "log_level": _Rule(_one_of("debug", "info", "warning", "error"), lambda _: "info"),
    "log_format": _Rule(_one_of("text", "json"), lambda _: "text"),
    "metrics_token": _Rule(_secret, lambda _: None),
    "host": _Rule(_host, lambda _: "127.0.0.1"),
    "port": _Rule(_between(1, 65_535), lambda _: 8000),
    "web_workers": _Rule(_between(1, 64), lambda _: 2),
    "drain_seconds": _Rule(_between(0, 300), lambda _: 0),
    "https": _Rule(_yes_or_no, lambda _: False),
    "proxies": _Rule(_between(0, 10), lambda _: 0),
    "rate_sign_in": _Rule(_between(0, MOST_PER_MINUTE), lambda _: 60),
    "rate_rest": _Rule(_between(0, MOST_PER_MINUTE), lambda _: 1_200),
    "rate_uploads": _Rule(_between(0, MOST_PER_MINUTE), lambda _: 60),
    "rate_heavy": _Rule(_between(0, MOST_PER_MINUTE), lambda _: 120),
    "rate_address": _Rule(_between(0, MOST_PER_MINUTE), lambda _: 6_000),
    "secret": _Rule(_secret, lambda _: None),
    "one_time_hours": _Rule(_between(1, 8_760), lambda _: 72),
    "webhook_networks": _Rule(_networks, lambda _: ()),
    "webhook_authorities": _Rule(_file, lambda _: None),
    "attachments_dir": _Rule(_folder, lambda _: None),
    "attachment_years": _Rule(_between(1, 100), lambda _: None),
    "public": _Rule(_codes, lambda _: ()),
    "address": _Rule(_site, lambda _: None),
    "smtp_host": _Rule(_host, lambda _: None),
    "smtp_port": _Rule(_between(1, 65_535), lambda _: 587),
    "smtp_security": _Rule(_one_of("starttls", "tls"), lambda _: "starttls"),
    "smtp_from": _Rule(_mailbox, lambda _: None),
    "smtp_login": _Rule(str, lambda _: None),
    "smtp_password": _Rule(str, lambda _: None),
    "smtp_authorities": _Rule(_file, lambda _: None),
    "apprise_schemes": _Rule(_schemes, lambda _: ()),
    "oidc_issuer": _Rule(_issuer, lambda _: None),
    "oidc_client_id": _Rule(str, lambda _: None),
    "oidc_client_secret": _Rule(str, lambda _: None),
    "oidc_claim": _Rule(str, lambda _: None),
    "oidc_name": _Rule(str, lambda _: "单位统一认证"),
}
SECRETS = frozenset(
    {
        "BIHUAN_DATABASE_URL",
        "BIHUAN_DATABASE_APP_URL",
        "BIHUAN_DATABASE_SYSTEM_URL",
        "BIHUAN_SECRET",
        "BIHUAN_METRICS_TOKEN",
        "BIHUAN_OIDC_CLIENT_SECRET",
        "BIHUAN_SMTP_PASSWORD",
    }
)
SHORTEST_SECRET = 32


def variable(field: str) -> str:
    """Return the name of the variable that sets `field`."""
    return f"BIHUAN_{field.upper()}"


def _value(field: str, environment: Mapping[str, str]) -> Any:
    name, rule = variable(field), RULES[field]
    text = _text(name, environment)
    if not text:
        return rule.default(environment)
    try:
        return rule.read(text)
    except ValueError as error:
        found = "(不显示)" if name in SECRETS else repr(text)
        raise SettingInvalid(
            f"环境变量 {name} 应为{error},实际为 {found};请改正后重新启动。", variable=name
        ) from None


def _text(name: str, environment: Mapping[str, str]) -> str:
    """Return the variable's text; a secret may lie in the file that NAME_FILE names."""
    file = environment.get(f"{name}_FILE", "") if name in SECRETS else ""
    if not file:
        return environment.get(name, "").strip()
    if environment.get(name):
        raise SettingInvalid(f"环境变量 {name} 与 {name}_FILE 只能设置一个。", variable=name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"环境变量 {name}_FILE 指向的文件 {file} 读不出来({type(error).__name__});请检查路径和权限。",
            variable=f"{name}_FILE",
        ) from None
