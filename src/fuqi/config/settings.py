"""Django's settings for the workspace named by FUQI_WORKSPACE; without one, an empty database in memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from fuqi.config.workspace import Workspace, open_workspace

_folder = os.environ.get("FUQI_WORKSPACE", "")
WORKSPACE: Workspace | None = open_workspace(Path(_folder)) if _folder else None


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
    }


def _sqlite(name: str, key: bytes) -> dict[str, Any]:
    return {
        "ENGINE": "fuqi.config.sqlcipher",
        "NAME": name,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "key": key},
    }


_url = os.environ.get("FUQI_DATABASE_URL", "") or (WORKSPACE.database_url if WORKSPACE else "")
if _url:
    DATABASES = {"default": _postgresql(_url)}
elif WORKSPACE:
    DATABASES = {"default": _sqlite(str(WORKSPACE.database_file), WORKSPACE.key("database"))}
else:
    DATABASES = {"default": _sqlite(":memory:", bytes(32))}

SEAL_KEY = WORKSPACE.key("seal") if WORKSPACE else bytes(32)
INDEX_KEY = WORKSPACE.key("index") if WORKSPACE else bytes(32)
JOURNAL_KEY = WORKSPACE.key("journal") if WORKSPACE else bytes(32)
SECRET_KEY = WORKSPACE.key("web").hex() if WORKSPACE else "0" * 64

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "fuqi.journal",
    "fuqi.places",
    "fuqi.access",
    "fuqi.intake",
    "fuqi.registry",
    "fuqi.matching",
    "fuqi.determination",
    "fuqi.treatment",
    "fuqi.care",
    "fuqi.settlement",
    "fuqi.supervision",
]
AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
