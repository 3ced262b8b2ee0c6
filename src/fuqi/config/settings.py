"""Django's settings for the workspace named by FUQI_WORKSPACE; without one, an empty database in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from fuqi.access.keyfile import Keys
from fuqi.access.profiles import ASVS, PROFILES
from fuqi.config import logs
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


KEYS = WORKSPACE.keys if WORKSPACE else Keys(None)
"""The keys as their file has them now: another process may rotate them while this one works."""


def _sqlite(name: str, key: bytes | Callable[[], tuple[bytes, ...]]) -> dict[str, Any]:
    return {
        "ENGINE": "fuqi.config.sqlcipher",
        "NAME": name,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "key": key},
    }


_url = os.environ.get("FUQI_DATABASE_URL", "") or (WORKSPACE.database_url if WORKSPACE else "")
if _url:
    DATABASES = {"default": _postgresql(_url)}
elif WORKSPACE:
    DATABASES = {"default": _sqlite(str(WORKSPACE.database_file), partial(KEYS.of, "database"))}
else:
    DATABASES = {"default": _sqlite(":memory:", bytes(32))}

DATABASES["desk"] = _sqlite(str(WORKSPACE.desk_file), partial(KEYS.of, "desk")) if WORKSPACE else _sqlite(":memory:", bytes(32))
"""Working data of the doors: sessions and jobs. Nothing in it is a record; it may be thrown away while nobody works."""
DATABASE_ROUTERS = ["fuqi.config.routers.DeskRouter"]

for _database in DATABASES.values():
    _database.update(
        CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True
    )  # unlocking the file anew for each page costs more than the page

SEAL_KEY = WORKSPACE.key("seal") if WORKSPACE else bytes(32)
INDEX_KEY = WORKSPACE.key("index") if WORKSPACE else bytes(32)
JOURNAL_KEY = WORKSPACE.key("journal") if WORKSPACE else bytes(32)
SECRET_KEY = WORKSPACE.key("web").hex() if WORKSPACE else "0" * 64
PROFILE = PROFILES[WORKSPACE.profile] if WORKSPACE else ASVS
"""What is asked of passwords, sessions and ciphers."""
SEAL_CIPHER = PROFILE.cipher

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "fuqi.journal",
    "fuqi.places",
    "fuqi.access",
    "fuqi.jobs",
    "fuqi.entrance",
    "fuqi.intake",
    "fuqi.registry",
    "fuqi.matching",
    "fuqi.determination",
    "fuqi.treatment",
    "fuqi.care",
    "fuqi.settlement",
    "fuqi.supervision",
    "fuqi.duties",
    "fuqi.indicators",
    "fuqi.reports",
    "fuqi.web",
]
AUTH_USER_MODEL = "access.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "fuqi.access.passwords.NotOnesOwnName", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGGING = logs.settings()
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "fuqi.config.urls"
_address = urlsplit(WORKSPACE.address) if WORKSPACE else urlsplit("http://127.0.0.1")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", _address.hostname or "127.0.0.1"]
if _host := os.environ.get("FUQI_HOST", ""):
    ALLOWED_HOSTS.append(f"[{_host}]" if ":" in _host else _host)
if _address.scheme == "https":
    CSRF_TRUSTED_ORIGINS = [f"https://{_address.netloc}"]  # the proxy in front speaks HTTPS, this server does not
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _address.scheme == "https"
if SESSION_COOKIE_SECURE:  # the browser then takes such a cookie from this host and by HTTPS only (ASVS 5.0 3.3.1)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
MIDDLEWARE = [
    "fuqi.web.net.BehindADoor",
    "fuqi.api.door.OutsideSessions",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fuqi.web.door.FailuresInWords",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "fuqi.web.door.about_the_page",
            ]
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 3600  # addresses of built files carry their digest
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = int(PROFILE.longest_session.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "fuqi.web.door.expired_page"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS: list[str] = []  # only the lists desk takes files, with a handler of its own that writes none in the open
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
