"""The settings: every BIHUAN_ variable is read here, once, into one frozen value."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from engine.errors import BihuanError
from host.setting_values import (
    MOST_PER_MINUTE,
    between,
    codes,
    database_url,
    file,
    folder,
    host,
    issuer,
    mailbox,
    networks,
    one_of,
    schemes,
    secret,
    site,
    yes_or_no,
)


class SettingInvalid(BihuanError):
    """A variable has a value that cannot be used; nothing was started."""

    code = "settings.invalid"


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
    rate_calls: int
    secret: str | None
    one_time_hours: int
    webhook_networks: tuple[str, ...]
    webhook_authorities: str | None
    attachments_dir: Path | None
    attachment_years: int | None
    log_days: int
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
    "data_dir": _Rule(folder, _default_data_dir),
    "database_url": _Rule(database_url, lambda _: None),
    "database_app_url": _Rule(database_url, lambda _: None),
    "database_system_url": _Rule(database_url, lambda _: None),
    "database_pool": _Rule(between(1, 100), lambda _: 10),
    "worker_concurrency": _Rule(between(1, 64), lambda _: 1),
    "log_level": _Rule(one_of("debug", "info", "warning", "error"), lambda _: "info"),
    "log_format": _Rule(one_of("text", "json"), lambda _: "text"),
    "metrics_token": _Rule(secret, lambda _: None),
    "host": _Rule(host, lambda _: "127.0.0.1"),
    "port": _Rule(between(1, 65_535), lambda _: 8000),
    "web_workers": _Rule(between(1, 64), lambda _: 2),
    "drain_seconds": _Rule(between(0, 300), lambda _: 0),
    "https": _Rule(yes_or_no, lambda _: False),
    "proxies": _Rule(between(0, 10), lambda _: 0),
    "rate_sign_in": _Rule(between(0, MOST_PER_MINUTE), lambda _: 60),
    "rate_rest": _Rule(between(0, MOST_PER_MINUTE), lambda _: 1_200),
    "rate_uploads": _Rule(between(0, MOST_PER_MINUTE), lambda _: 60),
    "rate_heavy": _Rule(between(0, MOST_PER_MINUTE), lambda _: 120),
    "rate_address": _Rule(between(0, MOST_PER_MINUTE), lambda _: 6_000),
    "rate_calls": _Rule(between(0, MOST_PER_MINUTE), lambda _: 600),
    "secret": _Rule(secret, lambda _: None),
    "one_time_hours": _Rule(between(1, 8_760), lambda _: 72),
    "webhook_networks": _Rule(networks, lambda _: ()),
    "webhook_authorities": _Rule(file, lambda _: None),
    "attachments_dir": _Rule(folder, lambda _: None),
    "attachment_years": _Rule(between(1, 100), lambda _: None),
    "log_days": _Rule(between(30, 36_500), lambda _: 400),
    "public": _Rule(codes, lambda _: ()),
    "address": _Rule(site, lambda _: None),
    "smtp_host": _Rule(host, lambda _: None),
    "smtp_port": _Rule(between(1, 65_535), lambda _: 587),
    "smtp_security": _Rule(one_of("starttls", "tls"), lambda _: "starttls"),
    "smtp_from": _Rule(mailbox, lambda _: None),
    "smtp_login": _Rule(str, lambda _: None),
    "smtp_password": _Rule(str, lambda _: None),
    "smtp_authorities": _Rule(file, lambda _: None),
    "apprise_schemes": _Rule(schemes, lambda _: ()),
    "oidc_issuer": _Rule(issuer, lambda _: None),
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
