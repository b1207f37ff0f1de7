"""The database roles: the owner migrates, the application is bound by row-level security.

`bihuan_system` is what the application takes on for a transaction that spans jurisdictions; it has a policy of its own.
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
        _let_take_on(connection)


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


def _let_take_on(connection: Connection) -> None:
    """Let an application that logs in by itself take on the other role, without having its rights before."""
    if connection.scalar(text("select pg_has_role(:app, :system, 'member')"), {"app": APP, "system": SYSTEM}):
        return
    version = connection.scalar(text("select current_setting('server_version_num')::int"))
    if version >= INHERITANCE_SINCE:
        connection.execute(text(f"grant {SYSTEM} to {APP} with inherit false, set true"))
    else:
        connection.execute(text(f"alter role {APP} noinherit"))
        connection.execute(text(f"grant {SYSTEM} to {APP}"))


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
