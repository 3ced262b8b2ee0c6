"""Whether the database lets the application see only what it may: its role owns nothing and bypasses nothing (PostgreSQL)."""

from __future__ import annotations

from typing import Any

from fuqi.access.policies import scoped_models
from fuqi.basics.errors import Fault, FuqiError, Place

THROWAWAY = "fuqi.throwaway"
"""A setting that only a test run's own server carries."""
_ROLE = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
_OWNED = """
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'public' AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'USAGE')"""
_BARE = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'public' AND relname = ANY (%s) AND NOT (relrowsecurity AND EXISTS (
  SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'fuqi_scope')) ORDER BY relname"""
_PREPARE = "请由数据库管理员运行 fuqi database prepare，再用应用自己的账号连接"


class UnsafeRoleError(FuqiError):
    """The application's role could read past the scope."""

    code = "unsafe_role"


def check_role(connection: Any) -> None:
    """Look at the role and the tables of a PostgreSQL connection. Raises UnsafeRoleError with all that is wrong."""
    if connection.vendor != "postgresql" or is_throwaway(connection):
        return
    faults = [Fault("unsafe_role", words, Place(file="PostgreSQL")) for words in role_faults(connection)]
    if faults:
        raise UnsafeRoleError("数据库账号的权限太大，范围以外的个人资料挡不住，不能使用。", faults=tuple(faults))


def check_may_migrate(connection: Any) -> None:
    """Refuse to change tables at a door: but for a test run's own server, only their owner does. Raises UnsafeRoleError."""
    if connection.vendor == "postgresql" and not is_throwaway(connection):
        raise UnsafeRoleError(f"数据库里的表比程序旧，要先更新。{_PREPARE}。")


def is_throwaway(connection: Any) -> bool:
    """Return whether the server is a test run's own."""
    return bool(_one(connection, f"SELECT coalesce(current_setting('{THROWAWAY}', true), '')")[0] == "on")


def role_faults(connection: Any) -> list[str]:
    """Return what is wrong with role and tables, in words."""
    superuser, bypasses, makes_roles, makes_databases = _one(connection, _ROLE)
    said = {
        "是超级用户": superuser,
        "可以绕过行级权限（BYPASSRLS）": bypasses,
        "可以建账号（CREATEROLE）": makes_roles,
        "可以建数据库（CREATEDB）": makes_databases,
        "是数据表的主人": _one(connection, _OWNED)[0],
    }
    faults = [f"应用连接用的账号{words}。{_PREPARE}。" for words, wrong in said.items() if wrong]
    if _one(connection, "SELECT to_regclass('public.django_migrations')")[0] is None:
        faults.append(f"数据库里还没有建表。{_PREPARE}。")
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [[model._meta.db_table for model in scoped_models()]])
        bare = [row[0] for row in cursor.fetchall()]
    if bare:
        faults.append(
            f"有 {len(bare)} 张数据表没有行级权限：{'、'.join(bare[:5])}{'等' if len(bare) > 5 else ''}。{_PREPARE}。"
        )
    return faults


def _one(connection: Any, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()
