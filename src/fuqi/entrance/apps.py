"""Django's entry for this room."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    """The room's name and label."""

    name = "fuqi.entrance"
    verbose_name = "登录入口"
