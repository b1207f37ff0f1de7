"""The two database roles: the owner migrates, the application is bound by row-level security."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from engine.storage.errors import StorageUnavailable

OWNER = "bihuan_owner"
APP = "bihuan_app"


def ensure_app_role(connection: Connection) -> None:
    """Create the application's role if it is missing, and prove that this login may act as it.

    Raises StorageUnavailable with the statement an administrator must run.
    """
    found = connection.execute(
        text("select rolsuper, rolbypassrls from pg_roles where rolname = :role"), {"role": APP}
    ).one_or_none()
    if found is None:
        _create(connection)
    elif found.rolsuper or found.rolbypassrls:
        raise StorageUnavailable(
            f"数据库角色 {APP} 应为普通角色,但它是超级用户或可绕过行级安全;"
            f"请执行:alter role {APP} nosuperuser nobypassrls",
            code="storage.role_too_strong",
        )
    if not connection.scalar(text("select pg_has_role(current_user, :role, 'member')"), {"role": APP}):
        _refuse(connection, f"登录用户不能切换为角色 {APP}")


def _create(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text(f"create role {APP} nologin nosuperuser nobypassrls"))
            connection.execute(text(f"grant {APP} to current_user"))
    except ProgrammingError:
        _refuse(connection, f"数据库缺少角色 {APP},登录用户又无权建立它")


def _refuse(connection: Connection, what: str) -> None:
    login = connection.scalar(text("select current_user"))
    raise StorageUnavailable(
        f"{what};请数据库管理员执行:create role {APP} nologin nosuperuser nobypassrls; "
        f'grant {APP} to "{login}"(角色已存在时只需后一句)',
        code="storage.role_missing",
    )
