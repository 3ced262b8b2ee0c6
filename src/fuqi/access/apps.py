"""Django's entry for this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.access"
    verbose_name = "账号与权限"
