"""What `bihuan doctor` looks at beyond the signs: the machine, the files, the settings, who may log in as what."""

import os
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import BihuanError
from engine.storage.errors import StorageUnavailable
from engine.uow import UnitOfWork
from host.composition import Bihuan, prove_logins
from host.health import signs
from host.health.judging import Finding, findings
from host.secret import NAME
from host.settings import Settings
from host.workers.working import first_line
from ledger.model.register import Jurisdiction
from ledger.packs_in_force import Packs

SKEW_SECONDS = 5.0
TIGHT_BYTES, TIGHT_SHARE = 1_000_000_000, 0.05
OTHERS_MAY_READ = 0o077
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Yield settings that contradict each other or leave a door open."""
    if not settings.https and settings.host not in LOOPBACK:
        yield Finding(
            "settings.http",
            "warn",
            "在外部地址上监听，但没有说明使用 https：登录凭据可能被偷看",
            "放在 https 反向代理后面，设 BIHUAN_HTTPS=yes，并让 BIHUAN_HOST 保持 127.0.0.1",
        )
    if settings.https and not settings.proxies:
        yield Finding(
            "settings.proxies",
            "warn",
            "https 由反向代理提供，却没有说明有几层代理：所有人看上去都来自同一个地址，会一起受限",
            "设 BIHUAN_PROXIES 为代理的层数，通常是 1",
        )
    if settings.database_url and settings.secret is None:
        yield Finding(
            "settings.secret",
            "warn",
            "数据库在另一台服务器上，但没有设 BIHUAN_SECRET：每台机器各有一个，会话和密钥互不相认",
            "每台机器都设同一个 BIHUAN_SECRET（或 BIHUAN_SECRET_FILE）",
        )
    if bool(settings.oidc_issuer) != bool(settings.oidc_client_id):
        yield Finding(
            "settings.oidc",
            "warn",
            "单位统一认证只设了一半，登录页上不会出现",
            "BIHUAN_OIDC_ISSUER 和 BIHUAN_OIDC_CLIENT_ID 要一起设",
        )
    if bool(settings.database_app_url) != bool(settings.database_system_url):
        yield Finding(
            "settings.logins",
            "warn",
            "数据库的三个登录用户只设了一部分",
            "BIHUAN_DATABASE_APP_URL 和 BIHUAN_DATABASE_SYSTEM_URL 要一起设",
        )


def of_files(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with folders and files of this machine."""
    secret = settings.data_dir / NAME
    if secret.exists() and secret.stat().st_mode & OTHERS_MAY_READ:
        yield Finding("secret.readable", "bad", f"别人也能读密钥文件 {secret}", f"chmod 600 {secret}")
    for folder in filter(None, (settings.data_dir, settings.attachments_dir)):
        yield from _of_disk(folder)
    if settings.attachments_dir is not None and not os.access(_standing(settings.attachments_dir), os.W_OK):
        yield Finding(
            "attachments.closed",
            "bad",
            f"不能往附件文件夹 {settings.attachments_dir} 里写：附件传不上来",
            "让运行闭环的系统用户能写这个文件夹，或改正 BIHUAN_ATTACHMENTS_DIR",
        )


def _of_disk(folder: Path) -> Iterator[Finding]:
    disk = shutil.disk_usage(_standing(folder))
    if disk.free < max(TIGHT_BYTES, TIGHT_SHARE * disk.total):
        left = disk.free // 1_000_000
        yield Finding(
            "disk.full", "bad", f"{folder} 所在的磁盘只剩 {left} MB", "清理或扩大磁盘；写满后什么都办不了"
        )


def _standing(folder: Path) -> Path:
    """Return a folder, or the one above it that is there: what is missing is made in it when it is needed."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def of_database(bihuan: Bihuan) -> Iterator[Finding]:
    """Yield what the database tells: logins, clocks, signs of life."""
    try:
        prove_logins(bihuan.database)
        with bihuan.look() as uow:
            here, seen = time.time(), signs.read(uow)
            packs = list(_of_packs(Packs(uow.session)))
            places = list(_of_public(uow, bihuan.settings.public))
    except StorageUnavailable as error:
        yield Finding(error.code, "bad", error.text, "照上面的话做")
        return
    except SQLAlchemyError as error:
        yield Finding("database.unreachable", "bad", f"数据库没有回答：{first_line(error)}", "看数据库的日志")
        return
    skew = seen.database_time - here
    if abs(skew) > SKEW_SECONDS:
        yield Finding(
            "clock.skew", "bad", f"本机与数据库的时钟相差 {skew:.0f} 秒", "让两台机器都与同一个时间服务器对时"
        )
    yield from [*findings(seen), *packs, *places]


def _of_public(uow: UnitOfWork, codes: Collection[str]) -> Iterator[Finding]:
    """Name the codes of BIHUAN_PUBLIC that no place has: their pages would stay empty."""
    known = set(uow.session.scalars(select(Jurisdiction.code)))
    for code in sorted(set(codes) - known):
        there = "、".join(sorted(known)) or "还没有"
        yield Finding(
            "settings.public",
            "warn",
            f"BIHUAN_PUBLIC 里的“{code}”不是登记过的地区：公开页上不会有它",
            f"改正 BIHUAN_PUBLIC；登记过的地区：{there}",
        )


def _of_packs(packs: Packs) -> Iterator[Finding]:
    """Name the policy packs that cannot be used, as after an upgrade that knows other keys."""
    for one in packs.ids:
        try:
            packs.load(one)
        except BihuanError as error:
            advice = "在流程工坊的“政策包”里看错在哪一行，上传改正的版本，或重新发布以前的版本"
            yield Finding("policy.unusable", "bad", f"政策包“{one}”不能用：{error.text}", advice)
