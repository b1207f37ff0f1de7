"""The database roles: the owner migrates, the application is bound by row-level security.

`bihuan_system` is for what spans jurisdictions: it has a policy of its own, and a login of its own where the application
has one. It may go on as the application; the application cannot become the system.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from engine.storage.errors import StorageUnavailable

OWNER = "bihuan_owner"
APP = "bihuan_app"
SYSTEM = "bihuan_system"
INHERITANCE_SINCE = 160_000


def ensure_app_role(connection: Connection) -> None:
    """Create the application's roles if they are missing, and prove that this login may act as them.

    Raises StorageUnavailable with the statement an administrator must run.
    """
    for role in (APP, SYSTEM):
        _ensure(connection, role)
    logs_in = connection.scalar(text("select rolcanlogin from pg_roles where rolname = :role"), {"role": APP})
    if logs_in:
        _keep_apart(connection)


def prove_apart(connection: Connection) -> None:
    """Raise StorageUnavailable if whoever is logged in here, as the application, could act as more than that."""
    strong = text(
        "select rolsuper or rolbypassrls or rolcreaterole or pg_has_role(session_user, :system, 'member')"
        " from pg_roles where rolname = session_user"
    )
    if connection.scalar(strong, {"system": SYSTEM}):
        login = connection.scalar(text("select session_user"))
        raise StorageUnavailable(
            f"应用的登录用户 {login} 不应能切换为 {SYSTEM},也不应是管理员;请数据库管理员执行:"
            f'revoke {SYSTEM} from "{login}"; alter role "{login}" nosuperuser nobypassrls nocreaterole',
            code="storage.role_too_strong",
        )


def _ensure(connection: Connection, role: str) -> None:
    found = connection.execute(
        text("select rolsuper, rolbypassrls from pg_roles where rolname = :role"), {"role": role}
    ).one_or_none()
    if found is None:
        _create(connection, role)
    elif found.rolsuper or found.rolbypassrls:
        raise StorageUnavailable(
            f"数据库角色 {role} 应为普通角色,但它是超级用户或可绕过行级安全;"
            f"请执行:alter role {role} nosuperuser nobypassrls",
            code="storage.role_too_strong",
        )
    if not connection.scalar(text("select pg_has_role(current_user, :role, 'member')"), {"role": role}):
        _refuse(connection, f"登录用户不能切换为角色 {role}", role)


def _keep_apart(connection: Connection) -> None:
    """Let a system that logs in by itself go on as the application, without that role's policies before; not the
    other way round."""
    member = text("select pg_has_role(:one, :other, 'member')")
    if connection.scalar(member, {"one": APP, "other": SYSTEM}):
        _administer(connection, f"revoke {SYSTEM} from {APP}")
    if connection.scalar(member, {"one": SYSTEM, "other": APP}):
        return
    version = connection.scalar(text("select current_setting('server_version_num')::int"))
    if version >= INHERITANCE_SINCE:
        _administer(connection, f"grant {APP} to {SYSTEM} with inherit false, set true")
    else:
        _administer(connection, f"alter role {SYSTEM} noinherit")
        _administer(connection, f"grant {APP} to {SYSTEM}")


def _administer(connection: Connection, statement: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except ProgrammingError:
        raise StorageUnavailable(
            f"登录用户无权调整数据库角色;请数据库管理员执行:{statement}", code="storage.role_missing"
        ) from None


def _create(connection: Connection, role: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text(f"create role {role} nologin nosuperuser nobypassrls"))
            connection.execute(text(f"grant {role} to current_user"))
    except ProgrammingError:
        _refuse(connection, f"数据库缺少角色 {role},登录用户又无权建立它", role)


def _refuse(connection: Connection, what: str, role: str) -> None:
    login = connection.scalar(text("select current_user"))
    raise StorageUnavailable(
        f"{what};请数据库管理员执行:create role {role} nologin nosuperuser nobypassrls; "
        f'grant {role} to "{login}"(角色已存在时只需后一句)',
        code="storage.role_missing",
    )
