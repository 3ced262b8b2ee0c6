"""Preparing a PostgreSQL database: tables of an owner's, and a role for the application that owns and bypasses nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from fuqi.basics.errors import FuqiError

_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_"
_SELF_WRITTEN = frozenset({"entrance", "jobs", "sessions"})
"""Apps whose tables lie in the doors' own file, not in this database."""


class UnusableRoleError(FuqiError):
    """The addresses do not name two roles of one database."""

    code = "unusable_role"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared."""

    role: str
    tables: int
    scoped: int


def prepare_database(owner: str, application: str) -> Prepared:
    """Bring the tables up to date as their owner, make the application's role, put policies on every table of persons.

    Both are addresses of the same database. May be run again at any time, must be after an upgrade.
    Raises UnusableRoleError.
    """
    role, password = _roles(owner, application)
    os.environ["FUQI_DATABASE_URL"] = owner
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fuqi.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", database="default", verbosity=0, interactive=False)
    from fuqi.access.policies import policies, scoped_models

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*_make_role(cursor, role, password), *policies(), *_grants(role)):
            cursor.execute(statement)
    return Prepared(role, len(list(_models())), len(scoped_models()))


def _roles(owner: str, application: str) -> tuple[str, str]:
    """Return the application's role and password."""
    theirs, ours = urlsplit(owner), urlsplit(application)
    role, password = unquote(ours.username or ""), unquote(ours.password or "")
    if (theirs.hostname, theirs.port, theirs.path) != (ours.hostname, ours.port, ours.path):
        raise UnusableRoleError("两个地址要指同一台服务器上的同一个数据库，只有账号不同。请核对后再运行。")
    if not role or set(role) - set(_NAME) or role == unquote(theirs.username or ""):
        raise UnusableRoleError("应用的账号要另起一个名字，只用小写英文字母、数字和下划线，不能与数据表主人的账号相同。")
    return role, password


def _make_role(cursor: object, role: str, password: str) -> Iterator[str]:
    from psycopg import sql

    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])  # type: ignore[attr-defined]
    verb = "ALTER" if cursor.fetchone() else "CREATE"  # type: ignore[attr-defined]
    if verb == "CREATE" and not password:
        raise UnusableRoleError(f"应用的账号“{role}”还没有，地址里要写上给它的密码。")
    words = f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT"
    made = sql.SQL(words).format(sql.Identifier(role)).as_string(None)
    yield f"{made} PASSWORD {sql.Literal(password).as_string(None)}" if password else made


def _models() -> Iterator[type]:
    from django.apps import apps

    yield from (model for model in apps.get_models() if model._meta.app_label not in _SELF_WRITTEN)


def _grants(role: str) -> Iterator[str]:
    """Yield what the role may do: read, add, and change what is not a record; nothing is deleted."""
    from fuqi.journal.models import Recorded

    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON django_migrations TO {role}"
    for model in _models():
        meta = model._meta  # type: ignore[attr-defined]
        yield f"GRANT SELECT, INSERT ON {meta.db_table} TO {role}"
        if not issubclass(model, Recorded):
            yield f"GRANT UPDATE ON {meta.db_table} TO {role}"
        elif columns := sorted(meta.get_field(name).column for name in model.digest_leaves_out):
            yield f"GRANT UPDATE ({', '.join(columns)}) ON {meta.db_table} TO {role}"
